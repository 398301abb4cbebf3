//! Creating when nothing goes wrong, and what is read back.

use serde_json::{Value, json};
use sourcepilot_sdk::{Effect, ErrorKind, Status, Store};

use super::fake::Reply;
use super::rig::{Rig, eur, lamp, shirt, variant};
use crate::WooCommerce;
use crate::wire::{META_KEY, META_STATE};

fn meta(product: &serde_json::Map<String, Value>, key: &str) -> Value {
    let list = product["meta_data"].as_array().expect("a list");
    list.iter().find(|entry| entry["key"] == key).map_or(Value::Null, |entry| entry["value"].clone())
}

#[test]
fn a_simple_product_is_written_and_read_back() {
    let rig = Rig::new();
    let made = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    assert_eq!(made.warnings, Vec::<String>::new());
    assert_eq!((made.variants[0].key.as_str(), &made.variants[0].id), ("SP-1-V", &made.id));
    assert_eq!(
        made.admin_url.as_deref(),
        Some(&*format!("https://shop.example/wp-admin/post.php?post={}&action=edit", made.id))
    );
    let products = rig.shop.products.borrow();
    let product = products.values().next().expect("a product");
    assert_eq!(
        (&product["sku"], &product["regular_price"], &product["sale_price"]),
        (&json!("SP-1"), &json!("19.90"), &json!(""))
    );
    assert_eq!((&product["manage_stock"], &product["stock_quantity"]), (&json!(true), &json!(5)));
    assert_eq!((meta(product, META_KEY), meta(product, META_STATE)), (json!("SP-1"), json!("complete")));
    assert_eq!(product["status"], "draft");
}

#[test]
fn nothing_is_visible_before_the_last_write() {
    let rig = Rig::new();
    let listing = sourcepilot_sdk::Listing { status: Status::Active, ..shirt(3) };
    WooCommerce::create(&rig.call(), "SP-2", listing).expect("a product");
    let seen = rig.shop.seen.borrow();
    let statuses: Vec<&str> = seen.iter().filter_map(|seen| seen.body["status"].as_str()).collect();
    assert_eq!(statuses, ["draft", "publish"]);
    let last = seen.iter().rposition(|seen| seen.method != "GET").expect("a write");
    assert_eq!(seen[last].body["status"], "publish");
}

#[test]
fn prices_are_text_with_the_decimals_of_the_shop() {
    let rig = Rig::new().knowing("x-woocommerce.decimals", "0");
    let mut listing = lamp();
    listing.variants[0].price = eur("1990.4");
    listing.variants[0].compare_at = Some(eur("2500"));
    WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    let seen = rig.shop.seen.borrow();
    let post = seen.iter().find(|seen| seen.method == "POST").expect("a post");
    assert_eq!((&post.body["regular_price"], &post.body["sale_price"]), (&json!("2500"), &json!("1991")));
    assert!(!seen.iter().any(|seen| seen.path.contains("settings")), "the decimals were known");
}

#[test]
fn a_variable_product_gets_every_variant_with_price_and_picture() {
    let rig = Rig::new();
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(4)).expect("a product");
    assert_eq!(made.warnings, Vec::<String>::new());
    let keys: Vec<&str> = made.variants.iter().map(|variant| variant.key.as_str()).collect();
    assert_eq!(keys, ["SP-2-0", "SP-2-1", "SP-2-2", "SP-2-3"]);
    let variations = rig.shop.variations.borrow();
    for (at, variation) in variations.values().enumerate() {
        let price = format!("{}.05", at + 10);
        if at % 2 == 0 {
            assert_eq!(variation["sale_price"], price);
            assert_eq!(variation["regular_price"], format!("{}.50", at + 20));
        } else {
            assert_eq!((&variation["regular_price"], &variation["sale_price"]), (&json!(price), &json!("")));
        }
        assert!(variation["image"]["id"].is_u64(), "{variation:?}");
        assert_eq!(variation["attributes"], json!([{ "name": "Colour", "option": format!("Colour {at}") }]));
    }
    let products = rig.shop.products.borrow();
    let product = products.values().next().expect("a product");
    assert_eq!(product["images"].as_array().map(Vec::len), Some(2), "pictures of variants stay with them");
}

