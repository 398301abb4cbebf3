use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;

use crate::util::{TestApp, is_moment, names};

#[tokio::test]
async fn a_merchant_sees_the_own_account() {
    let app = TestApp::start().await;
    let me = app.user().await.get("/auth/me").await.expect(200);
    assert_eq!(names(&me), ["id", "email", "is_active", "plan", "created_at"]);
    assert_eq!((&me["is_active"], &me["plan"]), (&true.into(), &"free".into()));
    assert!(is_moment(&me["created_at"]), "{me}");
}

#[tokio::test]
async fn without_good_credentials_the_answer_says_what_is_missing() {
    let app = TestApp::start().await;
    let ask = async |header: Option<&str>| {
        let request = Request::builder().uri("/api/v1/auth/me");
        let request = header.into_iter().fold(request, |request, value| request.header(AUTHORIZATION, value));
        app.anonymous().request(request.body(Body::empty()).expect("a request")).await
    };
    for header in [None, Some("Basic YTpi"), Some("Bearer"), Some("Bearer  ")] {
        let reply = ask(header).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Not authenticated"), "{header:?}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
    for header in ["Bearer nonsense", "bearer   a.b.c"] {
        let reply = ask(Some(header)).await;
        assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Invalid or expired token"));
        assert!(reply.header("www-authenticate").is_none());
    }
}
