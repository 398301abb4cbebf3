use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{connected, shop};
use crate::util::{TestApp, is_moment, names};

#[tokio::test]
async fn the_first_shop_is_the_default_one_and_no_key_comes_back() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let first = client.post("/connections", &shop("https://a.example")).await;
    assert!(!first.text.contains("secret"), "{}", first.text);
    let first = first.expect(201);
    assert_eq!(
        names(&first)[..8],
        ["id", "user_id", "store_name", "platform", "store_url", "is_default", "created_at", "updated_at"]
    );
    assert_eq!((&first["is_default"], &first["store_url"]), (&true.into(), &"https://a.example".into()));
    assert!(is_moment(&first["created_at"]));
    assert_eq!(connected(&client, "https://b.example").await["is_default"], false);
}

#[tokio::test]
async fn a_shop_is_connected_once_per_merchant() {
    let app = TestApp::start().await;
    let client = app.user().await;
    connected(&client, "https://a.example").await;
    let again = client.post("/connections", &shop("https://a.example")).await;
    assert_eq!(
        (again.status.as_u16(), again.detail()),
        (409, "Store URL already connected: https://a.example")
    );
    assert_eq!(app.user().await.post("/connections", &shop("https://a.example")).await.status, 201);
}

#[tokio::test]
async fn of_parallel_first_shops_one_becomes_the_default_one() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let bodies: Vec<_> = (0..6).map(|n| shop(&format!("https://{}.example", n % 3))).collect();
    let replies =
        futures::future::join_all(bodies.iter().map(|body| client.post("/connections", body))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 3);
    assert_eq!(replies.iter().filter(|reply| reply.status == 409).count(), 3);
    let list = client.get("/connections").await.expect(200);
    let defaults = list["items"].as_array().expect("a list").iter().filter(|shop| shop["is_default"] == true);
    assert_eq!(defaults.count(), 1);
}

#[tokio::test]
async fn all_faults_are_told() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let reply = client
        .post("/connections", &json!({"platform": "", "store_url": "x".repeat(501), "api_key": 5}))
        .await;
    assert_eq!(
        reply.faults(),
        [
            "missing body.store_name",
            "string_too_short body.platform",
            "string_too_long body.store_url",
            "string_type body.api_key"
        ]
    );
    let reply =
        client.post("/connections", &json!({"store_name": "a", "api_key": "shpat_very_secret"})).await;
    assert!(!reply.text.contains("very_secret"), "{}", reply.text);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_connects_no_second_shop() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let post = async |url: &str| {
        let request = Request::post("/api/v1/connections").header("idempotency-key", "once");
        client.request(request.body(Body::from(shop(url).to_string())).expect("a request")).await
    };
    let first = post("https://a.example").await.expect(201);
    assert_eq!(post("https://a.example").await.expect(201)["id"], first["id"]);
    let other = post("https://b.example").await;
    assert_eq!(
        (other.status.as_u16(), other.detail()),
        (409, "This Idempotency-Key was used for another request")
    );
    assert_eq!(client.get("/connections").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
}
