use serde_json::{Value, json};

use crate::util::{Client, Reply, TestApp};

async fn registered(app: &TestApp) -> Value {
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await.expect(201)
}

async fn refresh(client: &Client, tokens: &Value) -> Reply {
    client.post("/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]})).await
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_one() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let mut tokens = registered(&app).await;
    for _ in 0..3 {
        let fresh = refresh(&client, &tokens).await.expect(200);
        assert_ne!(fresh["refresh_token"], tokens["refresh_token"]);
        assert_eq!(fresh["token_type"], "bearer");
        let holder = client.clone().with_token(fresh["access_token"].as_str().expect("a token"));
        assert_eq!(holder.get("/auth/me").await.status, 200);
        tokens = fresh;
    }
}

#[tokio::test]
async fn who_asks_twice_at_once_is_not_logged_out() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let tokens = registered(&app).await;
    let replies = futures::future::join_all((0..6).map(|_| refresh(&client, &tokens))).await;
    let next: Vec<Value> =
        replies.into_iter().map(|reply| reply.expect(200)["refresh_token"].clone()).collect();
    assert!(next.iter().all(|token| *token == next[0] && *token != tokens["refresh_token"]), "{next:?}");
    refresh(&client, &json!({"refresh_token": next[0]})).await.expect(200);
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
