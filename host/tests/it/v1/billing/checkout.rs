use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::subscribed;
use crate::util::{Setup, TestApp, is_moment, names};

#[tokio::test]
async fn play_money_gives_the_plan_at_once() {
    let app = TestApp::start().await;
    let client = app.user().await;
    assert_eq!(client.get("/billing/current").await.expect(200), Value::Null);
    let made = subscribed(&client, "pro").await;
    assert_eq!(names(&made), ["checkout_url", "session_id"]);
    assert_eq!(made["checkout_url"], "http://localhost:3109/billing?success=true");
    let session = made["session_id"].as_str().expect("an id");
    assert!(session.starts_with("cs_mock_") && session.len() == 24, "{session}");
    let current = client.get("/billing/current").await.expect(200);
    assert_eq!(
        names(&current),
        [
            "id",
            "user_id",
            "stripe_subscription_id",
            "plan",
            "status",
            "current_period_start",
            "current_period_end",
            "cancel_at_period_end",
            "trial_start",
            "trial_end",
            "created_at",
            "updated_at"
        ]
    );
    assert_eq!((&current["plan"], &current["status"]), (&"pro".into(), &"active".into()));
    assert_eq!(current["cancel_at_period_end"], false);
    assert!(current["trial_start"].is_null() && current["trial_end"].is_null());
    assert!(is_moment(&current["current_period_start"]) && is_moment(&current["created_at"]));
    let time = |name: &str| -> chrono::DateTime<chrono::Utc> {
        current[name].as_str().and_then(|text| text.parse().ok()).expect("a time")
    };
    assert_eq!((time("current_period_end") - time("current_period_start")).num_days(), 30);
    let id = current["stripe_subscription_id"].as_str().expect("an id");
    assert!(id.starts_with("sub_mock_") && id.len() == 25, "{id}");
    assert_eq!(client.get("/auth/me").await.expect(200)["plan"], "pro");
}

#[tokio::test]
async fn what_cannot_be_paid_for_is_refused() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let ask = async |body: Value| client.post("/billing/checkout", &body).await;
    let free = ask(json!({"plan": "free"})).await;
    assert_eq!((free.status.as_u16(), free.detail()), (400, "Cannot checkout for free plan"));
    assert_eq!(ask(json!({})).await.faults(), ["missing body.plan"]);
    for wrong in [json!("gold"), json!(""), json!(null), json!(5), json!("PRO")] {
        let reply = ask(json!({"plan": wrong})).await;
        assert_eq!(reply.faults(), ["enum body.plan"], "{wrong}");
        assert_eq!(reply.body["detail"][0]["msg"], "Input should be 'free', 'pro' or 'enterprise'");
    }
    subscribed(&client, "pro").await;
    for plan in ["pro", "enterprise"] {
        let again = ask(json!({"plan": plan})).await;
        assert_eq!((again.status.as_u16(), again.detail()), (400, "User already has an active subscription"));
    }
    assert_eq!(app.anonymous().post("/billing/checkout", &json!({"plan": "pro"})).await.status, 401);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_gets_the_same_answer() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let ask = async |plan: &str| {
        let request = Request::post("/api/v1/billing/checkout").header("idempotency-key", "once");
        let body = Body::from(json!({"plan": plan}).to_string());
        client.request(request.body(body).expect("a request")).await
    };
    let first = ask("pro").await.expect(201);
    assert_eq!(ask("pro").await.expect(201), first);
    assert_eq!(ask("enterprise").await.status, 409);
}

#[tokio::test]
async fn the_portal_is_for_those_who_have_paid() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let none = client.post_nothing("/billing/portal").await;
    assert_eq!((none.status.as_u16(), none.detail()), (400, "User has no billing account"));
    subscribed(&client, "pro").await;
    let portal = client.post_nothing("/billing/portal").await.expect(200);
    assert_eq!(portal, json!({"portal_url": "http://localhost:3109/billing?success=true"}));
}

#[tokio::test]
async fn where_nothing_is_for_sale_nothing_is_sold() {
    let app = Setup::default().set("BILLING_ENABLED", "false").start().await;
    let client = app.user().await;
    let reply = client.post("/billing/checkout", &json!({"plan": "pro"})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (503, "Plans cannot be paid for here: BILLING_ENABLED is false.")
    );
    let event = client.post("/webhooks/stripe", &json!({"type": "customer.subscription.updated"})).await;
    assert_eq!((event.status.as_u16(), event.detail()), (400, "Invalid webhook signature"));
}