#[test]
fn a_hundred_variants_take_a_bounded_number_of_requests() {
    let rig = Rig::new();
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(100)).expect("a product");
    assert_eq!((made.variants.len(), made.warnings.len()), (100, 0));
    assert_eq!(rig.shop.count("POST", "products/10/variations/batch"), 4 + 20);
    let batches: Vec<usize> = rig
        .shop
        .seen
        .borrow()
        .iter()
        .filter_map(|seen| Some(seen.body["create"].as_array()?.len()))
        .filter(|count| *count > 0)
        .collect();
    assert_eq!(batches, [25, 25, 25, 25]);
    assert_eq!(rig.shop.count("POST", "products"), 1 + 24);
    assert_eq!(rig.shop.seen.borrow().len(), 33, "{:?}", rig.steps());
}

#[test]
fn pictures_shared_by_variants_are_uploaded_once() {
    let rig = Rig::new();
    let mut listing = shirt(30);
    for (at, variant) in listing.variants.iter_mut().enumerate() {
        variant.image = Some(format!("https://img.example/v{}.jpg", at % 2));
    }
    listing.images.truncate(4);
    WooCommerce::create(&rig.call(), "SP-2", listing).expect("a product");
    let seen = rig.shop.seen.borrow();
    let sources: Vec<&str> = seen
        .iter()
        .flat_map(|seen| seen.body["update"].as_array().cloned().unwrap_or_default())
        .filter_map(|item| item["image"]["src"].as_str().map(|src| &*src.to_owned().leak()))
        .collect();
    assert_eq!(sources, ["https://img.example/v0.jpg", "https://img.example/v1.jpg"]);
    let images: std::collections::BTreeSet<u64> = rig
        .shop
        .variations
        .borrow()
        .values()
        .filter_map(|variation| variation["image"]["id"].as_u64())
        .collect();
    assert_eq!(images.len(), 2);
}

#[test]
fn categories_are_found_made_or_taken_from_the_refusal() {
    let rig = Rig::new();
    let mut listing = lamp();
    listing.categories = vec!["Home & Garden".to_owned(), "Lamps".to_owned(), "home & garden".to_owned()];
    listing.tags = vec!["new".to_owned(), "New".to_owned()];
    let made = WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    assert_eq!(made.warnings, Vec::<String>::new());
    let seen = rig.shop.seen.borrow();
    let post = seen.iter().find(|seen| seen.method == "POST" && seen.path == "products").expect("a post");
    assert_eq!(post.body["categories"].as_array().map(Vec::len), Some(2));
    assert_eq!(post.body["tags"], json!([{ "name": "new" }]));
    assert_eq!(post.body["categories"][0], json!({ "id": 7 }), "the search misses the escaped name");
}

#[test]
fn a_category_that_may_not_be_made_is_a_warning() {
    let rig = Rig::new();
    rig.shop.fail(1, Reply::error(403, "woocommerce_rest_cannot_create"), |seen| {
        seen.method == "POST" && seen.path == "products/categories"
    });
    let mut listing = lamp();
    listing.categories = vec!["Lamps".to_owned()];
    let made = WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    assert_eq!(made.warnings.len(), 1);
    assert!(made.warnings[0].contains("Lamps"), "{:?}", made.warnings);
}

#[test]
fn one_bad_picture_is_left_out_by_name() {
    let rig = Rig::new();
    rig.shop.bad_images.borrow_mut().push("https://img.example/b.jpg".to_owned());
    let mut listing = lamp();
    listing.images =
        ["a", "b", "c", "d"].iter().map(|name| format!("https://img.example/{name}.jpg")).collect();
    let made = WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    assert_eq!(made.warnings.len(), 1);
    assert!(made.warnings[0].contains("https://img.example/b.jpg"), "{:?}", made.warnings);
    let products = rig.shop.products.borrow();
    let images = products[&10]["images"].as_array().expect("a list").len();
    assert_eq!(images, 3);
}

#[test]
fn one_bad_picture_of_a_variant_is_left_out_by_name() {
    let rig = Rig::new();
    rig.shop.bad_images.borrow_mut().push("https://img.example/v1.jpg".to_owned());
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(4)).expect("a product");
    assert_eq!(made.warnings.len(), 1);
    assert!(made.warnings[0].contains("https://img.example/v1.jpg"), "{:?}", made.warnings);
    let with = rig.shop.variations.borrow().values().filter(|one| one["image"]["id"].is_u64()).count();
    assert_eq!(with, 3);
}

