//! One product, whatever happens on the way.

use axum::http::Request;
use serde_json::json;
use sourcepilot_sandbox::{FaultAction, FaultRule, demo};

use super::{Path, completed, item};

const PRODUCTS: &str = "/woocommerce/wp-json/wc/v3/products";
/// Categories are written below the same address, before the product.
const OF_A_PRODUCT: &str = "\"sku\":";

#[tokio::test]
async fn the_same_product_imported_twice_stands_in_the_shop_once() {
    let path = Path::open().await;
    path.connect().await;
    let first = path.import_id(demo::PRODUCT_IDS[0]).await;
    let second = path.import_id(demo::PRODUCT_IDS[0]).await;
    completed(&first);
    completed(&second);
    assert_eq!(first["created_product_id"], second["created_product_id"]);
    path.product();
}

#[tokio::test]
async fn the_same_product_imported_at_the_same_time_stands_in_the_shop_once() {
    let path = Path::open().await;
    path.connect().await;
    let urls: Vec<String> = (0..4)
        .map(|n| format!("https://www.aliexpress.com/item/{}.html?n={n}", demo::PRODUCT_IDS[1]))
        .collect();
    let jobs = path
        .merchant
        .post("/imports/bulk", &json!({"product_urls": urls, "source": "aliexpress"}))
        .await
        .expect(201);
    for job in jobs.as_array().expect("a list") {
        completed(&path.end_of(&path.merchant, job).await);
    }
    path.product();
}

#[tokio::test]
async fn a_shop_that_creates_and_then_drops_the_connection_ends_with_one_product() {
    let path = Path::open().await;
    path.connect_and_check().await;
    let rule =
        FaultRule::once(PRODUCTS, FaultAction::Drop).for_method("POST").containing(OF_A_PRODUCT).afterwards();
    path.world().control().add_fault(rule);
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    assert!(path.world().control().faults().is_empty(), "the fault never struck");
    let product = path.product();
    assert!(product["variations"].as_array().is_some_and(|all| all.len() == 8), "{}", product["variations"]);
}

#[tokio::test]
async fn a_shop_that_creates_and_then_says_error_ends_with_one_product() {
    let path = Path::open().await;
    path.connect_and_check().await;
    let error =
        FaultAction::Status { status: 502, body: Some("<html>Bad gateway</html>".into()), retry_after: None };
    path.world()
        .control()
        .add_fault(FaultRule::once(PRODUCTS, error).for_method("POST").containing(OF_A_PRODUCT).afterwards());
    completed(&path.import_id(demo::PRODUCT_IDS[3]).await);
    assert!(path.world().control().faults().is_empty(), "the fault never struck");
    path.product();
}

#[tokio::test]
async fn a_failure_in_the_middle_of_the_variants_is_finished_by_the_next_attempt() {
    let path = Path::open().await;
    path.connect_and_check().await;
    let error = FaultAction::Status { status: 503, body: None, retry_after: None };
    // The product itself, then nothing for three requests.
    let mut rule =
        FaultRule::once("/woocommerce/wp-json/wc/v3/products/", error).for_method("POST").times(Some(3));
    rule.contains = Some("\"create\"".to_owned());
    path.world().control().add_fault(rule);
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    assert!(path.world().control().faults().is_empty(), "the fault never struck");
    assert_eq!(path.product()["variations"].as_array().map(Vec::len), Some(8));
}

#[tokio::test]
async fn a_product_imported_again_after_its_deletion_in_the_shop_is_built_whole() {
    let path = Path::open().await;
    path.connect_and_check().await;
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    // The merchant empties the shop by hand.
    path.world().control().reset();
    assert!(path.products().is_empty());
    let error = FaultAction::Status { status: 503, body: None, retry_after: None };
    let rule = FaultRule::once("/woocommerce/wp-json/wc/v3/products/", error)
        .for_method("POST")
        .containing("\"create\"")
        .times(Some(3));
    path.world().control().add_fault(rule);
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    completed(&job);
    assert!(path.world().control().faults().is_empty(), "the fault never struck");
    assert_eq!(path.product()["variations"].as_array().map(Vec::len), Some(8));
}

#[tokio::test]
async fn a_repeated_request_with_the_same_key_is_one_import() {
    let path = Path::open().await;
    let request = || {
        Request::post("/api/v1/imports")
            .header("content-type", "application/json")
            .header("idempotency-key", "my-key-1")
            .body(axum::body::Body::from(item(demo::PRODUCT_IDS[0]).to_string()))
            .expect("a request")
    };
    let replies = futures::future::join_all((0..4).map(|_| path.merchant.request(request()))).await;
    let ids: std::collections::BTreeSet<String> =
        replies.into_iter().map(|reply| reply.expect(201)["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(path.merchant.get("/imports").await.expect(200)["total"], 1);
}
