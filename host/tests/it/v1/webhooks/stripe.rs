use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::util::{Client, Reply, Setup, TestApp};

const SECRET: &str = "whsec_test_of_this_file";

/// A merchant with the play-money plan, and the ids behind it.
struct Merchant {
    client: Client,
    customer: String,
    subscription: String,
}

async fn merchant(app: &TestApp) -> Merchant {
    let client = app.user().await;
    client.post("/billing/checkout", &json!({"plan": "pro"})).await.expect(201);
    let current = client.get("/billing/current").await.expect(200);
    let user = current["user_id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let customer = sourcepilot::db::billing_customers::of_user(&app.app.db, user).await.expect("asked");
    let subscription = current["stripe_subscription_id"].as_str().expect("an id").to_owned();
    Merchant { client, customer: customer.expect("a customer"), subscription }
}

impl Merchant {
    fn event(&self, n: i64, name: &str, change: &Value) -> Value {
        let mut object = json!({
            "id": self.subscription, "object": "subscription", "customer": self.customer, "status": "active",
            "cancel_at_period_end": false, "items": {"data": [{"price": {"id": "price_mock_pro"},
            "current_period_start": 1_795_000_000 + n, "current_period_end": 1_797_592_000 + n}]}});
        for (field, value) in change.as_object().expect("an object") {
            object[field] = value.clone();
        }
        json!({"id": format!("evt_{n}"), "object": "event", "type": format!("customer.subscription.{name}"),
            "created": 1_795_000_000 + n, "data": {"object": object}})
    }

    async fn plan(&self) -> Value {
        self.client.get("/auth/me").await.expect(200)["plan"].clone()
    }

    async fn current(&self) -> Value {
        self.client.get("/billing/current").await.expect(200)
    }
}

async fn raw(app: &TestApp, body: impl Into<Body>, signature: Option<&str>) -> Reply {
    let mut request = Request::post("/api/v1/webhooks/stripe").header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("stripe-signature", signature);
    }
    app.anonymous().request(request.body(body.into()).expect("a request")).await
}

/// Tell the application, and expect that it listens.
async fn tell(app: &TestApp, event: &Value) {
    let reply = raw(app, event.to_string(), None).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, r#"{"status":"ok"}"#));
}

pub(crate) fn signed(body: &str, secret: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let moment = chrono::Utc::now().timestamp();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    let digest = mac.chain_update(format!("{moment}.{body}").as_bytes()).finalize().into_bytes();
    format!("t={moment},v1={}", hex::encode(digest))
}

#[tokio::test]
async fn a_life_is_followed() {
    let app = TestApp::start().await;
    let merchant = merchant(&app).await;
    let price = json!({"data": [{"price": {"id": "price_mock_enterprise"}}]});
    tell(&app, &merchant.event(1, "updated", &json!({"items": price}))).await;
    assert_eq!(merchant.plan().await, "enterprise");
    tell(&app, &merchant.event(2, "updated", &json!({"status": "past_due"}))).await;
    assert_eq!(
        (merchant.plan().await, merchant.current().await["status"].clone()),
        ("pro".into(), "past_due".into())
    );
    tell(&app, &merchant.event(3, "updated", &json!({"cancel_at": 1_800_000_000}))).await;
    let current = merchant.current().await;
    assert_eq!((&current["status"], &current["cancel_at_period_end"]), (&"active".into(), &true.into()));
    assert_eq!(current["current_period_start"], "2026-11-18T11:06:43Z");
    let trial = json!({"trial_start": 1_795_000_000, "trial_end": 1_796_209_600, "status": "trialing"});
    tell(&app, &merchant.event(4, "updated", &trial)).await;
    assert_eq!(merchant.current().await["trial_end"], "2026-12-02T11:06:40Z");
    // The provider's word may be missing when it has ended.
    tell(&app, &merchant.event(5, "deleted", &json!({"status": null}))).await;
    assert_eq!(
        (merchant.plan().await, merchant.current().await["status"].clone()),
        ("free".into(), "canceled".into())
    );
    // Nothing brings it back.
    tell(&app, &merchant.event(1, "created", &json!({}))).await;
    tell(&app, &merchant.event(9, "updated", &json!({}))).await;
    assert_eq!(merchant.plan().await, "free");
}

#[tokio::test]
async fn a_second_subscription_in_a_life_is_nothing_special() {
    let app = TestApp::start().await;
    let merchant = merchant(&app).await;
    tell(&app, &merchant.event(5, "deleted", &json!({}))).await;
    assert_eq!(merchant.current().await["status"], "canceled");
    merchant.client.post("/billing/checkout", &json!({"plan": "enterprise"})).await.expect(201);
    assert_eq!(merchant.current().await["plan"], "enterprise");
    assert_eq!(merchant.client.get("/billing/overview").await.expect(200)["current_plan"], "enterprise");
    // What is still said about the first one changes nothing.
    tell(&app, &merchant.event(6, "deleted", &json!({}))).await;
    assert_eq!(merchant.plan().await, "enterprise");
}

