use serde_json::json;

use super::{NOBODY, Wire, id};

#[tokio::test]
async fn connections() {
    let mut wire = Wire::merchant().await;
    let shop = |name: &str, url: &str| json!({"store_name": name, "platform": "zork", "store_url": url, "api_key": "hidden"});
    wire.get("/connections").await;
    let first = wire.post("/connections", &shop("B", "https://b.example")).await;
    wire.post("/connections", &shop("Again", "https://b.example")).await;
    let second = wire.post("/connections", &shop("A", "https://a.example")).await;
    wire.post("/connections", &json!({"store_name": "", "platform": "x".repeat(51), "api_key": 1})).await;
    wire.get("/connections").await;
    let path = |answer| format!("/connections/{}", id(answer));
    wire.put(&path(&second), &json!({"store_url": "https://b.example"})).await;
    wire.put(&path(&second), &json!({"store_name": "C", "api_key": "new", "is_default": null})).await;
    wire.post_nothing(&format!("{}/default", path(&second))).await;
    wire.post_nothing(&format!("{}/default", path(&second))).await;
    wire.get("/connections").await;
    wire.delete(&path(&second)).await;
    wire.get("/connections").await;
    wire.delete(&path(&second)).await;
    wire.put(&path(&second), &json!({"store_name": "C"})).await;
    wire.post_nothing(&format!("/connections/{NOBODY}/default")).await;
    wire.delete(&path(&first)).await;
    insta::assert_snapshot!(wire.record());
}
