use serde_json::json;

use super::{NOBODY, Wire, id};

#[tokio::test]
async fn registration_login_and_renewal() {
    let mut wire = Wire::open().await;
    let good = json!({"email": wire.email(), "password": "correct horse battery"});
    wire.post("/auth/register", &good).await;
    wire.post("/auth/register", &good).await;
    wire.post("/auth/register", &json!({"email": "nobody", "password": "short"})).await;
    wire.post("/auth/register", &json!({"password": "correct horse battery"})).await;
    wire.post("/auth/login", &json!({"email": wire.email(), "password": "wrong"})).await;
    wire.post("/auth/login", &json!({"email": "unknown@example.com", "password": "wrong"})).await;
    let tokens = wire.post("/auth/login", &good).await;
    wire.get("/auth/me").await;
    wire.be(tokens["access_token"].as_str());
    wire.get("/auth/me").await;
    wire.post("/auth/refresh", &json!({"refresh_token": "zork"})).await;
    wire.post("/auth/refresh", &json!({"refresh_token": tokens["access_token"]})).await;
    insta::assert_snapshot!(
        wire.record().replace(tokens["access_token"].as_str().expect("a token"), "<token>")
    );
}

#[tokio::test]
async fn keys_for_programs() {
    let mut wire = Wire::merchant().await;
    wire.get("/api-keys").await;
    let first = wire.post("/api-keys", &json!({"name": "First"})).await;
    wire.post("/api-keys", &json!({"name": "", "scopes": ["write", "write", "zork"]})).await;
    wire.post("/api-keys", &json!({"name": "x".repeat(256), "scopes": "read"})).await;
    wire.post("/api-keys", &json!({"scopes": null})).await;
    wire.delete(&format!("/api-keys/{}", id(&first))).await;
    wire.delete(&format!("/api-keys/{}", id(&first))).await;
    wire.get("/api-keys").await;
    wire.delete(&format!("/api-keys/{NOBODY}")).await;
    wire.be(None);
    let key = first["key"].as_str().expect("a key").to_owned();
    wire.get("/usage").await;
    wire.raw("GET", "/api/v1/usage", &[("x-api-key", &key)], None, &[]).await;
    insta::assert_snapshot!(wire.record().replace(&key, "<revoked key>"));
}

#[tokio::test]
async fn supplier_accounts() {
    let mut wire = Wire::merchant().await;
    wire.get("/suppliers/accounts").await;
    let account = json!({"name": "S", "platform": "aliexpress", "credentials": {"app_key": "500001", "app_secret": "hidden"}});
    let made = wire.post("/suppliers/accounts", &account).await;
    wire.post("/suppliers/accounts", &account).await;
    wire.post("/suppliers/accounts", &json!({"name": "B", "platform": "aliexpress"})).await;
    wire.post("/suppliers/accounts", &json!({"name": "", "platform": 1, "credentials": "x"})).await;
    wire.get("/suppliers/accounts").await;
    let path = format!("/suppliers/accounts/{}", id(&made));
    wire.put(&path, &json!({"name": "B"})).await;
    wire.put(&path, &json!({"name": "T", "is_active": false, "credentials": null})).await;
    wire.put(&format!("/suppliers/accounts/{NOBODY}"), &json!({"name": "T"})).await;
    wire.delete(&path).await;
    wire.delete(&path).await;
    insta::assert_snapshot!(wire.record());
}