#[tokio::test]
async fn older_news_change_nothing_and_nothing_is_obeyed_twice() {
    let app = TestApp::start().await;
    let merchant = merchant(&app).await;
    let newer = merchant.event(20, "updated", &json!({"status": "unpaid"}));
    tell(&app, &newer).await;
    tell(&app, &merchant.event(10, "updated", &json!({"status": "past_due"}))).await;
    assert_eq!(merchant.current().await["status"], "unpaid");
    let before = merchant.current().await;
    for _ in 0..3 {
        tell(&app, &newer).await;
    }
    assert_eq!(merchant.current().await, before);
}

#[tokio::test]
async fn nothing_unknown_gives_a_plan() {
    let app = TestApp::start().await;
    let merchant = merchant(&app).await;
    tell(&app, &merchant.event(1, "deleted", &json!({}))).await;
    let other = |n: i64, change: Value| {
        let mut change = change;
        change["id"] = json!(format!("sub_other_{n}"));
        merchant.event(n, "updated", &change)
    };
    let unknown_price = json!({"data": [{"price": {"id": "price_zork"}}]});
    for (n, change) in [
        (2, json!({"items": unknown_price})),
        (3, json!({"items": {"data": []}})),
        (4, json!({"status": "incomplete_expired"})),
        (5, json!({"status": "paused"})),
        (6, json!({"status": "zork"})),
        (7, json!({"status": null})),
        (8, json!({"status": "past_due"})),
        (9, json!({"customer": null})),
        (10, json!({"customer": "cus_of_nobody"})),
        (11, json!({"customer": ""})),
    ] {
        tell(&app, &other(n, change.clone())).await;
        assert_eq!(merchant.plan().await, "free", "{change}");
    }
    // An unknown price keeps the plan of a subscription that is there.
    tell(&app, &other(20, json!({}))).await;
    let mut same = other(21, json!({"items": unknown_price}));
    same["data"]["object"]["id"] = "sub_other_20".into();
    tell(&app, &same).await;
    assert_eq!(merchant.plan().await, "pro");
}

#[tokio::test]
async fn anything_may_be_sent_and_nothing_breaks() {
    let app = TestApp::start().await;
    let merchant = merchant(&app).await;
    for body in ["", "x", "[]", "[{}]", "5", "null", "\"a\"", "{", "\u{feff}{}"] {
        let reply = raw(&app, body, None).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (400, "Invalid JSON payload"), "{body}");
    }
    let kind = "customer.subscription.updated";
    for body in [
        json!({}),
        json!({"type": 5}),
        json!({"type": "zork.happened", "id": "evt_1"}),
        json!({"type": kind}),
        json!({"type": kind, "data": []}),
        json!({"type": kind, "data": {"object": []}}),
        json!({"type": kind, "data": {"object": {"customer": merchant.customer}}}),
        json!({"type": kind, "data": {"object": {"customer": merchant.customer, "id": "sub_1", "items": {"data": []}}}}),
        json!({"type": kind, "id": {"a": 1}, "created": "x", "data": {"object": {"customer": merchant.customer, "id": 5}}}),
        json!({"type": kind, "id": "e\u{0}", "data": {"object": {"customer": "c\u{0}", "id": "s\u{0}", "status": "active"}}}),
        json!({"type": kind, "created": 9e99, "data": {"object": {"customer": merchant.customer, "id": "sub_9", "status": "past_due",
            "current_period_start": -1, "current_period_end": 9_999_999_999_999_999_i64, "cancel_at": "soon"}}}),
        json!({"type": "checkout.session.completed", "data": {"object": {"customer": merchant.customer, "subscription": "sub_9"}}}),
    ] {
        tell(&app, &body).await;
    }
    assert_eq!(merchant.plan().await, "pro");
    let reply = raw(&app, " ".repeat(300 * 1024), None).await;
    assert_eq!(reply.status, 413);
}

#[tokio::test]
async fn an_event_made_by_hand_needs_neither_id_nor_date() {
    let app = TestApp::start().await;
    let merchant = merchant(&app).await;
    for (status, plan) in [("past_due", "pro"), ("active", "pro"), ("canceled", "free")] {
        let mut event = merchant.event(1, "updated", &json!({"status": status}));
        let fields = event.as_object_mut().expect("an object");
        fields.remove("id");
        fields.remove("created");
        tell(&app, &event).await;
        assert_eq!(
            (merchant.current().await["status"].clone(), merchant.plan().await),
            (status.into(), plan.into())
        );
    }
}

#[tokio::test]
async fn with_a_secret_only_stripe_is_believed() {
    let app = Setup::default().set("STRIPE_WEBHOOK_SECRET", &format!("whsec_next, {SECRET}")).start().await;
    let merchant = merchant(&app).await;
    let body = merchant.event(1, "deleted", &json!({})).to_string();
    for bad in [
        None,
        Some(String::new()),
        Some("t=1,v1=00".to_owned()),
        Some(signed(&body, "whsec_wrong")),
        Some(signed("{}", SECRET)),
    ] {
        let reply = raw(&app, body.clone(), bad.as_deref()).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (400, "Invalid webhook signature"));
    }
    // A bad signature is told before a bad body.
    assert_eq!(raw(&app, "x", None).await.detail(), "Invalid webhook signature");
    assert_eq!(raw(&app, "x", Some(&signed("x", SECRET))).await.detail(), "Invalid JSON payload");
    assert_eq!(merchant.plan().await, "pro");
    assert_eq!(raw(&app, body.clone(), Some(&signed(&body, SECRET))).await.status, 200);
    assert_eq!(merchant.plan().await, "free");
}
