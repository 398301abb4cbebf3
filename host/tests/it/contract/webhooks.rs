use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{ADDRESS, NOBODY, Wire, id};

/// What the platform signs with in development.
const PLATFORM_SECRET: &str = "dev-platform-bridge-secret";

fn scored(score: impl Into<Value>) -> Value {
    let score: Value = score.into();
    json!({"product_url": ADDRESS, "source": "aliexpress", "score": score, "product_name": "Bottle", "category": null})
}

#[tokio::test]
async fn products_that_were_scored() {
    let mut wire = Wire::merchant().await;
    let path = "/webhooks/product-scored";
    let made = wire.post(path, &scored(92.5)).await;
    wire.post(path, &scored(92.5)).await;
    wire.post(path, &scored(49.999)).await;
    wire.post(path, &scored(-5)).await;
    wire.get(&format!("/imports/{}", made["import_job_id"].as_str().expect("an id"))).await;
    let mut elsewhere = scored(50);
    (elsewhere["product_url"], elsewhere["source"]) =
        (json!("https://blog.example/x"), json!("google_trends"));
    wire.post(path, &elsewhere).await;
    wire.post(path, &json!({})).await;
    wire.post(path, &json!({"product_url": "", "source": "", "score": "NaN", "product_name": 5})).await;
    wire.be(None);
    wire.post(path, &scored(92.5)).await;
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn secrets_of_senders() {
    let mut wire = Wire::merchant().await;
    wire.get("/webhooks/secrets").await;
    let made = wire.post("/webhooks/secrets", &json!({"name": "TrendScout"})).await;
    wire.post("/webhooks/secrets", &json!({})).await;
    wire.get("/webhooks/secrets").await;
    let path = format!("/webhooks/secrets/{}", id(&made));
    wire.delete(&path).await;
    wire.delete(&path).await;
    wire.delete(&format!("/webhooks/secrets/{NOBODY}")).await;
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    insta::assert_snapshot!(wire.record().replace(&secret, "<secret>"));
}

#[tokio::test]
async fn events_of_the_platform_and_of_stripe() {
    let mut wire = Wire::open().await;
    let event = json!({"event": "product.created", "store_id": null, "user_id": "u-1", "resource_id": "p-1",
        "resource_type": "product", "timestamp": "2026-11-24T12:00:00+00:00",
        "data": {"product_id": "p-1", "title": "Mug", "price": "9.90", "status": "active"}})
    .to_string();
    let path = "/api/v1/webhooks/platform-events";
    for body in [event.as_str(), "no json"] {
        let mut mac = Hmac::<Sha256>::new_from_slice(PLATFORM_SECRET.as_bytes()).expect("a key");
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let kind = ("x-platform-event", "product.created");
        wire.raw("POST", path, &[kind, ("x-platform-signature", &signature)], Some(body), &[]).await;
    }
    wire.raw("POST", path, &[("x-platform-signature", "sha256=00")], Some(&event), &[]).await;
    wire.raw("POST", path, &[], Some(&event), &[]).await;
    let stripe = json!({"id": "evt_1", "object": "event", "type": "invoice.paid", "created": 1_700_000_000,
        "data": {"object": {"id": "in_1", "object": "invoice"}}});
    for body in [stripe.to_string().as_str(), "[]", "no json"] {
        wire.raw("POST", "/api/v1/webhooks/stripe", &[], Some(body), &[]).await;
    }
    insta::assert_snapshot!(wire.record());
}
