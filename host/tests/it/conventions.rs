//! What holds for every operation.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use crate::util::{Client, Reply, Setup, TestApp};

async fn send(client: &Client, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let request = Request::builder().method(method).uri(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    client.request(request.body(Body::from(body.to_owned())).expect("a request")).await
}

#[tokio::test]
async fn every_answer_has_the_agreed_headers() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for path in ["/api/v1/health", "/api/v1/auth/me", "/nowhere", "/openapi.json"] {
        let reply = send(&client, "GET", path, &[], "").await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("x-xss-protection", "1; mode=block"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("content-security-policy", "default-src 'self'"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
            ("vary", "Origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path} {name}");
        }
        assert_eq!(reply.header("x-request-id").map(str::len), Some(36));
    }
    let reply = send(&client, "GET", "/api/v1/health", &[("x-request-id", "mine-1")], "").await;
    assert_eq!(reply.header("x-request-id"), Some("mine-1"));
}

#[tokio::test]
async fn pages_of_listed_origins_may_call() {
    let app = Setup::default().set("CORS_ORIGINS", "https://a.example,https://b.example").start().await;
    let client = app.anonymous();
    let preflight = async |origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization,x-mine"),
        ];
        send(&client, "OPTIONS", "/api/v1/connections", &headers, "").await
    };
    let good = preflight("https://b.example").await;
    assert_eq!((good.status.as_u16(), good.text.as_str()), (200, "OK"));
    assert_eq!(good.header("access-control-allow-origin"), Some("https://b.example"));
    assert_eq!(good.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(good.header("access-control-allow-headers"), Some("authorization,x-mine"));
    assert_eq!(good.header("access-control-max-age"), Some("600"));
    assert!(good.header("access-control-allow-methods").is_some_and(|methods| methods.contains("PUT")));
    assert!(good.header("x-request-id").is_some() && good.header("x-frame-options").is_none());

    let bad = preflight("https://evil.example").await;
    assert_eq!((bad.status.as_u16(), bad.text.as_str()), (400, "Disallowed CORS origin"));
    assert_eq!(bad.header("access-control-allow-origin"), None);

    let plain = send(&client, "GET", "/api/v1/auth/me", &[("origin", "https://a.example")], "").await;
    assert_eq!(plain.status, 401);
    assert_eq!(plain.header("access-control-allow-origin"), Some("https://a.example"));
    let stranger = send(&client, "GET", "/api/v1/health", &[("origin", "https://evil.example")], "").await;
    assert_eq!((stranger.status.as_u16(), stranger.header("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn unknown_addresses_and_methods() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for path in ["/", "/health", "/api", "/api/v1", "/api/v1/zork"] {
        let reply = send(&client, "GET", path, &[], "").await;
        assert_eq!((reply.status.as_u16(), reply.body), (404, json!({"detail": "Not Found"})), "{path}");
    }
    for (method, path, allow) in [
        ("DELETE", "/api/v1/health", "GET"),
        ("HEAD", "/api/v1/health", "GET"),
        ("PATCH", "/api/v1/auth/login", "POST"),
        ("GET", "/api/v1/auth/login/", "POST"),
        ("OPTIONS", "/api/v1/imports", "GET"),
    ] {
        let reply = send(&client, method, path, &[], "").await;
        assert_eq!(reply.status, 405, "{method} {path}");
        assert!(reply.header("allow").is_some_and(|allowed| allowed.contains(allow)), "{method} {path}");
        assert_eq!(reply.body, json!({"detail": "Method Not Allowed"}), "{method} {path}");
    }
}

#[tokio::test]
async fn both_forms_of_an_address_are_served() {
    let app = TestApp::start().await;
    let client = app.user().await;
    assert_eq!(client.get("/connections/").await.status, 200);
    assert_eq!(client.get("/imports/?limit=1").await.status, 200);
    let body = json!({"store_name": "a", "platform": "b", "store_url": "c"});
    assert_eq!(client.post("/connections/", &body).await.status, 201);
}

#[tokio::test]
async fn the_order_of_checks_is_syntax_then_credentials_then_fields() {
    let app = TestApp::start().await;
    let post = async |client: &Client, body: &str| {
        send(client, "POST", "/api/v1/imports", &[("content-type", "application/json")], body).await
    };
    let anonymous = app.anonymous();
    assert_eq!(post(&anonymous, "{").await.faults()[0], "json_invalid body.1");
    assert_eq!(post(&anonymous, "{}").await.status, 401);
    assert_eq!(post(&anonymous, "").await.status, 401);
    let user = app.user().await;
    assert_eq!(post(&user, "").await.faults(), ["missing body"]);
    assert_eq!(post(&user, "[]").await.faults(), ["model_attributes_type body"]);
    assert_eq!(post(&user, "null").await.status, 422);
    assert_eq!(post(&user, "{\"product_url\": NaN}").await.status, 422);
    let deep = post(&user, &"[".repeat(5000)).await;
    assert_eq!((deep.status.as_u16(), deep.detail()), (400, "There was an error parsing the body"));
    assert_eq!(post(&user, "{\"product_url\": \"\\ud800\"}").await.status, 422);
    // What is no JSON has no fields, which is said only to those who may ask.
    let plain = [("content-type", "text/plain")];
    let unknown = send(&anonymous, "POST", "/api/v1/imports", &plain, "{").await;
    assert_eq!((unknown.status.as_u16(), unknown.detail()), (401, "Not authenticated"));
    let known = send(&user, "POST", "/api/v1/imports", &plain, "{").await;
    assert_eq!(known.faults(), ["model_attributes_type body"]);
    // A request without use for a body does not look at it.
    let id = "/api/v1/imports/0195f3a0-1111-7abc-8def-0123456789ab/cancel";
    assert_eq!(send(&user, "POST", id, &[], "{").await.status, 404);
}

#[tokio::test]
async fn bodies_without_a_type_are_json_and_other_types_are_not() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let body = json!({"email": "a@example.com", "password": "correct horse"}).to_string();
    assert_eq!(send(&client, "POST", "/api/v1/auth/register", &[], &body).await.status, 201);
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"] {
        let reply = send(&client, "POST", "/api/v1/auth/login", &[("content-type", kind)], &body).await;
        assert_eq!(reply.status, 200, "{kind}");
    }
    let form = "email=a%40example.com&password=hunter2hunter2";
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let reply = send(&client, "POST", "/api/v1/auth/login", &kind, form).await;
    assert_eq!(reply.faults(), ["model_attributes_type body"]);
    assert!(!reply.text.contains("hunter2"));
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let app = TestApp::start().await;
    let body = json!({"email": "a@example.com", "password": "x".repeat(1024 * 1024)}).to_string();
    let reply = send(&app.anonymous(), "POST", "/api/v1/auth/login", &[], &body).await;
    assert_eq!(reply.status, 413);
    assert!(!reply.detail().is_empty());
}

