use serde_json::json;

use super::connected;
use crate::util::{TestApp, names};

#[tokio::test]
async fn the_default_shop_comes_first_then_by_name() {
    let app = TestApp::start().await;
    let client = app.user().await;
    assert_eq!(client.get("/connections").await.expect(200), json!({"items": []}));
    for (name, url) in
        [("Zoo", "https://z.example"), ("Beta", "https://b.example"), ("Alpha", "https://a.example")]
    {
        let body = json!({"store_name": name, "platform": "woocommerce", "store_url": url});
        client.post("/connections", &body).await.expect(201);
    }
    let list = client.get("/connections").await.expect(200);
    let shops: Vec<&str> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|shop| shop["store_name"].as_str())
        .collect();
    assert_eq!((shops, names(&list)), (vec!["Zoo", "Alpha", "Beta"], vec!["items"]));
}

#[tokio::test]
async fn nobody_sees_the_shops_of_others() {
    let app = TestApp::start().await;
    connected(&app.user().await, "https://a.example").await;
    assert_eq!(app.user().await.get("/connections").await.expect(200), json!({"items": []}));
}

#[tokio::test]
async fn there_is_no_reading_of_a_single_one() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let id = connected(&client, "https://a.example").await["id"].as_str().expect("an id").to_owned();
    let reply = client.get(&format!("/connections/{id}")).await;
    assert_eq!((reply.status.as_u16(), reply.detail()), (405, "Method Not Allowed"));
    assert!(reply.header("allow").is_some_and(|allow| allow.contains("PUT")));
}