#[test]
fn a_price_that_the_shop_alters_is_an_error_in_spite_of_success() {
    let rig = Rig::new();
    let altered = json!({
        "id": 10, "sku": "SP-1", "type": "simple", "name": "Lamp &amp; shade", "regular_price": "1990",
        "sale_price": "", "status": "draft", "stock_quantity": 5,
        "meta_data": [{ "key": META_KEY, "value": "SP-1" }],
    });
    rig.shop.fail(9, Reply::json(200, &altered), |seen| seen.method == "GET" && seen.path == "products/10");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("another price");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::UpstreamChanged, Effect::Applied));
    assert!(failure.message.contains("1990") && failure.message.contains("19.90"), "{failure:?}");
}

#[test]
fn a_dropped_sale_of_a_variant_is_an_error_in_spite_of_success() {
    let rig = Rig::new();
    let answer = json!({ "create": [{ "id": 11, "sku": "SP-2-0", "regular_price": "20.50", "sale_price": "",
        "attributes": [{ "name": "Colour", "option": "Colour 0" }] }] });
    rig.shop.fail(1, Reply::json(200, &answer), |seen| seen.path.ends_with("batch"));
    let failure = WooCommerce::create(&rig.call(), "SP-2", shirt(1)).expect_err("no sale");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::UpstreamChanged, Effect::Applied));
    assert_eq!(failure.code.as_deref(), Some("price-mismatch"));
}

#[test]
fn a_shop_in_another_currency_is_refused_before_anything_is_written() {
    let rig = Rig::new();
    let mut listing = lamp();
    listing.variants[0].price.currency = "USD".to_owned();
    let failure = WooCommerce::create(&rig.call(), "SP-1", listing).expect_err("another currency");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::InvalidInput, Effect::None));
    assert!(failure.message.contains("EUR") && failure.message.contains("USD"));
    assert!(rig.shop.seen.borrow().iter().all(|seen| seen.method == "GET"));
}

#[test]
fn names_carry_no_markup_into_the_shop() {
    let rig = Rig::new();
    let mut listing = lamp();
    listing.title = "Lamp <script>alert(1)</script>".to_owned();
    listing.tags = vec!["<img src=x>".to_owned()];
    WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    let seen = rig.shop.seen.borrow();
    let post = seen.iter().find(|seen| seen.method == "POST").expect("a post");
    assert!(!post.body["name"].to_string().contains('<') && !post.body["tags"].to_string().contains('<'));
}

#[test]
fn a_barcode_that_is_taken_is_left_out() {
    let rig = Rig::new();
    rig.shop.fail(1, Reply::error(400, "product_invalid_global_unique_id"), |seen| seen.method == "POST");
    let mut listing = lamp();
    listing.variants[0].barcode = Some("4006381333931".to_owned());
    let made = WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    assert_eq!(made.warnings.len(), 1);
    let seen = rig.shop.seen.borrow();
    let codes: Vec<bool> = seen
        .iter()
        .filter(|seen| seen.method == "POST")
        .map(|seen| seen.body.get("global_unique_id").is_some())
        .collect();
    assert_eq!(codes, [true, false]);
}

#[test]
fn weights_are_given_in_the_unit_of_the_shop() {
    let rig = Rig::new().knowing("x-woocommerce.weight-unit", "lbs");
    let mut listing = lamp();
    listing.variants[0].weight_grams = Some(454);
    WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    let products = rig.shop.products.borrow();
    assert_eq!(products[&10]["weight"], "1.0009");
}

#[test]
fn a_product_without_tracked_stock_is_in_stock() {
    let rig = Rig::new();
    let mut listing = lamp();
    listing.variants = vec![sourcepilot_sdk::ListingVariant { stock: None, ..variant("V", &[], "5") }];
    WooCommerce::create(&rig.call(), "SP-1", listing).expect("a product");
    let products = rig.shop.products.borrow();
    assert_eq!(
        (&products[&10]["manage_stock"], &products[&10]["stock_status"]),
        (&json!(false), &json!("instock"))
    );
}

#[test]
fn cancelling_stops_before_the_next_write() {
    let rig = Rig::new();
    rig.host.cancel();
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("cancelled");
    assert_eq!((failure.code.as_deref(), failure.effect), (Some("cancelled"), Effect::None));
    assert!(rig.shop.products.borrow().is_empty());
}

#[test]
fn a_batch_limit_below_ours_is_respected() {
    let rig = Rig::new();
    rig.shop.max_batch.set(10);
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(30)).expect("a product");
    assert_eq!(made.variants.len(), 30);
}