#[tokio::test]
async fn an_address_that_asks_too_much_has_to_wait() {
    let app = Setup::default().set("RATE_LIMIT_PER_ADDRESS", "5").start().await;
    let client = app.anonymous();
    for _ in 0..5 {
        assert_eq!(client.get("/auth/me").await.status, 401);
    }
    let reply = client.get("/auth/me").await;
    assert_eq!(reply.status, 429);
    assert!(
        reply.header("retry-after").and_then(|text| text.parse::<u64>().ok()).is_some_and(|wait| wait > 0)
    );
    assert_eq!(client.get("/health").await.status, 200);
}

#[tokio::test]
async fn nul_characters_are_faults_of_the_request() {
    let app = TestApp::start().await;
    let client = app.user().await;
    for path in ["/products/search?q=a%00b", "/imports?status=%00", "/imports/%00", "/imports/%FF"] {
        let reply = client.get(path).await;
        assert!(matches!(reply.status.as_u16(), 404 | 422), "{path}: {}", reply.status);
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_stop_the_work() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let body = json!({"store_name": "a", "platform": "b", "store_url": "https://a.example"}).to_string();
    let request = Request::post("/api/v1/connections").body(Body::from(body)).expect("a request");
    let mut answer = Box::pin(client.raw(request));
    // Until the handler runs in its task, then gone.
    for _ in 0..50 {
        assert!(futures::poll!(answer.as_mut()).is_pending(), "answered before it could be dropped");
        if !app.app.tasks.is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    drop(answer);
    app.app.tasks.close();
    app.app.tasks.wait().await;
    assert_eq!(client.get("/connections").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
}
