use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::json;

use crate::util::{Client, Setup, TestApp};

/// The text of the next frame of the stream.
async fn next(body: &mut Body) -> Option<String> {
    let frame = tokio::time::timeout(Duration::from_secs(5), body.frame()).await.expect("in time")?;
    let data = frame.expect("a frame").into_data().expect("data");
    Some(String::from_utf8(data.to_vec()).expect("text"))
}

fn field<'a>(event: &'a str, name: &str) -> &'a str {
    event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

async fn open(client: &Client, after: Option<&str>) -> Body {
    let request = Request::get("/api/v1/events");
    let request = after.into_iter().fold(request, |request, id| request.header("last-event-id", id));
    let response = client.raw(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body()
}

async fn app() -> TestApp {
    Setup::default().plugins(&["manual"]).set("SHUTDOWN_SECONDS", "1").start().await
}

async fn import(client: &Client) -> String {
    let body = json!({"product_url": "https://a.example/1", "source": "manual"});
    client.post("/imports", &body).await.expect(201)["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_merchant_sees_the_own_imports_live() {
    let app = app().await;
    let (client, stranger) = (app.user().await, app.user().await);
    let mut stream = open(&client, None).await;
    import(&stranger).await;
    let id = import(&client).await;
    let event = next(&mut stream).await.expect("an event");
    assert_eq!(field(&event, "event"), "import");
    let data: serde_json::Value = serde_json::from_str(field(&event, "data")).expect("JSON");
    assert_eq!((&data["id"], &data["status"]), (&id.as_str().into(), &"pending".into()));
    assert!(data["message"].is_string() && data["progress_percent"] == 0);
}

#[tokio::test]
async fn a_stream_that_comes_back_hears_what_it_missed() {
    let app = app().await;
    let client = app.user().await;
    let mut stream = open(&client, None).await;
    import(&client).await;
    let first = next(&mut stream).await.expect("an event");
    drop(stream);
    let missed = import(&client).await;
    let mut stream = open(&client, Some(field(&first, "id"))).await;
    assert!(next(&mut stream).await.is_some_and(|event| event.contains(&missed)));
    let mut stream = open(&client, Some("00000000-99")).await;
    assert_eq!(field(&next(&mut stream).await.expect("an event"), "event"), "reset");
}

#[tokio::test]
async fn streams_are_limited_and_end_with_the_process() {
    let app = Setup::default().start().await;
    let client = app.user().await;
    let most = app.app.config.limits.event_streams_per_user;
    let mut streams = Vec::new();
    for _ in 0..most {
        streams.push(open(&client, None).await);
    }
    let reply = client.get("/events").await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after").is_some()), (429, true));
    app.app.stopping.cancel();
    for mut stream in streams {
        assert_eq!(next(&mut stream).await, None);
    }
}

#[tokio::test]
async fn only_merchants_may_listen() {
    let app = app().await;
    assert_eq!(app.anonymous().get("/events").await.status, 401);
}
