//! The dashboard's port: the page, and the same API below it.

use axum::body::Body;
use axum::http::Request;

use crate::util::{Reply, Setup, TestApp};

async fn get(app: &TestApp, path: &str) -> Reply {
    app.dashboard().request(Request::get(path).body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn the_page_and_its_files() {
    let app = TestApp::start().await;
    for path in ["/", "/index.html", "/imports/some-place"] {
        let page = get(&app, path).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/html")), "{path}");
        assert!(page.text.contains("<title>SourcePilot"));
        assert!(
            page.header("content-security-policy")
                .is_some_and(|policy| policy.contains("img-src 'self' blob:"))
        );
    }
    assert_eq!(get(&app, "/app.js").await.header("content-type"), Some("text/javascript"));
    for path in ["/zork.js", "/../Cargo.toml", "/demo.json"] {
        assert_eq!(get(&app, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_api_is_at_the_same_origin() {
    let app = Setup::default().start().await;
    assert_eq!(get(&app, "/api/v1/health").await.status, 200);
    assert_eq!(get(&app, "/api/v1/auth/me").await.detail(), "Not authenticated");
    assert_eq!(get(&app, "/api/v1/zork").await.detail(), "Not Found");
    assert_eq!(get(&app, "/docs").await.status, 200);
}
