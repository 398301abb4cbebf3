use serde_json::json;
use sourcepilot_sandbox::{demo, special};

use super::{Path, completed, item, texts};

#[tokio::test]
async fn a_product_arrives_with_all_variants_pictures_and_the_marked_up_price() {
    let path = Path::open().await;
    let connection = path.connect().await;
    let mut body = item(demo::PRODUCT_IDS[0]);
    body["config"] = json!({"markup_percent": 50, "tags": ["summer", "new"], "compare_at_discount": 20});
    let job = path.merchant.post("/imports", &body).await.expect(201);
    assert_eq!((&job["status"], &job["progress_percent"]), (&json!("pending"), &json!(0)));
    let job = path.end_of(&path.merchant, &job).await;
    completed(&job);
    assert_eq!(
        (&job["store_id"], &job["source_product_id"]),
        (&connection["id"], &json!(demo::PRODUCT_IDS[0]))
    );

    let product = path.product();
    let written = job["product_data"]["variants"].as_array().expect("variants");
    assert_eq!(product["variations"].as_array().map(Vec::len), Some(written.len()));
    assert_eq!(product["status"], "draft");
    assert_eq!(texts(&product["tags"], "name"), ["summer", "new"]);
    assert!(product["images"].as_array().is_some_and(|images| images.len() >= 5), "{}", product["images"]);
    for variant in written {
        let (cost, price) =
            (variant["cost"].as_f64().expect("a cost"), variant["price"].as_f64().expect("a price"));
        assert!((price - cost * 1.5).abs() <= 0.0051, "{cost} → {price}");
        let sku = variant["sku"].as_str().expect("a SKU");
        let in_shop = product["variations"].as_array().into_iter().flatten().find(|one| one["sku"] == sku);
        let in_shop = in_shop.unwrap_or_else(|| panic!("{sku} is not in the shop"));
        assert_eq!(in_shop["sale_price"].as_str().and_then(|text| text.parse().ok()), Some(price), "{sku}");
        let crossed_out = variant["compare_at_price"].as_f64().expect("a crossed-out price");
        assert_eq!(
            in_shop["regular_price"].as_str().and_then(|text| text.parse().ok()),
            Some(crossed_out),
            "{sku}"
        );
        assert_eq!(in_shop["stock_quantity"], variant["stock"], "{sku}");
        assert!(in_shop["image"]["src"].is_string(), "{sku} has no picture");
    }
    let history =
        path.merchant.get(&format!("/imports/{}/history", job["id"].as_str().expect("id"))).await.expect(200);
    assert_eq!(texts(&history["items"], "action"), ["created", "started", "completed"]);
}

#[tokio::test]
async fn a_hundred_variants_arrive_each_with_its_own_picture_and_price() {
    let path = Path::open().await;
    path.connect().await;
    let job = path.import_id(special::HUNDRED_VARIANTS).await;
    completed(&job);
    let product = path.product();
    let variations = product["variations"].as_array().expect("variations");
    assert_eq!(variations.len(), 100);
    let pictures: std::collections::BTreeSet<&str> =
        variations.iter().map(|one| one["image"]["src"].as_str().expect("a picture")).collect();
    assert_eq!(pictures.len(), 100);
    for variant in job["product_data"]["variants"].as_array().expect("variants") {
        let in_shop = variations.iter().find(|one| one["sku"] == variant["sku"]).expect("in the shop");
        assert_eq!(
            in_shop["regular_price"].as_str().and_then(|text| text.parse().ok()),
            variant["price"].as_f64()
        );
    }
}

#[tokio::test]
async fn a_page_of_any_shop_arrives_through_the_manual_supplier() {
    let path = Path::open().await;
    path.connect().await;
    let page = format!("{}/pages/desk-lamp", path.world().urls.base);
    let job = path.import(json!({"product_url": page, "source": "manual"})).await;
    completed(&job);
    assert_eq!(path.product()["name"], job["product_data"]["title"]);
}

#[tokio::test]
async fn a_product_typed_in_by_the_merchant_arrives_without_a_look_at_the_page() {
    let path = Path::open().await;
    path.connect().await;
    let entry = json!({
        "title": "Hand-made bowl", "price": "12.00", "currency": "USD",
        "variants": [
            {"options": {"Glaze": "Blue"}, "price": "12.00", "stock": 3},
            {"options": {"Glaze": "Sand"}, "price": "14.50"},
        ],
    });
    let body = json!({"product_url": "https://bowls.example.org/1", "source": "manual", "config": {"product": entry, "markup_percent": 100}});
    let job = path.import(body).await;
    completed(&job);
    let product = path.product();
    let mut prices = texts(&product["variations"], "regular_price");
    prices.sort_unstable();
    assert_eq!((product["name"].as_str(), prices), (Some("Hand-made bowl"), vec!["24.00", "29.00"]));
}

#[tokio::test]
async fn without_a_shop_an_import_says_so_and_a_retry_goes_through_once_there_is_one() {
    let path = Path::open().await;
    let job = path.import_id(demo::PRODUCT_IDS[1]).await;
    assert!(super::failed(&job).starts_with("No store is connected"), "{job}");
    path.connect().await;
    let again =
        path.merchant.post_nothing(&format!("/imports/{}/retry", job["id"].as_str().expect("id"))).await;
    let again = again.expect(200);
    assert!(again["error_message"].is_null());
    completed(&path.end_of(&path.merchant, &again).await);
    path.product();
}

#[tokio::test]
async fn a_preview_of_the_same_product_asks_the_supplier_once() {
    let path = Path::open().await;
    let url = json!({"url": format!("https://www.aliexpress.com/item/{}.html", demo::PRODUCT_IDS[2])});
    path.world().control().clear_requests();
    let asked = (0..8).map(|_| path.merchant.post("/products/preview", &url));
    let replies = futures::future::join_all(asked).await;
    let first = replies[0].body.clone();
    assert!(replies.iter().all(|reply| reply.status == 200 && reply.body == first));
    let asked = path.world().control().requests(0);
    let reads =
        asked.iter().filter(|entry| format!("{entry:?}").contains("aliexpress.ds.product.get")).count();
    assert_eq!(reads, 1, "{asked:#?}");
}
