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
        ("Anna@example.com", "x".repeat(70_000).as_str()),
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
    assert!((1..=901).contains(&seconds));
    // Others are not concerned.
    client.post("/auth/register", &body("ben@example.com", "correct horse")).await.expect(201);
    client.post("/auth/login", &body("ben@example.com", "correct horse")).await.expect(200);
}

#[tokio::test]
async fn many_guesses_at_once_are_counted_one_by_one() {
    let app = Setup::default().set("LOGIN_ATTEMPTS_PER_ACCOUNT", "5").start().await;
    let client = app.anonymous();
    client.post("/auth/register", &body("anna@example.com", "correct horse")).await.expect(201);
    let wrong = body("anna@example.com", "wrong");
    let replies = futures::future::join_all((0..40).map(|_| client.post("/auth/login", &wrong))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 401).count(), 5);
    assert_eq!(replies.iter().filter(|reply| reply.status == 429).count(), 35);
}

#[tokio::test]
async fn for_nobody_as_much_is_computed_as_for_somebody() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    client.post("/auth/register", &body("anna@example.com", "correct horse")).await.expect(201);
    let mut answers = Vec::new();
    for email in ["anna@example.com", "nobody@example.com"] {
        let before = app.app.passwords.checked();
        let reply = client.post("/auth/login", &body(email, "wrong")).await;
        assert_eq!(app.app.passwords.checked() - before, 1, "{email}");
        answers.push((reply.status, reply.text));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn registrations_from_one_address_have_a_limit_of_their_own() {
    let app = Setup::default().set("ACCOUNT_REQUESTS_PER_ADDRESS", "3").start().await;
    let client = app.anonymous();
    for number in 0..3 {
        client
            .post("/auth/register", &body(&format!("u{number}@example.com"), "correct horse"))
            .await
            .expect(201);
    }
    let reply = client.post("/auth/register/", &body("u4@example.com", "correct horse")).await;
    assert!(reply.status == 429 && reply.header("retry-after").is_some(), "{}", reply.text);
    client.post("/auth/login", &body("u1@example.com", "correct horse")).await.expect(200);
}

#[tokio::test]
async fn three_hundred_and_thirty_requests_a_minute_pass() {
    let app = TestApp::start().await;
    let client = app.user().await;
    for number in 0..330 {
        assert_eq!(client.get("/auth/me").await.status, 200, "{number}");
    }
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
