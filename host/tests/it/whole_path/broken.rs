//! What does not work says why, in one sentence for the merchant.

use serde_json::json;
use sourcepilot_sandbox::{FaultAction, FaultRule, demo, special};

use super::{Path, completed, failed};

#[tokio::test]
async fn every_kind_of_trouble_at_the_supplier_ends_in_a_sentence() {
    let path = Path::open().await;
    path.connect().await;
    let cases = [
        (special::NOT_FOUND, "no such product"),
        (special::NOT_IN_COUNTRY, "country"),
        (special::OFFLINE, "any more"),
        (special::ABSURD_PRICE, "price"),
        (special::ZERO_PRICE, "price"),
        (special::TOKEN_REFUSED, "AliExpress"),
        (special::HTML_PAGE, "web page"),
        (special::TRUNCATED, "connection"),
    ];
    for (id, part) in cases {
        let job = path.import_id(id).await;
        let reason = failed(&job);
        assert!(reason.contains(part) && reason.ends_with('.') && reason.len() < 400, "{id}: {reason}");
    }
    assert!(path.products().is_empty());
}

#[tokio::test]
async fn trouble_that_passes_is_waited_for() {
    let path = Path::open().await;
    path.connect().await;
    completed(&path.import_id(special::TWICE_SYSTEM_ERROR).await);
    path.product();
}

#[tokio::test]
async fn hostile_content_arrives_harmless_or_not_at_all() {
    let path = Path::open().await;
    path.connect().await;
    completed(&path.import_id(special::ODD_TITLE).await);
    completed(&path.import_id(special::HOSTILE_IMAGE).await);
    let shop = json!(path.products()).to_string();
    for part in ["javascript:", "<script", "\u{202E}", "data:image", "169.254"] {
        assert!(!shop.contains(part), "{part} in {shop}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_named() {
    let path = Path::open().await;
    let url = format!("{}{}", path.world().urls.base, demo::SHOP_PATH);
    path.connect_with(&path.merchant, &url, &format!("{}:cs_wrong", demo::SHOP_CONSUMER_KEY)).await;
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    assert!(failed(&job).contains("key"), "{job}");
}

#[tokio::test]
async fn a_key_that_may_only_read_is_named() {
    let path = Path::open().await;
    let url = format!("{}{}", path.world().urls.base, demo::SHOP_PATH);
    let key = format!("{}:{}", demo::SHOP_READ_ONLY_KEY, demo::SHOP_READ_ONLY_SECRET);
    path.connect_with(&path.merchant, &url, &key).await;
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    assert!(failed(&job).to_lowercase().contains("write"), "{job}");
}

#[tokio::test]
async fn a_shop_that_is_not_there_is_tried_some_times_and_then_said() {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let path = Path::open().await;
    let key = format!("{}:{}", demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET);
    // Not public and not allowed either: both are refusals that name the address.
    path.connect_with(&path.merchant, &format!("http://127.0.0.1:{port}"), &key).await;
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    assert!(failed(&job).contains("127.0.0.1"), "{job}");
}

#[tokio::test]
async fn a_shop_that_answers_pages_is_told_apart() {
    let path = Path::open().await;
    path.connect().await;
    path.world()
        .control()
        .add_fault(FaultRule::once("/woocommerce/", FaultAction::Html { status: 200 }).times(None));
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    failed(&job);
    assert!(path.products().is_empty());
}

#[tokio::test]
async fn somebody_elses_shop_is_not_written_to() {
    let path = Path::open().await;
    let stranger = path.app.user().await;
    let url = format!("{}{}", path.world().urls.base, demo::SHOP_PATH);
    let key = format!("{}:{}", demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET);
    let theirs = path.connect_with(&stranger, &url, &key).await;
    let mut body = super::item(demo::PRODUCT_IDS[0]);
    body["store_id"] = theirs["id"].clone();
    let job = path.import(body).await;
    assert!(failed(&job).contains("not connected"), "{job}");
    assert!(path.products().is_empty());
}

#[tokio::test]
async fn a_mistake_in_the_configuration_names_the_key() {
    let path = Path::open().await;
    path.connect().await;
    let mut body = super::item(demo::PRODUCT_IDS[0]);
    body["config"] = json!({"markup_percent": "lots"});
    let job = path.import(body).await;
    assert!(failed(&job).contains("config.markup_percent must be a number"), "{job}");
}
