use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::util::{Client, Reply, Setup, TestApp, names};

async fn app() -> TestApp {
    Setup::default().plugins(&["aliexpress"]).start().await
}

fn sign(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn body() -> String {
    json!({"product_url": "https://www.aliexpress.com/item/1005001111222333.html", "source": "aliexpress",
        "score": 91, "product_name": "Bottle"})
    .to_string()
}

async fn call(client: &Client, path: &str, signature: &str, timestamp: &str, body: &str) -> Reply {
    let request = Request::post(path)
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(Body::from(body.to_owned()));
    client.request(request.expect("a request")).await
}

async fn made(client: &Client) -> Value {
    client.post("/webhooks/secrets", &json!({"name": "TrendScout"})).await.expect(201)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect(field)
}

#[tokio::test]
async fn a_signed_call_speaks_for_the_merchant_who_made_the_secret() {
    let app = app().await;
    let (owner, other) = (app.user().await, app.user().await);
    let secret = made(&owner).await;
    assert_eq!(names(&secret), ["id", "name", "last_used_at", "created_at", "secret", "path"]);
    let now = chrono::Utc::now().timestamp().to_string();
    let signature = sign(text(&secret, "secret"), "msg_1", &now, &body());
    let reply = call(&app.anonymous(), text(&secret, "path"), &signature, &now, &body()).await.expect(200);
    assert_eq!(reply["import_triggered"], true);
    assert_eq!(owner.get("/imports").await.expect(200)["total"], 1);
    assert_eq!(other.get("/imports").await.expect(200)["total"], 0);
    // Told again, it is the same import.
    let again = call(&app.anonymous(), text(&secret, "path"), &signature, &now, &body()).await.expect(200);
    assert_eq!(again["import_job_id"], reply["import_job_id"]);
    let listed = owner.get("/webhooks/secrets").await.expect(200);
    assert!(listed["items"][0]["last_used_at"].is_string() && listed["items"][0].get("secret").is_none());
}

#[tokio::test]
async fn nothing_but_a_genuine_signature_is_believed() {
    let app = app().await;
    let (owner, other) = (app.user().await, app.user().await);
    let (secret, theirs) = (made(&owner).await, made(&other).await);
    let client = app.anonymous();
    let clock = chrono::Utc::now().timestamp();
    let now = clock.to_string();
    let (old, early) = ((clock - 400).to_string(), (clock + 400).to_string());
    let (path, key) = (text(&secret, "path"), text(&secret, "secret"));
    let good = |timestamp: &str, body: &str| sign(key, "msg_1", timestamp, body);
    let nobody = "/api/v1/webhooks/product-scored?signer=0195f3a0-1111-7abc-8def-0123456789ab";
    for (path, signature, timestamp, body) in [
        (path, good(&now, "{}"), now.as_str(), body()),
        (path, good(&old, &body()), old.as_str(), body()),
        (path, good(&early, &body()), early.as_str(), body()),
        (path, good(&now, &body()), old.as_str(), body()),
        (path, sign(text(&theirs, "secret"), "msg_1", &now, &body()), now.as_str(), body()),
        (path, String::new(), now.as_str(), body()),
        (path, "v1,".to_owned(), now.as_str(), body()),
        (path, good(&now, "no json"), now.as_str(), "other".to_owned()),
        (nobody, good(&now, &body()), now.as_str(), body()),
        ("/api/v1/webhooks/product-scored", good(&now, &body()), now.as_str(), body()),
        ("/api/v1/webhooks/product-scored?signer=x", good(&now, &body()), now.as_str(), body()),
    ] {
        let reply = call(&client, path, &signature, timestamp, &body).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Invalid webhook signature"), "{path}");
    }
    // A token beside a bad signature does not help.
    let reply = call(&owner, path, "v1,AAAA", &now, &body()).await;
    assert_eq!(reply.status, 401);
    assert_eq!(call(&client, path, &good(&now, "no json"), &now, "no json").await.status, 422);
    assert_eq!(owner.get("/imports").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn secrets_are_the_merchants_own_and_end_at_once() {
    let app = app().await;
    let (owner, other) = (app.user().await, app.user().await);
    let secret = made(&owner).await;
    let path = format!("/webhooks/secrets/{}", text(&secret, "id"));
    assert_eq!(other.get("/webhooks/secrets").await.expect(200), json!({"items": []}));
    assert_eq!(other.delete(&path).await.detail(), "Webhook secret not found");
    owner.delete(&path).await.expect(204);
    assert_eq!(owner.delete(&path).await.status, 404);
    let now = chrono::Utc::now().timestamp().to_string();
    let signature = sign(text(&secret, "secret"), "msg_1", &now, &body());
    let reply = call(&app.anonymous(), text(&secret, "path"), &signature, &now, &body()).await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn there_are_not_too_many() {
    let app = app().await;
    let client = app.user().await;
    let body = json!({"name": "x"});
    let replies = futures::future::join_all((0..24).map(|_| client.post("/webhooks/secrets", &body))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 20);
    assert!(replies.iter().all(|reply| matches!(reply.status.as_u16(), 201 | 400)));
    assert_eq!(client.post("/webhooks/secrets", &json!({})).await.faults(), ["missing body.name"]);
}
