//! For those who run the installation. Their accounts are made by commands, so this
//! needs a server of its own.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sourcepilot::service::{auth, provisioning};
use sourcepilot_domain::plan::Plan;

use super::{NOBODY, Wire};

#[tokio::test]
async fn accounts_for_a_platform() {
    let mut wire = Wire::open().await;
    let Some(app) = wire.app() else { return };
    let made = provisioning::create_service(&app.app, "platform").await.expect("a service account");
    let key = made.secret.expose_secret().to_owned();
    let email = wire.email();
    let body = json!({"email": email, "external_platform_id": "platform-1", "plan": "pro", "external_store_id": "s-1"});
    let aliases =
        json!({"email": email, "platform_user_id": "platform-1", "tier": "growth", "store_id": null});
    for body in [
        body.clone(),
        aliases,
        json!({}),
        json!({"email": "x", "plan": null, "external_platform_id": ""}),
        json!({"email": "a@example.com", "plan": "gold", "external_platform_id": 5}),
    ] {
        let key = ("x-api-key", key.as_str());
        wire.raw("POST", "/api/v1/auth/provision", &[key], Some(&body.to_string()), &[]).await;
    }
    wire.post("/auth/provision", &body).await;
    // A merchant may not.
    let merchant = json!({"email": "merchant@example.com", "password": "correct horse battery"});
    let merchant = wire.post("/auth/register", &merchant).await;
    wire.be(merchant["access_token"].as_str());
    wire.post("/auth/provision", &body).await;
    insta::assert_snapshot!(wire.record().replace(&key, "<key of a service>"));
}

#[tokio::test]
async fn accounts_and_plugins_of_the_installation() {
    let mut wire = Wire::merchant().await;
    let me = wire.get("/auth/me").await;
    wire.get("/admin/users").await;
    let Some(app) = wire.app() else { return };
    let (email, password) = ("root@example.com", "correct horse battery");
    let secret = SecretString::from(password);
    auth::create_user(&app.app, email.into(), secret, Plan::Free, true).await.expect("made");
    let tokens = wire.post("/auth/login", &json!({"email": email, "password": password})).await;
    wire.be(tokens["access_token"].as_str());
    wire.get("/admin/users?limit=1").await;
    wire.get("/admin/users?limit=0").await;
    let path = format!("/admin/users/{}", me["id"].as_str().expect("an id"));
    wire.put(&path, &json!({"plan": "pro"})).await;
    wire.patch(&path, &json!({"is_active": false})).await;
    wire.put(&path, &json!({"plan": "gold"})).await;
    wire.put(&format!("/admin/users/{NOBODY}"), &json!({"plan": "pro"})).await;
    wire.get("/admin/plugins").await;
    wire.post_nothing("/admin/plugins/reload").await;
    wire.post_nothing("/admin/plugins/manual/release").await;
    wire.post_nothing("/admin/plugins/zork/release").await;
    insta::assert_snapshot!(wire.record());
}
