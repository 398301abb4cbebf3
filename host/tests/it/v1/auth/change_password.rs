use serde_json::{Value, json};

use crate::util::{Client, Setup, TestApp};

const OLD: &str = "correct horse";

async fn login(app: &TestApp, password: &str) -> crate::util::Reply {
    app.anonymous().post("/auth/login", &json!({"email": "anna@example.com", "password": password})).await
}

async fn registered(app: &TestApp) -> (Client, Value) {
    let body = json!({"email": "anna@example.com", "password": OLD});
    let tokens = app.anonymous().post("/auth/register", &body).await.expect(201);
    (app.anonymous().with_token(tokens["access_token"].as_str().expect("a token")), tokens)
}

#[tokio::test]
async fn every_other_session_ends_and_this_one_goes_on() {
    let app = TestApp::start().await;
    let (client, first) = registered(&app).await;
    let other = login(&app, OLD).await.expect(200);
    let body = json!({"current_password": OLD, "new_password": "battery staple"});
    let tokens = client.post("/auth/change-password", &body).await.expect(200);
    for ended in [&first, &other] {
        let holder = app.anonymous().with_token(ended["access_token"].as_str().expect("a token"));
        assert_eq!(holder.get("/auth/me").await.detail(), "Invalid or expired token");
        let refresh = json!({"refresh_token": ended["refresh_token"]});
        assert_eq!(app.anonymous().post("/auth/refresh", &refresh).await.status, 401);
    }
    let holder = app.anonymous().with_token(tokens["access_token"].as_str().expect("a token"));
    holder.get("/auth/me").await.expect(200);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    app.anonymous().post("/auth/refresh", &refresh).await.expect(200);
    assert_eq!(login(&app, OLD).await.status, 401);
    let fresh = login(&app, "battery staple").await.expect(200);
    let holder = app.anonymous().with_token(fresh["access_token"].as_str().expect("a token"));
    holder.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn the_current_password_is_asked_for_and_guessing_it_is_counted() {
    let app = Setup::default().set("LOGIN_ATTEMPTS_PER_ACCOUNT", "2").start().await;
    let (client, _) = registered(&app).await;
    let guess = json!({"current_password": "hunter2", "new_password": "battery staple"});
    for _ in 0..2 {
        let reply = client.post("/auth/change-password", &guess).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (400, "The current password is wrong."));
    }
    let reply = client.post("/auth/change-password", &guess).await;
    assert!(reply.status == 429 && reply.header("retry-after").is_some(), "{}", reply.text);
    let reply = client.post("/auth/change-password", &json!({"new_password": "hunter2"})).await;
    assert_eq!(reply.faults(), ["missing body.current_password", "string_too_short body.new_password"]);
    assert!(!reply.text.contains("hunter2"));
}

#[tokio::test]
async fn log_out_everywhere_ends_access_tokens_at_once_and_keys_stay() {
    let app = TestApp::start().await;
    let (client, tokens) = registered(&app).await;
    let key = client.post("/api-keys", &json!({"name": "a"})).await.expect(201);
    assert_eq!(client.post_nothing("/auth/logout-all").await.status, 204);
    assert_eq!(client.get("/auth/me").await.status, 401);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    assert_eq!(app.anonymous().post("/auth/refresh", &refresh).await.status, 401);
    app.anonymous().with_key(key["key"].as_str().expect("a key")).get("/auth/me").await.expect(200);
    let fresh = login(&app, OLD).await.expect(200);
    let holder = app.anonymous().with_token(fresh["access_token"].as_str().expect("a token"));
    holder.get("/auth/me").await.expect(200);
}
