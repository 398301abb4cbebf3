mod access;
mod manage;
mod use_of;

use serde_json::{Value, json};

use crate::util::{Client, TestApp};

/// A new key of this merchant with these scopes: the whole answer.
pub(super) async fn made(client: &Client, scopes: &[&str]) -> Value {
    client.post("/api-keys", &json!({"name": "a key", "scopes": scopes})).await.expect(201)
}

/// Somebody who has only a new key of this merchant.
pub(super) async fn holder(app: &TestApp, client: &Client, scopes: &[&str]) -> Client {
    let key = made(client, scopes).await;
    app.anonymous().with_key(key["key"].as_str().expect("a key"))
}
