use serde_json::{Value, json};

use crate::util::{Client, TestApp};

async fn login(app: &TestApp) -> (Client, Value) {
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    let tokens = app.anonymous().post("/auth/login", &body).await.expect(200);
    let client = app.anonymous().with_token(tokens["access_token"].as_str().expect("a token"));
    (client, json!({"refresh_token": tokens["refresh_token"]}))
}

#[tokio::test]
async fn one_session_ends_or_all_of_them() {
    let app = TestApp::start().await;
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await.expect(201);
    let (client, first) = login(&app).await;
    let (_, second) = login(&app).await;
    let (_, third) = login(&app).await;
    let refresh = async |token: &Value| app.anonymous().post("/auth/refresh", token).await.status.as_u16();

    let from_first = app.anonymous().post("/auth/refresh", &first).await.expect(200);
    client.post("/auth/logout", &first).await.expect(204);
    assert_eq!((refresh(&first).await, refresh(&second).await), (401, 200));
    // What was exchanged for the first one belongs to the same session.
    assert_eq!(refresh(&json!({"refresh_token": from_first["refresh_token"]})).await, 401);

    assert_eq!(client.post_nothing("/auth/logout").await.status, 204);
    assert_eq!((refresh(&second).await, refresh(&third).await), (401, 401));
    let (_, fresh) = login(&app).await;
    assert_eq!(refresh(&fresh).await, 200);
}

/// Tokens know whole seconds; several ends and beginnings fit into one.
#[tokio::test]
async fn the_end_of_all_sessions_ends_those_that_began_just_now() {
    let app = TestApp::start().await;
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await.expect(201);
    for round in 0..4 {
        let (client, refresh) = login(&app).await;
        client.get("/auth/me").await.expect(200);
        client.post_nothing("/auth/logout-all").await.expect(204);
        assert_eq!(client.get("/auth/me").await.status, 401, "round {round}");
        assert_eq!(app.anonymous().post("/auth/refresh", &refresh).await.status, 401, "round {round}");
    }
}
