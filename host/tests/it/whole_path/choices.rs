//! What the merchant may choose for an import.

use serde_json::json;
use sourcepilot_sandbox::{demo, special};

use super::{Path, completed, failed, item};

#[tokio::test]
async fn a_product_can_be_published_at_once() {
    let path = Path::open().await;
    path.connect().await;
    let mut body = item(demo::PRODUCT_IDS[0]);
    body["config"] = json!({"status": "active", "title": "My bottle"});
    completed(&path.import(body).await);
    let product = path.product();
    assert_eq!((&product["status"], &product["name"]), (&json!("publish"), &json!("My bottle")));
}

#[tokio::test]
async fn a_single_variant_becomes_a_simple_product() {
    let path = Path::open().await;
    path.connect().await;
    completed(&path.import_id(special::SINGLE_VARIANT).await);
    assert_eq!(path.product()["type"], "simple");
}

#[tokio::test]
async fn a_price_below_the_cost_is_raised_to_it() {
    let path = Path::open().await;
    path.connect().await;
    let mut body = item(special::SINGLE_VARIANT);
    body["config"] = json!({"markup_percent": -50});
    let job = path.import(body).await;
    completed(&job);
    let variant = &job["product_data"]["variants"][0];
    assert_eq!(variant["price"], variant["cost"]);
}

#[tokio::test]
async fn a_variant_that_does_not_exist_is_refused_with_those_there_are() {
    let path = Path::open().await;
    path.connect().await;
    let mut body = item(demo::PRODUCT_IDS[0]);
    body["config"] = json!({"variant_ids": ["nope"]});
    let job = path.import(body).await;
    assert!(failed(&job).contains("config.variant_ids"), "{job}");
}

#[tokio::test]
async fn shipping_that_nobody_knows_is_not_left_out_of_a_price_that_shall_include_it() {
    let path = Path::open().await;
    path.connect().await;
    let url = format!("{}/pages/desk-lamp", path.world().urls.base);
    let body = json!({"product_url": url, "source": "manual", "config": {"include_shipping": true}});
    let job = path.import(body).await;
    let reason = failed(&job);
    assert!(reason.contains("names no shipping cost") && reason.contains("markup_percent"), "{reason}");
    assert!(path.products().is_empty());
    // Where it is known it is part of the price.
    let mut body = item(demo::PRODUCT_IDS[0]);
    body["config"] = json!({"include_shipping": true});
    let job = path.import(body).await;
    completed(&job);
    let steps = job["product_data"]["pricing"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["step"] == "shipping"), "{steps:#?}");
}
