use axum::body::Body;
use axum::http::Request;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;
use sourcepilot::service::provisioning;

use crate::util::{Client, Reply, Setup, TestApp};

const SECRET: &str = "dev-platform-bridge-secret";

fn sign(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

async fn tell(client: &Client, body: &str, signature: &str) -> Reply {
    let request = Request::post("/api/v1/webhooks/platform-events")
        .header("content-type", "application/json")
        .header("x-platform-event", "product.created")
        .header("x-platform-signature", signature)
        .body(Body::from(body.to_owned()));
    client.request(request.expect("a request")).await
}

fn event(name: &str, user: &str) -> String {
    json!({"event": name, "store_id": null, "user_id": user, "resource_id": "p-1", "resource_type": "product",
        "timestamp": "2026-11-24T12:00:00+00:00", "data": {"product_id": "p-1", "price": "9.90"}})
    .to_string()
}

#[tokio::test]
async fn only_what_the_platform_signed_is_believed() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let body = event("product.created", "u-1");
    let good = sign(SECRET, &body);
    for signature in [
        "",
        "sha256=",
        &good[7..],
        &good.to_uppercase(),
        &format!("sha512={}", &good[7..]),
        &sign("other", &body),
        &sign(SECRET, "{}"),
        &good[..good.len() - 2],
    ] {
        let reply = tell(&client, &body, signature).await;
        assert_eq!(
            (reply.status.as_u16(), reply.detail()),
            (401, "Invalid platform signature"),
            "{signature}"
        );
    }
    let nothing = client.post_nothing("/webhooks/platform-events").await;
    assert_eq!(nothing.status, 401);
    // Whether it is JSON is looked at only then.
    let reply = tell(&client, "no json", &sign(SECRET, "no json")).await;
    assert_eq!((reply.status.as_u16(), reply.detail()), (400, "Invalid JSON payload"));
}

#[tokio::test]
async fn events_of_strangers_and_of_no_interest_are_taken() {
    let app = TestApp::start().await;
    for body in
        [event("product.created", "u-1"), event("moon.rose", "u-1"), "[1]".to_owned(), "{}".to_owned()]
    {
        for _ in 0..2 {
            let reply = tell(&app.anonymous(), &body, &sign(SECRET, &body)).await;
            assert_eq!(reply.expect(200), json!({"status": "ok", "actions": Vec::<Value>::new()}), "{body}");
        }
    }
}

#[tokio::test]
async fn the_merchant_whom_the_platform_knows_is_told_once() {
    let app = TestApp::start().await;
    let service = provisioning::create_service(&app.app, "platform").await.expect("a service account");
    let body = json!({"email": "shop@example.com", "external_platform_id": "u-77"});
    app.anonymous().with_key(service.secret.expose_secret()).post("/auth/provision", &body).await.expect(201);
    let body = event("product.created", "u-77");
    let first = tell(&app.anonymous(), &body, &sign(SECRET, &body)).await.expect(200);
    assert_eq!(first, json!({"status": "ok", "actions": ["merchant_notified"]}));
    let again = tell(&app.anonymous(), &body, &sign(SECRET, &body)).await.expect(200);
    assert_eq!(again["actions"], json!([]), "a replay is taken, and nothing comes of it");
    let other = event("product.created", "u-78");
    let unknown = tell(&app.anonymous(), &other, &sign(SECRET, &other)).await.expect(200);
    assert_eq!(unknown["actions"], json!([]));
}

#[tokio::test]
async fn the_secret_is_a_setting() {
    let own = "0123456789abcdef0123456789abcdef-Own";
    let app = Setup::default().set("PLATFORM_WEBHOOK_SECRET", own).start().await;
    let body = event("order.created", "u-1");
    assert_eq!(tell(&app.anonymous(), &body, &sign(SECRET, &body)).await.status, 401);
    tell(&app.anonymous(), &body, &sign(own, &body)).await.expect(200);
}
