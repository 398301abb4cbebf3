//! The pages that people look at, and several shops in one world.

use serde_json::json;
use sourcepilot_sandbox::{ApiKey, KeyRights, SandboxConfig, ShopConfig};

use crate::util::{Shop, behind_proxy, client, world, world_with};

async fn page(url: &str) -> (u16, String) {
    let response = client().get(url).send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a page"))
}

#[tokio::test]
async fn an_imported_product_can_be_looked_at() {
    let world = world_with(behind_proxy()).await;
    let shop = Shop::new(&world);
    let (status, empty) = page(&format!("{}/", shop.home)).await;
    assert!(status == 200 && empty.contains("DEMO") && empty.contains("Nothing has been imported yet"));
    let product = shop
        .made(json!({"name": "Lamp & Co (demo)", "type": "variable", "status": "draft", "attributes": [{"name": "Color", "variation": true, "options": ["Red"]}],
            "images": [{"src": "https://ae01.alicdn.com/kf/Sa.jpg"}]}))
        .await;
    let path = format!("products/{}", product["id"]);
    shop.post(
        &format!("{path}/variations"),
        json!({"regular_price": "9.50", "attributes": [{"name": "Color", "option": "Red"}]}),
    )
    .await;
    let (status, draft) = page(product["permalink"].as_str().expect("an address")).await;
    assert_eq!(status, 200);
    for part in
        ["Lamp &amp; Co (demo)", "DRAFT", "9.50", "Red", "application/ld+json", "/wp-content/uploads/"]
    {
        assert!(draft.contains(part), "{part}");
    }
    let (_, published) = shop.put(&path, json!({"status": "publish"})).await;
    let address = published["permalink"].as_str().expect("an address");
    assert!(address.ends_with("/product/lamp-co-demo/"));
    assert_eq!(page(address).await.0, 200);
    assert_eq!(page(&format!("{}/product/none/", shop.home)).await.0, 404);
    let (_, list) = page(&format!("{}/wp-json/wc/store/v1/products", shop.home)).await;
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list[0]["prices"]["price"], "950");
}

#[tokio::test]
async fn shops_do_not_share_keys_or_products() {
    let other = ShopConfig {
        mount: String::new(),
        keys: vec![ApiKey {
            consumer_key: "ck_b".into(),
            consumer_secret: "cs_b".into(),
            rights: KeyRights::ReadWrite,
        }],
        currency: "EUR".into(),
        ..behind_proxy()
    };
    let world = world(SandboxConfig { shops: vec![behind_proxy(), other], ..SandboxConfig::default() }).await;
    let first = Shop::new(&world);
    first.made(json!({"sku": "X"})).await;
    let second = Shop { home: world.urls.shops[1].clone(), key: "ck_b".into(), secret: "cs_b".into() };
    assert_eq!(second.get("products").await.1, json!([]));
    assert_eq!(second.get("data/currencies/current").await.1["code"], "EUR");
    second.made(json!({"sku": "X"})).await;
    assert_eq!(Shop { home: second.home.clone(), ..first.clone() }.get("products").await.0, 401);
}
