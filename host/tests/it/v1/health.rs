use crate::util::{TestApp, names};

#[tokio::test]
async fn live_and_ready() {
    let app = TestApp::start().await;
    for path in ["/health", "/health/ready"] {
        let body = app.anonymous().get(path).await.expect(200);
        assert_eq!(names(&body), ["service", "status", "timestamp"]);
        assert_eq!((&body["service"], &body["status"]), (&"sourcepilot".into(), &"ok".into()));
        assert!(body["timestamp"].as_str().is_some_and(|text| text.ends_with("+00:00")));
    }
}

#[tokio::test]
async fn without_its_database_it_lives_but_is_not_ready() {
    let app = TestApp::start().await;
    app.app.db.clone().close().await.expect("closed");
    assert_eq!(app.anonymous().get("/health").await.status, 200);
    let reply = app.anonymous().get("/health/ready").await;
    assert_eq!((reply.status.as_u16(), &reply.body["status"]), (503, &"unavailable".into()));
}
