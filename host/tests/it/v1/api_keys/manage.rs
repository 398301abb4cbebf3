use axum::http::Request;
use serde_json::{Value, json};

use super::{holder, made};
use crate::util::{Setup, TestApp, names};

/// `2026-11-23T18:16:10.180420+00:00`: with an offset, never with a `Z`.
fn is_offset_moment(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.ends_with("+00:00") && chrono::DateTime::parse_from_rfc3339(text).is_ok())
}

#[tokio::test]
async fn a_new_key_is_shown_once() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let new = client.post("/api-keys", &json!({"name": "", "zork": 1})).await.expect(201);
    assert_eq!(names(&new), ["id", "name", "key", "key_prefix", "scopes", "expires_at", "created_at"]);
    let key = new["key"].as_str().expect("a key");
    assert!(key.starts_with("so_live_") && key.len() == 51, "{key}");
    assert_eq!(
        (&new["key_prefix"], &new["scopes"], &new["name"]),
        (&json!(key[..12]), &json!(["read"]), &json!(""))
    );
    let listed = client.get("/api-keys").await.expect(200);
    assert_eq!(
        names(&listed[0]),
        ["id", "name", "key_prefix", "scopes", "is_active", "last_used_at", "created_at", "expires_at"]
    );
    assert_eq!((&listed[0]["is_active"], &listed[0]["last_used_at"]), (&json!(true), &Value::Null));
    assert!(is_offset_moment(&listed[0]["created_at"]), "{listed}");
    assert!(!listed.to_string().contains(key));
}

#[tokio::test]
async fn the_newest_stands_first_and_revoked_ones_stay() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let (first, second) = (made(&client, &["read", "read", "zork"]).await, made(&client, &["write"]).await);
    let path = format!("/api-keys/{}", first["id"].as_str().expect("an id"));
    let stranger = app.user().await;
    for reply in
        [stranger.delete(&path).await, client.delete(&format!("/api-keys/{}", uuid::Uuid::now_v7())).await]
    {
        assert_eq!((reply.status.as_u16(), reply.detail()), (404, "API key not found"));
    }
    for _ in 0..2 {
        let gone = client.delete(&path).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    }
    let listed = client.get("/api-keys").await.expect(200);
    let seen: Vec<_> =
        listed.as_array().expect("a list").iter().map(|key| (&key["id"], &key["is_active"])).collect();
    assert_eq!(seen, [(&second["id"], &json!(true)), (&first["id"], &json!(false))]);
    assert_eq!(listed[1]["scopes"], json!(["read", "read", "zork"]));
    assert_eq!(stranger.get("/api-keys").await.expect(200), json!([]));
}

#[tokio::test]
async fn all_faults_are_told() {
    let app = TestApp::start().await;
    let client = app.user().await;
    for (body, faults) in [
        (json!({}), vec!["missing body.name"]),
        (json!({"name": 1, "scopes": null}), vec!["string_type body.name", "list_type body.scopes"]),
        (json!({"name": "a".repeat(256)}), vec!["string_too_long body.name"]),
        (json!({"name": "a", "scopes": ["read", 5]}), vec!["string_type body.scopes.1"]),
        (json!({"name": "a", "expires_at": "soon"}), vec!["datetime_parsing body.expires_at"]),
        (json!({"name": "a\u{0}", "scopes": "read"}), vec!["value_error body.name", "list_type body.scopes"]),
    ] {
        assert_eq!(client.post("/api-keys", &body).await.faults(), faults, "{body}");
    }
    let past = client.post("/api-keys", &json!({"name": "a", "expires_at": "2020-01-01T00:00:00Z"})).await;
    assert!(past.status == 400 && past.detail().contains("expires_at"), "{}", past.text);
    assert_eq!(client.delete("/api-keys/nonsense").await.faults(), ["uuid_parsing path.key_id"]);
}

#[tokio::test]
async fn a_key_gives_away_only_what_it_has() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let writer = holder(&app, &client, &["write"]).await;
    for scopes in [json!(["read"]), json!(["write", "zork"]), json!([])] {
        writer.post("/api-keys", &json!({"name": "a", "scopes": scopes})).await.expect(201);
    }
    for scope in ["admin", "provision"] {
        let reply = writer.post("/api-keys", &json!({"name": "a", "scopes": ["read", scope]})).await;
        assert!(reply.status == 403 && reply.detail().contains(&format!("'{scope}'")), "{}", reply.text);
    }
    let admin = made(&client, &["admin"]).await;
    let path = format!("/api-keys/{}", admin["id"].as_str().expect("an id"));
    assert_eq!(writer.delete(&path).await.status, 403);
    assert_eq!(
        app.anonymous().with_key(admin["key"].as_str().expect("a key")).delete(&path).await.status,
        204
    );
}

#[tokio::test]
async fn a_key_makes_none_that_outlives_it() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let body = |end: Option<&str>| json!({"name": "a", "scopes": ["write"], "expires_at": end});
    let short = client.post("/api-keys", &body(Some("2099-01-01T00:00:00Z"))).await.expect(201);
    assert_eq!(short["expires_at"], "2099-01-01T00:00:00+00:00");
    let short = app.anonymous().with_key(short["key"].as_str().expect("a key"));
    for end in [None, Some("2099-01-01T00:00:01Z")] {
        let reply = short.post("/api-keys", &body(end)).await;
        assert!(reply.status == 403 && reply.detail().contains("2099-01-01T00:00:00Z"), "{}", reply.text);
    }
    short.post("/api-keys", &body(Some("2098-12-31T00:00:00Z"))).await.expect(201);
}

#[tokio::test]
async fn a_repeat_with_the_same_idempotency_key_gets_the_same_key() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let create = async |name: &str| {
        let body = json!({"name": name}).to_string();
        let request = Request::post("/api/v1/api-keys").header("idempotency-key", "k1");
        client.request(request.body(body.into()).expect("a request")).await
    };
    let (first, second) = (create("a").await.expect(201), create("a").await.expect(201));
    assert_eq!((&first["key"], &first["id"]), (&second["key"], &second["id"]));
    assert_eq!(create("b").await.status, 409);
    assert_eq!(client.get("/api-keys").await.expect(200).as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn keys_begin_with_the_letters_of_the_service() {
    let app = Setup::default().set("SERVICE_NAME", "Trendscout").start().await;
    let key = made(&app.user().await, &["read"]).await;
    assert!(key["key"].as_str().is_some_and(|key| key.starts_with("tr_live_")), "{key}");
}
