//! Stripe's API as its documents describe it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use reqwest::Method;
use serde_json::{Value, json};
use sourcepilot_sandbox::{Delivery, Mischief, Sandbox, SandboxConfig, StripeConfig, Turn, demo};

use crate::util::{answer, client, world};

async fn ask(
    world: &Sandbox,
    method: Method,
    path: &str,
    form: &[(&str, &str)],
    key: Option<&str>,
) -> (u16, Value) {
    let url = format!("{}/stripe/v1/{path}", world.urls.base);
    let mut request = client().request(method, url).bearer_auth(demo::STRIPE_SECRET_KEY);
    if !form.is_empty() {
        request = request.form(form);
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    answer(request).await
}

async fn customer(world: &Sandbox) -> String {
    let (status, made) = ask(world, Method::POST, "customers", &[("email", "a@example.com")], None).await;
    assert_eq!(status, 200, "{made}");
    made["id"].as_str().expect("an id").to_owned()
}

fn page<'a>(customer: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("mode", "subscription"),
        ("customer", customer),
        ("line_items[0][price]", demo::STRIPE_PRICES[0]),
        ("line_items[0][quantity]", "1"),
        ("success_url", "https://shop.example/ok?id={CHECKOUT_SESSION_ID}"),
        ("cancel_url", "https://shop.example/no"),
        ("subscription_data[metadata][user_id]", "u1"),
    ];
    usual.into_iter().chain(more.iter().copied()).collect()
}

fn code((status, body): &(u16, Value)) -> (u16, String) {
    (*status, body["error"]["code"].as_str().or(body["error"]["type"].as_str()).unwrap_or("none").to_owned())
}

#[tokio::test]
async fn wrong_requests_are_refused_as_stripe_does() {
    let world = world(SandboxConfig::default()).await;
    let customer = customer(&world).await;
    let sessions = "checkout/sessions";
    for (more, expected) in [
        (("payment_method_types[]", "card"), "parameter_unknown"),
        (("line_items[0][price]", "price_zork"), "resource_missing"),
        (("customer", "cus_zork"), "resource_missing"),
        (("customer_email", "a@example.com"), "invalid_request_error"),
        (("subscription_data[trial_period_days]", "0"), "invalid_request_error"),
        (("success_url", ""), "parameter_missing"),
    ] {
        let refused = ask(&world, Method::POST, sessions, &page(&customer, &[more]), None).await;
        assert_eq!(code(&refused), (400, expected.to_owned()), "{more:?}");
    }
    let missing = ask(&world, Method::GET, "subscriptions/sub_zork", &[], None).await;
    assert_eq!(code(&missing), (404, "resource_missing".to_owned()));
    let url = format!("{}/stripe/v1/customers", world.urls.base);
    let (status, refused) = answer(client().post(url).bearer_auth("sk_test_wrong")).await;
    assert_eq!(status, 401);
    assert!(!refused.to_string().contains("sk_test_wrong"), "{refused}");
}

#[tokio::test]
async fn a_key_gives_the_same_answer_and_only_for_the_same_request() {
    let world = world(SandboxConfig::default()).await;
    let customer = customer(&world).await;
    let make = async |more: &[(&str, &str)]| {
        ask(&world, Method::POST, "checkout/sessions", &page(&customer, more), Some("once")).await
    };
    let first = make(&[]).await;
    assert_eq!((first.0, make(&[]).await), (200, first));
    let other = make(&[("client_reference_id", "u2")]).await;
    assert_eq!(code(&other), (400, "idempotency_error".to_owned()));
}

