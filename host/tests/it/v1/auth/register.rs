use serde_json::json;

use crate::util::{TestApp, names};

#[tokio::test]
async fn a_new_account_is_logged_in_at_once() {
    let app = TestApp::start().await;
    let body = json!({"email": " MiXed@Example.COM ", "password": "correct horse", "zork": 1});
    let tokens = app.anonymous().post("/auth/register", &body).await.expect(201);
    assert_eq!(names(&tokens), ["access_token", "refresh_token", "token_type", "user"]);
    assert_eq!(
        (&tokens["token_type"], &tokens["user"]["email"]),
        (&"bearer".into(), &"MiXed@example.com".into())
    );
    let client = app.anonymous().with_token(tokens["access_token"].as_str().expect("a token"));
    assert_eq!(client.get("/auth/me").await.expect(200)["email"], "MiXed@example.com");
}

#[tokio::test]
async fn an_address_registers_once_by_its_exact_text() {
    let app = TestApp::start().await;
    let register = |email: &str| {
        let body = json!({"email": email, "password": "correct horse"});
        let client = app.anonymous();
        async move { client.post("/auth/register", &body).await }
    };
    assert_eq!(register("a@example.com").await.status, 201);
    let again = register("a@EXAMPLE.com").await;
    assert_eq!((again.status.as_u16(), again.detail()), (409, "A user with this email already exists"));
    assert_eq!(register("A@example.com").await.status, 201);
}

#[tokio::test]
async fn of_parallel_registrations_one_wins_and_none_is_a_fault() {
    let app = TestApp::start().await;
    let body = json!({"email": "race@example.com", "password": "correct horse"});
    let client = app.anonymous();
    let replies = futures::future::join_all((0..8).map(|_| client.post("/auth/register", &body))).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn all_faults_are_told_and_no_secret_is_repeated() {
    let app = TestApp::start().await;
    let cases = [
        (json!({}), vec!["missing body.email", "missing body.password"]),
        (
            json!({"email": "nope", "password": "hunter2"}),
            vec!["value_error body.email", "string_too_short body.password"],
        ),
        (json!({"email": 1, "password": null}), vec!["string_type body.email", "string_type body.password"]),
        (json!({"password": "hunter2hunter2"}), vec!["missing body.email"]),
        (
            json!({"email": "a@example.com", "password": "hunter2\u{0}hunter2"}),
            vec!["value_error body.password"],
        ),
        (
            json!({"email": "a@example.com", "password": "hunter2!".repeat(200)}),
            vec!["string_too_long body.password"],
        ),
    ];
    for (body, faults) in cases {
        let reply = app.anonymous().post("/auth/register", &body).await;
        assert_eq!(reply.faults(), faults, "{body}");
        assert!(!reply.text.contains("hunter2"), "{}", reply.text);
    }
}
