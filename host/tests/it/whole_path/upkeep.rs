//! What a merchant may do with a product that stands in the shop.

use serde_json::{Value, json};
use sourcepilot_sandbox::{FaultAction, FaultRule, demo};

use super::{Path, completed};

const SHOP: &str = "/woocommerce/wp-json/wc/v3/products";

/// A shop with one imported product; its address in our API.
async fn imported(path: &Path) -> String {
    path.connect_and_check().await;
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    completed(&job);
    format!("/store-products/{}", job["created_product_id"].as_str().expect("an id"))
}

async fn state(path: &Path, product: &str) -> Value {
    path.merchant.get(&format!("{product}/state")).await.expect(200)
}

#[tokio::test]
async fn an_imported_product_is_listed_with_its_shop_and_its_import() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let product = path.merchant.get(&address).await.expect(200);
    let list = path.merchant.get("/store-products").await.expect(200);
    assert_eq!((&list["total"], &list["items"][0]), (&json!(1), &product));
    assert_eq!(product["source"], "aliexpress");
    assert!(product["remote_url"].as_str().is_some_and(|url| url.contains("/woocommerce/")), "{product}");
    let shop = product["connection_id"].as_str().expect("a shop");
    let there = path.merchant.get(&format!("/store-products?connection_id={shop}")).await.expect(200);
    assert_eq!(there["total"], 1);
    let other = uuid::Uuid::now_v7();
    let elsewhere = path.merchant.get(&format!("/store-products?connection_id={other}")).await.expect(200);
    assert_eq!(elsewhere["total"], 0);
}

#[tokio::test]
async fn prices_stock_and_status_change_in_the_shop_and_the_before_image_is_kept() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let before = state(&path, &address).await;
    assert_eq!(before["status"], "draft");
    let sku = before["variants"][0]["sku"].as_str().expect("a SKU");
    let price = before["variants"][0]["price"].as_f64().expect("a price");
    let change = json!({"status": "active", "variants": [
        {"sku": sku, "price": price + 10.0, "compare_at_price": price + 20.0, "stock": 7}]});
    let after = path.merchant.patch(&address, &change).await.expect(200);
    assert_eq!(after["problems"], json!([]));
    assert_eq!(after["status"], "active");
    assert_eq!(after["variants"][0]["price"], price + 10.0);
    assert_eq!(after["variants"][0]["compare_at_price"], price + 20.0);
    assert_eq!(after["variants"][0]["stock"], 7);
    assert_eq!(after["variants"][1], before["variants"][1], "the others stay");
    assert_eq!(state(&path, &address).await, after);
    assert_eq!(path.product()["status"], "publish");
    let changes = path.merchant.get(&format!("{address}/changes")).await.expect(200);
    assert_eq!(changes["items"][0]["status"], "confirmed", "{changes:#}");
    assert_eq!(changes["items"][0]["before"], before);
    assert_eq!(changes["items"][0]["after"], after);
    // Hidden again.
    let hidden = path.merchant.patch(&address, &json!({"status": "draft"})).await.expect(200);
    assert_eq!(hidden["status"], "draft");
    assert_eq!(path.product()["status"], "draft");
}

#[tokio::test]
async fn a_change_that_loses_money_or_means_nothing_is_refused_and_nothing_is_sent() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let before = state(&path, &address).await;
    let sku = before["variants"][0]["sku"].as_str().expect("a SKU");
    for (change, status, says) in [
        (json!({}), 400, "Nothing to change"),
        (json!({"variants": [{"sku": sku, "price": 0.01}]}), 400, "covers its cost"),
        (json!({"variants": [{"sku": sku, "price": 0}]}), 400, "above zero"),
        (json!({"variants": [{"sku": sku, "compare_at_price": 0.5}]}), 400, "above its price"),
        (json!({"variants": [{"sku": "nobody", "stock": 1}]}), 400, "no variant with the SKU 'nobody'"),
        (json!({"variants": [{"sku": sku, "price": "1,50"}]}), 422, "valid decimal"),
        (json!({"variants": [{"sku": sku, "stock": -1}]}), 422, "greater than or equal to 0"),
        (json!({"status": "sold"}), 422, "'draft' or 'active'"),
    ] {
        path.world().control().clear_requests();
        let reply = path.merchant.patch(&address, &change).await;
        assert_eq!(reply.status, status, "{change}: {}", reply.text);
        assert!(reply.text.contains(says), "{change}: {}", reply.text);
        let sent = path.world().control().requests(0);
        assert!(sent.iter().all(|request| request.method == "GET"), "{change}");
    }
    assert_eq!(state(&path, &address).await, before);
}

