use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use sourcepilot::jobs;
use sourcepilot_jobs_engine::Worker;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::util::{MailServer, Reply, Setup, TestApp};

/// An application that sends its mail to a server of the test.
async fn started(mail: &MailServer) -> (TestApp, DropGuard) {
    let app = Setup::default()
        .set("SMTP_HOST", "127.0.0.1")
        .set("SMTP_PORT", &mail.port.to_string())
        .set("SMTP_TLS", "none")
        .set("SMTP_FROM", "SourcePilot <no-reply@example.com>")
        .set("PASSWORD_RESET_URL", "https://app.example.com/reset-password")
        .start()
        .await;
    let stop = CancellationToken::new();
    tokio::spawn(Worker::new(app.app.queue.clone(), jobs::registry(&app.app)).run(stop.clone()));
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await.expect(201);
    (app, stop.drop_guard())
}

async fn forgot(app: &TestApp, email: &str) -> Reply {
    app.anonymous().post("/auth/forgot-password", &json!({"email": email})).await
}

/// The token in a mail's link, the quoted-printable line breaks taken out.
fn token_in(mail: &str) -> String {
    let text = mail.replace("=\n", "").replace("=3D", "=");
    let rest = text.split("reset-password?token=").nth(1).expect("a link");
    rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect()
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Reply {
    app.anonymous().post("/auth/reset-password", &json!({"token": token, "new_password": password})).await
}

async fn login(app: &TestApp, password: &str) -> Value {
    let body = json!({"email": "anna@example.com", "password": password});
    let reply = app.anonymous().post("/auth/login", &body).await;
    if reply.status == 200 { reply.body } else { Value::Null }
}

#[tokio::test]
async fn the_link_of_the_mail_sets_the_password_once_and_ends_every_session() {
    let mail = MailServer::start().await;
    let (app, _worker) = started(&mail).await;
    let session = login(&app, "correct horse").await;
    let said = forgot(&app, " anna@EXAMPLE.com ").await.expect(200);
    assert_eq!(said, json!({"message": "If an account exists, a reset email has been sent."}));
    let mails = mail.wait_for(1).await;
    assert!(mails[0].contains("To: anna@example.com") && mails[0].contains("text/html"), "{}", mails[0]);
    let token = token_in(&mails[0]);
    assert_eq!(reset(&app, &token, "short").await.faults(), ["string_too_short body.new_password"]);
    reset(&app, &token, "battery staple").await.expect(200);
    assert!(login(&app, "correct horse").await.is_null() && !login(&app, "battery staple").await.is_null());
    let refresh = json!({"refresh_token": session["refresh_token"]});
    assert_eq!(app.anonymous().post("/auth/refresh", &refresh).await.status, 401);
    let holder = app.anonymous().with_token(session["access_token"].as_str().expect("a token"));
    assert_eq!(holder.get("/auth/me").await.status, 401);
    let again = reset(&app, &token, "another password").await;
    assert!(
        again.status == 400 && again.detail().starts_with("Invalid or expired reset token"),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn nothing_tells_whether_there_is_an_account() {
    let mail = MailServer::start().await;
    let (app, _worker) = started(&mail).await;
    let checked = app.app.passwords.checked();
    let mut answers = Vec::new();
    for email in ["nobody@example.com", "not an address", "", "anna@example.com"] {
        let reply = forgot(&app, email).await;
        let headers: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        answers.push((reply.status, reply.text, headers));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // The account is looked for by a job, not by the request, and no password is touched.
    assert_eq!(app.app.passwords.checked(), checked);
    assert!(mail.wait_for(1).await[0].contains("anna@example.com"));
}

#[tokio::test]
async fn only_the_newest_mail_counts_and_few_are_sent() {
    let mail = MailServer::start().await;
    let (app, _worker) = started(&mail).await;
    for sent in 1..=3 {
        forgot(&app, "anna@example.com").await.expect(200);
        mail.wait_for(sent).await;
        // Until the queue has written down that it is done.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    for _ in 0..3 {
        forgot(&app, "anna@example.com").await.expect(200);
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let mails = mail.wait_for(3).await;
    assert_eq!(reset(&app, &token_in(&mails[0]), "battery staple").await.status, 400);
    reset(&app, &token_in(&mails[2]), "battery staple").await.expect(200);
}

#[tokio::test]
async fn the_address_may_stand_in_the_query() {
    let app = TestApp::start().await;
    let ask = async |query: &str, body: &str| {
        let request = Request::post(format!("/api/v1/auth/forgot-password{query}"));
        app.anonymous().request(request.body(Body::from(body.to_owned())).expect("a request")).await
    };
    ask("?email=a@example.com", "").await.expect(200);
    ask("/?email=", "").await.expect(200);
    ask("?email=a%40example.com", "{}").await.expect(200);
    assert_eq!(ask("", "").await.faults(), ["missing query.email"]);
    assert_eq!(ask("", "{}").await.faults(), ["missing body.email"]);
    assert_eq!(ask("", "{\"email\": 5}").await.faults(), ["string_type body.email"]);
    assert_eq!(ask("", "{\"email\"").await.faults().len(), 1);
}

#[tokio::test]
async fn made_up_tokens_are_refused_before_anything_is_hashed() {
    let app = TestApp::start().await;
    for token in ["", "nonsense", &"a".repeat(4000)] {
        let reply = reset(&app, token, "battery staple").await;
        assert_eq!(reply.status, 400, "{}", reply.text);
    }
}

#[tokio::test]
async fn without_a_mail_server_mail_is_kept_in_files() {
    let app = Setup::default().start().await;
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await.expect(201);
    sourcepilot::service::auth::send_reset(&app.app, "anna@example.com").await.expect("written");
    let folder = app.app.config.server.data_dir.join("mail");
    let files: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().collect();
    let mail = std::fs::read_to_string(files[0].path()).expect("a mail").replace("\r\n", "\n");
    assert_eq!(files.len(), 1);
    reset(&app, &token_in(&mail), "battery staple").await.expect(200);
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(files[0].metadata().expect("a file").permissions().mode() & 0o777, 0o600);
}
