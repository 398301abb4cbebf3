use secrecy::SecretString;
use serde_json::json;
use sourcepilot_domain::plan::Plan;

use crate::util::{Client, Setup, TestApp, names};

async fn administrator(app: &TestApp) -> Client {
    let password = SecretString::from("correct horse");
    sourcepilot::service::auth::create_user(&app.app, "root@example.com".into(), password, Plan::Free, true)
        .await
        .expect("made");
    let login = json!({"email": "root@example.com", "password": "correct horse"});
    let tokens = app.anonymous().post("/auth/login", &login).await.expect(200);
    app.anonymous().with_token(tokens["access_token"].as_str().expect("a token"))
}

#[tokio::test]
async fn only_administrators_may_and_their_keys_need_the_scope() {
    let app = TestApp::start().await;
    let (root, merchant) = (administrator(&app).await, app.user().await);
    let key = async |client: &Client, scope: &str| {
        let key = client.post("/api-keys", &json!({"name": "a", "scopes": [scope]})).await.expect(201);
        app.anonymous().with_key(key["key"].as_str().expect("a key"))
    };
    for path in ["/admin/users", "/admin/plugins"] {
        assert_eq!(app.anonymous().get(path).await.status, 401);
        let reply = merchant.get(path).await;
        assert!(reply.status == 403 && reply.detail().contains("administrator"), "{}", reply.text);
        assert_eq!(key(&merchant, "admin").await.get(path).await.status, 403);
        let reply = key(&root, "write").await.get(path).await;
        assert!(reply.status == 403 && reply.detail().contains("'admin'"), "{}", reply.text);
        key(&root, "admin").await.get(path).await.expect(200);
        root.get(path).await.expect(200);
    }
    assert_eq!(merchant.post_nothing("/admin/plugins/reload").await.status, 403);
}

#[tokio::test]
async fn accounts_are_listed_the_newest_first_without_secrets() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let merchant = app.user().await.get("/auth/me").await.expect(200);
    let page = root.get("/admin/users?limit=1").await.expect(200);
    assert_eq!((names(&page), &page["total"]), (vec!["items", "total"], &json!(2)));
    assert_eq!(
        names(&page["items"][0]),
        ["id", "email", "is_active", "is_admin", "is_service", "plan", "created_at"]
    );
    assert_eq!(page["items"][0]["id"], merchant["id"]);
    let page = root.get("/admin/users?skip=1").await.expect(200);
    assert_eq!(
        (&page["items"][0]["email"], &page["items"][0]["is_admin"]),
        (&json!("root@example.com"), &json!(true))
    );
    assert_eq!(root.get("/admin/users?skip=99999999999999999999").await.expect(200)["items"], json!([]));
    assert_eq!(root.get("/admin/users?limit=0").await.faults(), ["greater_than_equal query.limit"]);
}

#[tokio::test]
async fn a_deactivated_account_is_out_at_once() {
    let app = TestApp::start().await;
    let (root, merchant) = (administrator(&app).await, app.user().await);
    let key = merchant.post("/api-keys", &json!({"name": "a"})).await.expect(201);
    let id = merchant.get("/auth/me").await.expect(200)["id"].as_str().expect("an id").to_owned();
    let path = format!("/admin/users/{id}");
    let changed = root.put(&path, &json!({"is_active": false, "plan": "pro"})).await.expect(200);
    assert_eq!((&changed["is_active"], &changed["plan"]), (&json!(false), &json!("pro")));
    assert_eq!(merchant.get("/auth/me").await.detail(), "User not found or inactive");
    assert_eq!(
        app.anonymous().with_key(key["key"].as_str().expect("a key")).get("/auth/me").await.status,
        401
    );
    root.put(&path, &json!({"is_active": true})).await.expect(200);
    // The tokens of before stay ended.
    assert_eq!(merchant.get("/auth/me").await.detail(), "Invalid or expired token");
    app.anonymous().with_key(key["key"].as_str().expect("a key")).get("/auth/me").await.expect(200);
    let own = root.get("/auth/me").await.expect(200)["id"].as_str().expect("an id").to_owned();
    assert_eq!(root.put(&format!("/admin/users/{own}"), &json!({"is_active": false})).await.status, 400);
    let unknown = format!("/admin/users/{}", uuid::Uuid::now_v7());
    assert_eq!(root.put(&unknown, &json!({"plan": "pro"})).await.detail(), "User not found");
}

#[tokio::test]
async fn plugins_are_shown_read_again_and_released() {
    let app = Setup::default().plugins(&["manual"]).start().await;
    let root = administrator(&app).await;
    let shown = root.get("/admin/plugins").await.expect(200);
    assert_eq!(
        (&shown["items"][0]["id"], &shown["items"][0]["quarantined"]),
        (&json!("manual"), &json!(null))
    );
    assert_eq!(root.post_nothing("/admin/plugins/reload").await.expect(200), shown);
    assert_eq!(root.post_nothing("/admin/plugins/manual/release").await.expect(200), shown);
    assert_eq!(root.post_nothing("/admin/plugins/zork/release").await.detail(), "Plugin not found");
    std::fs::write(app.app.plugins.registry(), "not toml [").expect("written");
    let reply = root.post_nothing("/admin/plugins/reload").await;
    assert_eq!(reply.status, 502, "{}", reply.text);
    assert_eq!(root.get("/admin/plugins").await.expect(200), shown);
}
