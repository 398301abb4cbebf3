//! From a supplier into a Shopify shop.

use serde_json::{Value, json};
use sourcepilot_sandbox::{FaultAction, FaultRule, demo, special};

use super::{Path, completed, failed, item, texts};
use crate::util::Setup;

pub(super) async fn open() -> Path {
    Path::with_plugins(Setup::default(), &["aliexpress", "shopify"]).await
}

impl Path {
    pub(super) async fn connect_shopify(&self, url: &str, key: Value) -> Value {
        let mut shop = json!({"store_name": "My studio", "platform": "shopify", "store_url": url});
        for (name, value) in key.as_object().into_iter().flatten() {
            shop[name] = value.clone();
        }
        self.merchant.post("/connections", &shop).await.expect(201)
    }

    pub(super) async fn check(&self, connection: &Value) -> Value {
        let path = format!("/connections/{}/check", connection["id"].as_str().expect("an id"));
        self.merchant.post_nothing(&path).await.expect(200)
    }

    fn in_shopify(&self) -> Vec<Value> {
        let shop = self.world().control().shopify(demo::SHOPIFY_DOMAIN).expect("a shop");
        shop["products"].as_array().cloned().expect("products")
    }
}

fn token() -> Value {
    json!({"api_key": demo::SHOPIFY_ACCESS_TOKEN})
}

#[tokio::test]
async fn a_product_arrives_with_all_variants_pictures_and_the_marked_up_price() {
    let path = open().await;
    // As a merchant copies it from the browser.
    path.connect_shopify("https://admin.shopify.com/store/sourcepilot-demo/products?x=1", token()).await;
    let mut body = item(demo::PRODUCT_IDS[0]);
    body["config"] = json!({"markup_percent": 50, "tags": ["summer"], "status": "active"});
    let job = path.import(body.clone()).await;
    completed(&job);
    let products = path.in_shopify();
    assert_eq!(products.len(), 1);
    let product = &products[0];
    assert_eq!((&product["status"], &product["tags"]), (&json!("ACTIVE"), &json!(["summer"])));
    assert!(product["onlineStoreUrl"].is_string());
    let written = job["product_data"]["variants"].as_array().expect("variants");
    assert_eq!(product["variants"].as_array().map(Vec::len), Some(written.len()));
    for variant in written {
        let in_shop =
            product["variants"].as_array().into_iter().flatten().find(|one| one["sku"] == variant["sku"]);
        let in_shop = in_shop.unwrap_or_else(|| panic!("{} is not in the shop", variant["sku"]));
        let (cost, price) =
            (variant["cost"].as_f64().expect("a cost"), variant["price"].as_f64().expect("a price"));
        assert!((price - cost * 1.5).abs() <= 0.0051, "{cost} → {price}");
        assert_eq!(in_shop["price"].as_str().and_then(|text| text.parse().ok()), Some(price));
        assert_eq!(in_shop["inventoryQuantity"], variant["stock"]);
        assert!(in_shop["image"].is_string(), "{in_shop}");
    }
    let again = path.import(body).await;
    completed(&again);
    assert_eq!(path.in_shopify().len(), 1);
}

#[tokio::test]
async fn a_hundred_variants_arrive_each_with_its_own_picture() {
    let path = open().await;
    path.connect_shopify(demo::SHOPIFY_DOMAIN, token()).await;
    let job = path.import_id(special::HUNDRED_VARIANTS).await;
    completed(&job);
    let products = path.in_shopify();
    let variants = products[0]["variants"].as_array().expect("variants");
    let mut images = texts(&products[0]["variants"], "image");
    images.sort_unstable();
    images.dedup();
    assert_eq!((variants.len(), images.len()), (100, 100));
}

#[tokio::test]
async fn client_id_and_secret_are_enough_and_the_token_is_renewed_when_its_day_is_over() {
    let path = open().await;
    let key = format!("{}:{}", demo::SHOPIFY_CLIENT_ID, demo::SHOPIFY_CLIENT_SECRET);
    let shop = path.connect_shopify("sourcepilot-demo", json!({"api_key": key})).await;
    assert_eq!(path.check(&shop).await["works"], true);
    let tokens = || {
        let asked = path.world().control().requests(0);
        asked.iter().filter(|entry| entry.path == "/admin/oauth/access_token").count()
    };
    assert_eq!(tokens(), 1);
    assert_eq!(path.check(&shop).await["works"], true);
    assert_eq!(tokens(), 1, "the token of the day is used again");
    path.world().control().revoke_shopify_tokens();
    completed(&path.import_id(demo::PRODUCT_IDS[1]).await);
    assert_eq!((tokens(), path.in_shopify().len()), (2, 1));
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_one_product() {
    let path = open().await;
    let shop = path.connect_shopify(demo::SHOPIFY_DOMAIN, token()).await;
    path.check(&shop).await;
    for action in [FaultAction::Drop, FaultAction::Status { status: 502, body: None, retry_after: None }] {
        let lost = FaultRule::once("/admin/api", action).containing("mutation ProductSet").afterwards();
        path.world().control().add_fault(lost);
    }
    completed(&path.import_id(demo::PRODUCT_IDS[2]).await);
    assert_eq!(path.in_shopify().len(), 1);
}

#[tokio::test]
async fn every_refusal_is_one_sentence_and_leaves_nothing() {
    let path = open().await;
    let shop = path.connect_shopify(demo::SHOPIFY_DOMAIN, token()).await;
    path.check(&shop).await;
    let status = |status| FaultAction::Status {
        status,
        body: Some("{\"errors\":\"no\"}".to_owned()),
        retry_after: None,
    };
    for (action, part) in [
        (status(401), "nothing to renew it with"),
        (status(402), "frozen"),
        (status(403), "write_products"),
        (status(404), "no Shopify shop"),
        (FaultAction::Html { status: 200 }, "web page"),
        (FaultAction::Redirect { status: 301, location: "https://evil.example/".to_owned() }, "renamed"),
    ] {
        path.world().control().add_fault(FaultRule::once("/admin/api", action).times(None));
        let job = path.import_id(demo::PRODUCT_IDS[3]).await;
        assert!(failed(&job).contains(part), "{part}: {job:#}");
        assert!(!failed(&job).contains(demo::SHOPIFY_ACCESS_TOKEN));
        path.world().control().clear_faults();
    }
    assert!(path.in_shopify().is_empty());
}

#[tokio::test]
async fn a_token_goes_to_no_address_that_is_not_shopifys() {
    let path = open().await;
    let shop = path.connect_shopify(&format!("{}/shopify", path.world().urls.base), token()).await;
    let checked = path.check(&shop).await;
    assert_eq!(checked["works"], false);
    assert!(checked.to_string().contains("NAME.myshopify.com"), "{checked}");
    assert!(path.world().control().requests(0).iter().all(|entry| !entry.path.starts_with("/admin")));
}