#[tokio::test]
async fn an_answer_that_gets_lost_is_read_back() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let before = state(&path, &address).await;
    let sku = before["variants"][0]["sku"].as_str().expect("a SKU");
    let lost = FaultRule::once(SHOP, FaultAction::Drop).for_method("POST").afterwards();
    path.world().control().add_fault(lost);
    let reply = path.merchant.patch(&address, &json!({"variants": [{"sku": sku, "stock": 3}]})).await;
    assert!(path.world().control().faults().is_empty(), "the fault never struck");
    assert_eq!(reply.expect(200)["variants"][0]["stock"], 3);
    let changes = path.merchant.get(&format!("{address}/changes")).await.expect(200);
    assert_eq!(changes["items"][0]["status"], "confirmed");
}

#[tokio::test]
async fn two_changes_at_the_same_time_do_not_mix() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let before = state(&path, &address).await;
    let sku = before["variants"][0]["sku"].as_str().expect("a SKU");
    let slow = FaultRule::once(SHOP, FaultAction::Latency { ms: 700 }).for_method("POST");
    path.world().control().add_fault(slow);
    let change = |stock: u32| json!({"variants": [{"sku": sku, "stock": stock}]});
    let (one, two) = (change(1), change(2));
    let replies = tokio::join!(path.merchant.patch(&address, &one), path.merchant.patch(&address, &two));
    let mut statuses = [replies.0.status.as_u16(), replies.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", replies.0.text, replies.1.text);
}

#[tokio::test]
async fn a_product_is_taken_out_of_the_shop_and_can_be_imported_again() {
    let path = Path::open().await;
    let address = imported(&path).await;
    path.merchant.delete(&address).await.expect(204);
    assert!(path.products().is_empty());
    assert_eq!(path.merchant.get(&address).await.detail(), "Store product not found");
    assert_eq!(path.merchant.delete(&address).await.status, 404);
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    path.product();
}

#[tokio::test]
async fn a_product_that_the_merchant_deleted_in_the_shop_is_only_forgotten() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let remote = path.merchant.get(&address).await.expect(200)["remote_id"].clone();
    let gone = format!("{SHOP}/{}", remote.as_str().expect("an id"));
    let missing = FaultAction::Status {
        status: 404,
        body: Some(
            json!({"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}).to_string(),
        ),
        retry_after: None,
    };
    path.world().control().add_fault(FaultRule::once(&gone, missing).times(None));
    path.merchant.delete(&address).await.expect(204);
    assert_eq!(path.merchant.get("/store-products").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn the_product_of_somebody_else_is_like_an_unknown_one() {
    let path = Path::open().await;
    let address = imported(&path).await;
    let stranger = path.app.user().await;
    let unknown = format!("/store-products/{}", uuid::Uuid::now_v7());
    for end in ["", "/state", "/changes"] {
        let (foreign, missing) =
            (stranger.get(&format!("{address}{end}")).await, stranger.get(&format!("{unknown}{end}")).await);
        assert_eq!((foreign.status, &foreign.text), (missing.status, &missing.text));
        assert_eq!(foreign.status, 404);
    }
    let change = json!({"status": "active"});
    assert_eq!(stranger.patch(&address, &change).await.text, stranger.patch(&unknown, &change).await.text);
    assert_eq!(stranger.delete(&address).await.status, 404);
    assert_eq!(path.product()["status"], "draft");
}