#[tokio::test]
async fn paying_on_the_page_subscribes_and_sends_the_browser_back() {
    let world = world(SandboxConfig::default()).await;
    let customer = customer(&world).await;
    let form = page(&customer, &[("subscription_data[trial_period_days]", "14")]);
    let (_, session) = ask(&world, Method::POST, "checkout/sessions", &form, None).await;
    let (url, id) = (session["url"].as_str().expect("a page"), session["id"].as_str().expect("an id"));
    let shown = client().get(url).send().await.expect("a page").text().await.expect("text");
    assert!(shown.contains("DEMO") && shown.contains("14 days free"), "{shown}");
    let paid = client().post(url).form(&[("choice", "pay")]).send().await.expect("an answer");
    assert_eq!(paid.status(), 303);
    assert_eq!(paid.headers()["location"], format!("https://shop.example/ok?id={id}"));
    assert_eq!(
        client().post(url).form(&[("choice", "pay")]).send().await.expect("an answer").headers()["location"],
        "https://shop.example/no"
    );
    let (_, session) = ask(&world, Method::GET, &format!("checkout/sessions/{id}"), &[], None).await;
    assert_eq!((&session["status"], &session["url"]), (&"complete".into(), &Value::Null));
    let path = format!("subscriptions/{}", session["subscription"].as_str().expect("an id"));
    let (_, subscription) = ask(&world, Method::GET, &path, &[], None).await;
    assert_eq!(
        (&subscription["status"], &subscription["metadata"]),
        (&"trialing".into(), &json!({"user_id": "u1"}))
    );
    let days = subscription["trial_end"].as_i64().zip(subscription["trial_start"].as_i64());
    assert_eq!(days.map(|(end, start)| (end - start) / 86_400), Some(14));
    let expire = ask(&world, Method::POST, &format!("checkout/sessions/{id}/expire"), &[], None).await;
    assert_eq!(expire.0, 400);
    let (_, portal) =
        ask(&world, Method::POST, "billing_portal/sessions", &[("customer", &customer)], None).await;
    let portal = portal["url"].as_str().expect("a page");
    client().post(portal).form(&[("choice", "cancel")]).send().await.expect("an answer");
    let (_, subscription) = ask(&world, Method::GET, &path, &[], None).await;
    assert!(subscription["cancel_at"].is_i64() && subscription["cancel_at_period_end"] == false);
}

#[tokio::test]
async fn events_are_sent_signed_and_unruly_ones_are_as_ordered() {
    type Heard = Arc<Mutex<Vec<(String, String)>>>;
    let heard = Heard::default();
    let listen = async |State(heard): State<Heard>, headers: HeaderMap, body: String| {
        let signature = headers["stripe-signature"].to_str().unwrap_or_default().to_owned();
        heard.lock().expect("a lock").push((signature, body));
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let webhook_url = Some(format!("http://{}/hook", listener.local_addr().expect("an address")));
    let router = Router::new().route("/hook", post(listen)).with_state(heard.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let stripe = StripeConfig { webhook_url, ..StripeConfig::default() };
    let world = world(SandboxConfig { stripe, ..SandboxConfig::default() }).await;
    let customer = customer(&world).await;
    let (_, session) = ask(&world, Method::POST, "checkout/sessions", &page(&customer, &[]), None).await;
    client()
        .post(session["url"].as_str().expect("a page"))
        .form(&[("choice", "pay")])
        .send()
        .await
        .expect("paid");
    let control = world.control().stripe();
    for _ in 0..100 {
        if heard.lock().expect("a lock").len() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let heard = heard.lock().expect("a lock").clone();
    let sent: Vec<(String, String)> =
        control.deliveries(0).into_iter().map(|delivery| (delivery.event_id, delivery.body)).collect();
    assert_eq!(
        heard.iter().map(|(_, body)| body).collect::<Vec<_>>(),
        sent.iter().map(|(_, body)| body).collect::<Vec<_>>()
    );
    assert!(heard.iter().all(|(signature, _)| signature.starts_with("t=") && signature.contains(",v1=")));

    let (_, session) = ask(
        &world,
        Method::GET,
        &format!("checkout/sessions/{}", session["id"].as_str().expect("an id")),
        &[],
        None,
    )
    .await;
    let subscription = session["subscription"].as_str().expect("an id");
    for _ in 0..20 {
        assert!(control.turn(subscription, &Turn::Renew, 1));
    }
    let mischief = Mischief { seed: 3, total: 100, bad_signatures: 5 };
    let unruly = control.unruly(mischief);
    assert_eq!((unruly.len(), unruly.iter().filter(|delivery| !delivery.is_genuine).count()), (100, 5));
    let order = |all: &[Delivery]| -> Vec<_> {
        all.iter().map(|delivery| (delivery.event_id.clone(), delivery.is_genuine)).collect()
    };
    assert_eq!(order(&unruly), order(&control.unruly(mischief)));
    let genuine: std::collections::BTreeSet<_> =
        unruly.iter().filter(|delivery| delivery.is_genuine).map(|delivery| &delivery.event_id).collect();
    assert_eq!(genuine.len(), control.events());
}
