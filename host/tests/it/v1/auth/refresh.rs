use serde_json::{Value, json};

use crate::util::TestApp;

async fn registered(app: &TestApp) -> Value {
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await.expect(201)
}

#[tokio::test]
async fn a_refresh_token_gives_new_tokens_and_stays_good() {
    let app = TestApp::start().await;
    let tokens = registered(&app).await;
    let body = json!({"refresh_token": tokens["refresh_token"]});
    for _ in 0..2 {
        let fresh = app.anonymous().post("/auth/refresh", &body).await.expect(200);
        assert_ne!(fresh["refresh_token"], tokens["refresh_token"]);
        let client = app.anonymous().with_token(fresh["access_token"].as_str().expect("a token"));
        assert_eq!(client.get("/auth/me").await.status, 200);
    }
}

#[tokio::test]
async fn an_access_token_or_nonsense_is_refused() {
    let app = TestApp::start().await;
    let tokens = registered(&app).await;
    for token in [tokens["access_token"].clone(), json!("nonsense"), json!("")] {
        let reply = app.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Invalid or expired refresh token"));
    }
    let reply = app.anonymous().post("/auth/refresh", &json!({})).await;
    assert_eq!(reply.faults(), ["missing body.refresh_token"]);
}
