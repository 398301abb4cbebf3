use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{holder, made};
use crate::util::{Reply, TestApp};

async fn ask(app: &TestApp, headers: &[(&str, &str)]) -> Reply {
    let request = headers
        .iter()
        .fold(Request::get("/api/v1/auth/me"), |request, (name, value)| request.header(*name, *value));
    app.anonymous().request(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_key_asks_in_its_owners_name() {
    let app = TestApp::start().await;
    let (client, other) = (app.user().await, app.user().await);
    let me = client.get("/auth/me").await.expect(200);
    let reader = holder(&app, &client, &["read"]).await;
    assert_eq!(reader.get("/auth/me").await.expect(200), me);
    assert_ne!(other.get("/auth/me").await.expect(200), me);
    let listed = client.get("/api-keys").await.expect(200);
    assert!(listed[0]["last_used_at"].is_string(), "{listed}");
}

#[tokio::test]
async fn a_use_is_noted_at_most_once_a_minute() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let reader = holder(&app, &client, &["read"]).await;
    let last = async || client.get("/api-keys").await.expect(200)[0]["last_used_at"].clone();
    assert_eq!(last().await, Value::Null);
    reader.get("/auth/me").await.expect(200);
    let first = last().await;
    reader.get("/auth/me").await.expect(200);
    assert_eq!(last().await, first);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let revoked = made(&client, &["admin"]).await;
    client.delete(&format!("/api-keys/{}", revoked["id"].as_str().expect("an id"))).await;
    let key = made(&client, &["admin"]).await["key"].as_str().expect("a key").to_owned();
    let (upper, cut, longer, huge) = (key.to_uppercase(), &key[..50], format!("{key}A"), "a".repeat(6000));
    let wrong = ["nonsense", revoked["key"].as_str().expect("a key"), &upper, cut, &longer, &huge];
    for wrong in wrong {
        let reply = ask(&app, &[("x-api-key", wrong)]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.detail()),
            (401, "Invalid, expired or revoked API key"),
            "{wrong}"
        );
    }
    // Two keys are none, however good they are; an empty one is none as well.
    for headers in [vec![("x-api-key", key.as_str()), ("x-api-key", &key)], vec![("x-api-key", " ")]] {
        let reply = ask(&app, &headers).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Not authenticated"));
    }
    ask(&app, &[("x-api-key", &key)]).await.expect(200);
}

#[tokio::test]
async fn a_bad_token_is_not_saved_by_a_good_key() {
    let app = TestApp::start().await;
    let key = made(&app.user().await, &["admin"]).await;
    let headers = [("authorization", "Bearer nonsense"), ("x-api-key", key["key"].as_str().expect("a key"))];
    let reply = ask(&app, &headers).await;
    assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Invalid or expired token"));
}

#[tokio::test]
async fn a_key_ends_when_it_says() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let end = (chrono::Utc::now() + chrono::TimeDelta::milliseconds(1500)).to_rfc3339();
    let key = client.post("/api-keys", &json!({"name": "a", "expires_at": end})).await.expect(201);
    let holder = app.anonymous().with_key(key["key"].as_str().expect("a key"));
    holder.get("/auth/me").await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1600)).await;
    assert_eq!(holder.get("/auth/me").await.status, 401);
}

#[tokio::test]
async fn the_missing_scope_is_named_before_the_fields_are_read() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let reader = holder(&app, &client, &["read", "zork"]).await;
    let reply = reader.post("/connections", &json!({})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (403, "This API key needs the scope 'write' for this. Make a key that has it, or log in.")
    );
    let reply = holder(&app, &client, &["admin"]).await.post("/auth/logout", &json!({})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (403, "No API key may do this. Log in and send the access token.")
    );
}
