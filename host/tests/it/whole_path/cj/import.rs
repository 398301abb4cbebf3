//! From a key and an address to a product in the shop.

use serde_json::json;
use sourcepilot_sandbox::{demo, special_cj};

use super::super::{completed, texts};
use super::{GET_TOKEN, account, asked, check, open, page, pid, preview};

#[tokio::test]
async fn a_merchants_key_is_enough_for_a_product_in_the_shop() {
    let path = open(false).await;
    path.connect().await;
    let id = account(&path.merchant, demo::CJ_API_KEY).await;
    let checked = check(&path.merchant, &id).await;
    assert_eq!(checked["works"], true, "{checked:#}");
    let body =
        json!({"product_url": page(pid(1)), "source": "cjdropship", "config": {"markup_percent": 100}});
    let job = path.import(body).await;
    completed(&job);
    assert_eq!(
        (&job["source"], &job["source_product_id"]),
        (&json!("cjdropship"), &json!(pid(1).to_string()))
    );

    let product = path.product();
    let written = job["product_data"]["variants"].as_array().expect("variants");
    assert!(product["name"].as_str().is_some_and(|name| name.ends_with("(demo)")), "{product}");
    assert!(product["images"].as_array().is_some_and(|images| images.len() >= 2), "{}", product["images"]);
    for variant in written {
        let (cost, price) =
            (variant["cost"].as_f64().expect("cost"), variant["price"].as_f64().expect("price"));
        assert!((price - cost * 2.0).abs() <= 0.0051, "{cost} → {price}");
    }
    if let Some(variations) = product["variations"].as_array().filter(|all| !all.is_empty()) {
        assert_eq!(variations.len(), written.len());
    }
    assert_eq!(asked(&path, GET_TOKEN).len(), 1, "one token for everything");
    let shown = path.merchant.get("/suppliers/accounts").await;
    assert!(!shown.text.contains(demo::CJ_API_KEY), "{}", shown.text);
}

#[tokio::test]
async fn every_spelling_of_the_source_serves() {
    let path = open(true).await;
    path.connect().await;
    for source in ["cjdropship", "cjdropshipping", "cj"] {
        let found = path
            .merchant
            .get(&format!("/products/search?q=lamp&page_size=5&source={source}"))
            .await
            .expect(200);
        let hits = found["items"].as_array().or(found["products"].as_array()).expect("hits");
        assert_eq!(hits.len(), 5, "{source}: {found:#}");
        assert!(texts(&json!(hits), "source").iter().all(|found| *found == "cjdropship"), "{found:#}");
    }
    let seen = preview(&path.merchant, pid(2)).await.expect(200);
    assert_eq!((&seen["source"], &seen["currency"]), (&json!("cjdropship"), &json!("USD")));
    assert!(seen["shipping_info"]["cost"].as_f64().is_some_and(|cost| cost > 0.0), "{seen:#}");
    let job = path.import(json!({"product_url": page(pid(2)), "source": "cj"})).await;
    completed(&job);
    assert_eq!(job["source"], "cjdropship");
}

#[tokio::test]
async fn codes_and_odd_products_arrive_too() {
    let path = open(true).await;
    path.connect().await;
    for (id, variants) in [
        (special_cj::HYPHENATED_VALUES, 6),
        (special_cj::NUMBERS_AS_TEXT, 1),
        (special_cj::KEYS_AS_LIST, 5),
        (special_cj::ONE_VARIANT, 1),
        (special_cj::NO_INVENTORIES, 1),
        (special_cj::HOSTILE_DESCRIPTION, 1),
    ] {
        let job = path.import(json!({"product_url": page(id), "source": "cjdropship"})).await;
        completed(&job);
        let found = job["product_data"]["variants"].as_array().expect("variants").len();
        assert!(found >= variants, "{id}: {found}");
    }
    let shop = json!(path.products()).to_string();
    for part in ["<script", "onclick", "<iframe"] {
        assert!(!shop.contains(part), "{part}");
    }
    assert!(shop.contains("Light-Blue") && shop.contains("X-Large"));
}
