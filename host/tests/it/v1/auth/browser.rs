use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::util::{Reply, TestApp};

async fn send(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    app.anonymous().request(request.body(body).expect("a request")).await
}

/// Log a browser in: its `Set-Cookie` and the answer.
async fn login(app: &TestApp, headers: &[(&str, &str)]) -> (String, Value) {
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &body).await;
    let reply = send(app, Method::POST, "/auth/session", headers, &body).await;
    let set = reply.header("set-cookie").expect("a cookie").to_owned();
    (set, reply.expect(201))
}

fn cookie(set: &str) -> &str {
    set.split(';').next().unwrap_or_default()
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_protected_over_https() {
    let app = TestApp::start().await;
    let (set, session) = login(&app, &[("origin", "http://localhost:3109")]).await;
    assert!(
        set.starts_with("sourcepilot_session=")
            && set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800"),
        "{set}"
    );
    assert_eq!(session["user"]["email"], "anna@example.com");
    assert!(!session.to_string().contains(cookie(&set).split('=').nth(1).expect("a token")));
    let (set, _) = login(&app, &[("host", "app.example.com"), ("origin", "https://app.example.com")]).await;
    assert!(set.starts_with("__Host-sourcepilot_session=") && set.ends_with("; Secure"), "{set}");
    send(&app, Method::GET, "/auth/me", &[("cookie", cookie(&set))], &Value::Null).await.expect(200);
}

#[tokio::test]
async fn what_changes_something_needs_the_token_and_a_page_of_ours() {
    let app = TestApp::start().await;
    let (set, session) = login(&app, &[]).await;
    let (cookie, csrf) = (("cookie", cookie(&set)), session["csrf_token"].as_str().expect("a token"));
    let key = json!({"name": "a"});
    let post = async |headers: &[(&str, &str)]| send(&app, Method::POST, "/api-keys", headers, &key).await;
    for headers in [
        vec![cookie],
        vec![cookie, ("x-csrf-token", "wrong")],
        vec![cookie, ("x-csrf-token", ""), ("origin", "http://localhost:3109")],
        vec![cookie, ("x-csrf-token", csrf), ("origin", "https://evil.example")],
        vec![cookie, ("x-csrf-token", csrf), ("origin", "null")],
        vec![cookie, ("x-csrf-token", csrf), ("sec-fetch-site", "cross-site")],
    ] {
        assert_eq!(post(&headers).await.status, 403, "{headers:?}");
    }
    post(&[cookie, ("x-csrf-token", csrf), ("origin", "http://localhost:3109")]).await.expect(201);
    post(&[cookie, ("x-csrf-token", csrf)]).await.expect(201);
    // Somebody else's token does not fit.
    let (_, other) = login(&app, &[]).await;
    assert_eq!(
        post(&[cookie, ("x-csrf-token", other["csrf_token"].as_str().expect("a token"))]).await.status,
        403
    );
    // The page finds the token again after it was reloaded.
    let again = send(&app, Method::GET, "/auth/session", &[cookie], &Value::Null).await.expect(200);
    assert_eq!(again["csrf_token"], csrf);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_log_a_browser_in() {
    let app = TestApp::start().await;
    login(&app, &[]).await;
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    let reply = send(&app, Method::POST, "/auth/session", &[("origin", "https://evil.example")], &body).await;
    assert!(reply.status == 403 && reply.header("set-cookie").is_none(), "{}", reply.text);
}

#[tokio::test]
async fn a_session_ends_when_it_is_told_to() {
    let app = TestApp::start().await;
    let (set, session) = login(&app, &[]).await;
    let cookie = ("cookie", cookie(&set));
    let csrf = ("x-csrf-token", session["csrf_token"].as_str().expect("a token"));
    let out = send(&app, Method::DELETE, "/auth/session", &[cookie, csrf], &Value::Null).await;
    assert_eq!(out.status, 204);
    let cleared: Vec<_> = out.headers.get_all("set-cookie").iter().collect();
    assert!(
        cleared.len() == 2
            && cleared.iter().all(|value| value.to_str().is_ok_and(|text| text.contains("Max-Age=0")))
    );
    let reply = send(&app, Method::GET, "/auth/me", &[cookie], &Value::Null).await;
    assert_eq!((reply.status.as_u16(), reply.detail()), (401, "The session has ended; log in again."));
    for made_up in
        ["sourcepilot_session=nonsense".to_owned(), format!("sourcepilot_session={}", "a".repeat(500))]
    {
        assert_eq!(
            send(&app, Method::GET, "/auth/me", &[("cookie", &made_up)], &Value::Null).await.status,
            401
        );
    }
}

#[tokio::test]
async fn a_changed_password_ends_other_browsers_and_not_this_one() {
    let app = TestApp::start().await;
    let (here, session) = login(&app, &[]).await;
    let (there, _) = login(&app, &[]).await;
    let csrf = session["csrf_token"].as_str().expect("a token");
    let body = json!({"current_password": "correct horse", "new_password": "battery staple"});
    let headers = [("cookie", cookie(&here)), ("x-csrf-token", csrf)];
    send(&app, Method::POST, "/auth/change-password", &headers, &body).await.expect(200);
    let status = async |set: &str| {
        send(&app, Method::GET, "/auth/me", &[("cookie", cookie(set))], &Value::Null).await.status
    };
    assert_eq!((status(&here).await.as_u16(), status(&there).await.as_u16()), (200, 401));
}

#[tokio::test]
async fn a_token_or_key_decides_before_a_cookie() {
    let app = TestApp::start().await;
    let (set, _) = login(&app, &[]).await;
    for header in
        [("authorization", "Bearer nonsense"), ("x-api-key", "nonsense"), ("authorization", "Basic YTpi")]
    {
        let reply =
            send(&app, Method::GET, "/auth/me", &[("cookie", cookie(&set)), header], &Value::Null).await;
        assert_eq!(reply.status, 401, "{header:?}");
    }
}
