use std::time::Duration;

use sourcepilot_sandbox::{FaultAction, FaultRule, demo};

use super::{Path, completed, item};

#[tokio::test]
async fn an_import_cancelled_while_the_supplier_is_asked_leaves_no_product() {
    let path = Path::open().await;
    path.connect().await;
    path.world()
        .control()
        .add_fault(FaultRule::once("/sync", FaultAction::Latency { ms: 1_500 }).times(None));
    let job = path.merchant.post("/imports", &item(demo::PRODUCT_IDS[0])).await.expect(201);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let id = job["id"].as_str().expect("id");
    let cancelled = path.merchant.post_nothing(&format!("/imports/{id}/cancel")).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(path.products().is_empty());
    assert_eq!(path.merchant.get(&format!("/imports/{id}")).await.expect(200)["status"], "cancelled");
}

#[tokio::test]
async fn an_import_cancelled_while_the_shop_answers_is_taken_out_again_and_can_be_retried() {
    let path = Path::open().await;
    path.connect_and_check().await;
    // Not the product's categories, which are written before.
    let slow = FaultRule::once("/woocommerce/wp-json/wc/v3/products", FaultAction::Latency { ms: 2_000 })
        .for_method("POST")
        .containing("\"sku\":");
    path.world().control().add_fault(slow);
    let job = path.merchant.post("/imports", &item(demo::PRODUCT_IDS[0])).await.expect(201);
    let id = job["id"].as_str().expect("id").to_owned();
    let asked = async {
        while !path
            .world()
            .control()
            .requests(0)
            .iter()
            .any(|entry| entry.method == "POST" && entry.path.ends_with("/products"))
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.expect("the shop is asked");
    path.merchant.post_nothing(&format!("/imports/{id}/cancel")).await.expect(200);
    tokio::time::sleep(Duration::from_secs(5)).await;
    // What the shop made after the cancel may stand there, but never twice.
    assert!(path.products().len() <= 1);
    let again = path.merchant.post_nothing(&format!("/imports/{id}/retry")).await.expect(200);
    completed(&path.end_of(&path.merchant, &again).await);
    path.product();
}
