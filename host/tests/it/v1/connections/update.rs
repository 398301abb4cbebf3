use serde_json::{Value, json};

use super::{NOBODY, connected};
use crate::util::{Client, TestApp};

fn path(shop: &Value) -> String {
    format!("/connections/{}", shop["id"].as_str().expect("an id"))
}

async fn defaults(client: &Client) -> Vec<String> {
    let list = client.get("/connections").await.expect(200);
    let shops = list["items"].as_array().expect("a list").iter();
    shops
        .filter(|shop| shop["is_default"] == true)
        .map(|shop| shop["store_url"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn what_is_absent_or_null_stays() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let shop = connected(&client, "https://a.example").await;
    let changed =
        client.put(&path(&shop), &json!({"store_name": "Other", "store_url": null})).await.expect(200);
    assert_eq!(
        (&changed["store_name"], &changed["store_url"]),
        (&"Other".into(), &"https://a.example".into())
    );
    assert_eq!(changed["created_at"], shop["created_at"]);
    assert_ne!(changed["updated_at"], shop["updated_at"]);
    assert_eq!(client.put(&path(&shop), &json!({})).await.status, 200);
}

#[tokio::test]
async fn one_default_shop_at_most() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let (a, b) =
        (connected(&client, "https://a.example").await, connected(&client, "https://b.example").await);
    client.put(&path(&b), &json!({"is_default": "yes"})).await.expect(200);
    assert_eq!(defaults(&client).await, ["https://b.example"]);
    for _ in 0..2 {
        let reply = client.post_nothing(&format!("{}/default", path(&a))).await;
        assert_eq!(reply.expect(200), json!({"status": "ok"}));
    }
    assert_eq!(defaults(&client).await, ["https://a.example"]);
    client.put(&path(&a), &json!({"is_default": false})).await.expect(200);
    assert_eq!(defaults(&client).await, [""; 0]);
}

#[tokio::test]
async fn an_address_of_another_shop_is_refused() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let a = connected(&client, "https://a.example").await;
    connected(&client, "https://b.example").await;
    let reply = client.put(&path(&a), &json!({"store_url": "https://b.example"})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (409, "Store URL already connected: https://b.example")
    );
    client.put(&path(&a), &json!({"store_url": "https://a.example"})).await.expect(200);
}

#[tokio::test]
async fn other_peoples_shops_do_not_exist() {
    let app = TestApp::start().await;
    let shop = connected(&app.user().await, "https://a.example").await;
    let stranger = app.user().await;
    for path in [path(&shop), NOBODY.to_owned()] {
        for reply in [
            stranger.put(&path, &json!({"store_name": "Mine"})).await,
            stranger.delete(&path).await,
            stranger.post_nothing(&format!("{path}/default")).await,
            stranger.post_nothing(&format!("{path}/check")).await,
        ] {
            assert_eq!((reply.status.as_u16(), reply.detail()), (404, "Store connection not found"));
        }
    }
    let reply = stranger.put("/connections/abc", &json!({"store_name": ""})).await;
    assert_eq!(reply.faults(), ["uuid_parsing path.conn_id", "string_too_short body.store_name"]);
}

#[tokio::test]
async fn a_shop_of_an_unknown_platform_says_so_when_checked() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let shop = connected(&client, "https://a.example").await;
    let checked = client.post_nothing(&format!("{}/check", path(&shop))).await.expect(200);
    assert_eq!(checked["works"], false);
    assert!(checked["problem"].as_str().is_some_and(|text| text.contains("shopify")), "{checked}");
}
