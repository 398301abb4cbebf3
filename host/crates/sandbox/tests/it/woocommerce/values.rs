//! Everything that goes wrong silently, and the errors that do not.

use serde_json::{Value, json};

use crate::util::{Shop, behind_proxy, refusal, world_with};

async fn setting() -> (sourcepilot_sandbox::Sandbox, Shop) {
    let world = world_with(behind_proxy()).await;
    let shop = Shop::new(&world);
    (world, shop)
}

fn prices(product: &Value) -> (&str, &str, &str) {
    let text = |name: &str| product[name].as_str().unwrap_or("not a text");
    (text("regular_price"), text("sale_price"), text("price"))
}

#[tokio::test]
async fn numbers_where_text_belongs_are_refused() {
    let (_world, shop) = setting().await;
    for (body, param) in [
        (json!({"regular_price": 19.99}), "regular_price"),
        (json!({"weight": 1.5}), "weight"),
        (json!({"dimensions": {"length": 1}}), "dimensions"),
        (json!({"status": "live"}), "status"),
        (json!({"images": [{"id": "x"}]}), "images"),
    ] {
        let (status, error) = shop.post("products", body).await;
        assert_eq!((status, &error["code"]), (400, &json!("rest_invalid_param")));
        assert!(
            error["data"]["params"][param].is_string() && error["data"]["details"][param]["code"].is_string()
        );
    }
    let broken =
        shop.request(reqwest::Method::POST, "products").header("content-type", "application/json").body("{");
    assert_eq!(refusal(crate::util::answer(broken).await), (400, "rest_invalid_json".into()));
}

#[tokio::test]
async fn prices_are_changed_in_silence() {
    let (_world, shop) = setting().await;
    for (sent, kept) in
        [("19,99", "1999"), ("abc", ""), ("-5", "-5"), ("19.98765", "19.98765"), ("7.50", "7.50")]
    {
        let product = shop.made(json!({"name": "P (demo)", "regular_price": sent})).await;
        assert_eq!(prices(&product), (kept, "", kept), "{sent}");
        assert_eq!(product["purchasable"], !kept.is_empty());
    }
    let dear = shop.made(json!({"regular_price": "10", "sale_price": "10"})).await;
    assert_eq!(prices(&dear), ("10", "", "10"));
    let sale = shop.made(json!({"regular_price": "10", "sale_price": "8"})).await;
    assert_eq!((prices(&sale), &sale["on_sale"]), (("10", "8", "8"), &json!(true)));
    let (_, lowered) = shop.put(&format!("products/{}", sale["id"]), json!({"regular_price": "7"})).await;
    assert_eq!(prices(&lowered), ("7", "", "7"));
    let parent = shop.made(json!({"type": "variable", "regular_price": "10"})).await;
    assert_eq!(prices(&parent), ("", "", ""));
}

#[tokio::test]
async fn names_and_descriptions_are_cleaned() {
    let (_world, shop) = setting().await;
    let body = json!({"name": "T & <b>x</b>", "description": "<p onclick=\"a()\">hi</p><script>alert(1)</script>", "what": 1});
    let product = shop.made(body).await;
    assert_eq!(product["name"], "T &amp; <b>x</b>");
    assert_eq!(product["description"], "<p>hi</p>alert(1)");
    assert!(product.get("what").is_none());
    assert_eq!(shop.made(json!({})).await["name"], "Product");
    let stocked = shop.made(json!({"manage_stock": true, "stock_quantity": "7"})).await;
    assert_eq!((&stocked["stock_quantity"], &stocked["stock_status"]), (&json!(7), &json!("instock")));
    let none = shop.made(json!({"manage_stock": true, "stock_quantity": 0})).await;
    assert_eq!(none["stock_status"], "outofstock");
    let unmanaged = shop.made(json!({"stock_quantity": 5})).await;
    assert_eq!(unmanaged["stock_quantity"], Value::Null);
}

#[tokio::test]
async fn terms_are_taken_by_number_and_tags_by_name_too() {
    let (_world, shop) = setting().await;
    let product = shop
        .made(json!({"tags": [{"id": 98765}, {"name": "trending"}, {"name": "Trending"}], "categories": [{"name": "Lamps"}]}))
        .await;
    assert_eq!(product["tags"].as_array().map(Vec::len), Some(1));
    assert_eq!(product["tags"][0]["name"], "trending");
    assert_eq!(product["categories"][0]["slug"], "uncategorized");

    let (status, lamps) = shop.post("products/categories", json!({"name": "Lamps & Co"})).await;
    assert_eq!((status, &lamps["name"]), (201, &json!("Lamps &amp; Co")));
    let (status, again) = shop.post("products/categories", json!({"name": "lamps & co"})).await;
    assert_eq!((status, &again["code"]), (400, &json!("term_exists")));
    assert_eq!(again["data"]["resource_id"], lamps["id"]);
    let filed = shop.made(json!({"categories": [{"id": lamps["id"]}]})).await;
    assert_eq!(filed["categories"][0]["id"], lamps["id"]);
    let (_, found) = shop.get("products/categories?search=lamps&_fields=id,name").await;
    assert_eq!(found, json!([{"id": lamps["id"], "name": "Lamps &amp; Co"}]));
}

#[tokio::test]
async fn free_fields_are_updated_not_doubled() {
    let (_world, shop) = setting().await;
    let product = shop.made(json!({"meta_data": [{"key": "k", "value": {"a": 1}}]})).await;
    let path = format!("products/{}", product["id"]);
    let (_, changed) =
        shop.put(&path, json!({"meta_data": [{"key": "k", "value": "two"}, {"key": "l", "value": 3}]})).await;
    let meta = changed["meta_data"].as_array().expect("a list");
    assert_eq!(meta.len(), 2);
    assert_eq!((&meta[0]["id"], &meta[0]["value"]), (&product["meta_data"][0]["id"], &json!("two")));
    // Products cannot be found by them: the parameter is ignored.
    shop.made(json!({})).await;
    let (_, all) = shop.get("products?meta_key=k&meta_value=two").await;
    assert_eq!(all.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_gtin_is_unique_as_well() {
    let (_world, shop) = setting().await;
    let first = shop.made(json!({"global_unique_id": "4006381333931"})).await;
    let (status, error) = shop.post("products", json!({"global_unique_id": "4006381333931"})).await;
    assert_eq!((status, &error["code"]), (400, &json!("product_invalid_global_unique_id")));
    assert_eq!(error["data"]["resource_id"], first["id"]);
}
