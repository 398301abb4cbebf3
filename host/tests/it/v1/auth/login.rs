use serde_json::{Value, json};

use crate::util::{Setup, TestApp};

fn body(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

#[tokio::test]
async fn the_right_password_and_only_that() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    client.post("/auth/register", &body("Anna@example.com", "correct horse")).await.expect(201);
    let tokens = client.post("/auth/login", &body("Anna@EXAMPLE.com", "correct horse")).await.expect(200);
    assert!(tokens["access_token"].is_string() && tokens["refresh_token"].is_string());
    for (email, password) in [
        ("Anna@example.com", "wrong horse"),
        ("anna@example.com", "correct horse"),
        ("nobody@example.com", "x"),
    ] {
        let reply = client.post("/auth/login", &body(email, password)).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Invalid email or password"));
        assert!(reply.header("www-authenticate").is_none());
    }
}

#[tokio::test]
async fn too_many_failures_of_one_account_have_to_wait() {
    let app = Setup::default().set("LOGIN_ATTEMPTS_PER_ACCOUNT", "3").start().await;
    let client = app.anonymous();
    client.post("/auth/register", &body("anna@example.com", "correct horse")).await.expect(201);
    for _ in 0..3 {
        client.post("/auth/login", &body("anna@example.com", "wrong")).await.expect(401);
    }
    let reply = client.post("/auth/login", &body("anna@example.com", "correct horse")).await;
    assert_eq!(reply.status, 429);
    let seconds: u64 = reply.header("retry-after").and_then(|text| text.parse().ok()).expect("seconds");
    assert!((1..=301).contains(&seconds));
    // Others are not concerned.
    client.post("/auth/register", &body("ben@example.com", "correct horse")).await.expect(201);
    client.post("/auth/login", &body("ben@example.com", "correct horse")).await.expect(200);
}

#[tokio::test]
async fn a_full_queue_of_passwords_says_when_to_come_back() {
    let app = TestApp::start().await;
    app.anonymous().post("/auth/register", &body("anna@example.com", "correct horse")).await.expect(201);
    let client = app.anonymous();
    let wrong = body("anna@example.com", "wrong");
    let replies = futures::future::join_all((0..400).map(|_| client.post("/auth/login", &wrong))).await;
    for reply in replies.iter().filter(|reply| reply.status == 503) {
        assert!(reply.header("retry-after").is_some());
    }
    assert!(replies.iter().all(|reply| matches!(reply.status.as_u16(), 401 | 429 | 503)));
}
