//! Doing it again: after lost answers, races, crashes, and a stay in the trash.

use serde_json::{Value, json};
use sourcepilot_sdk::{Effect, ErrorKind, Listing, Status, Store};

use super::fake::{FakeShop, Reply, Seen};
use super::rig::{Rig, lamp, shirt};
use crate::WooCommerce;
use crate::wire::META_KEY;

fn creation(seen: &Seen) -> bool {
    seen.method == "POST" && seen.path == "products"
}

/// A product of somebody else, or of ours by its key.
fn existing(shop: &FakeShop, id: u64, sku: &str, key: &str, status: &str) {
    let product = json!({
        "id": id, "name": "Old", "type": "simple", "status": status, "sku": sku, "regular_price": "5",
        "sale_price": "", "images": [], "tags": [], "attributes": [], "stock_quantity": null,
        "meta_data": [{ "key": META_KEY, "value": key }, { "key": "_sourcepilot_state", "value": "complete" }],
    });
    shop.products.borrow_mut().insert(id, product.as_object().expect("an object").clone());
}

#[test]
fn the_same_key_twice_makes_one_product_and_writes_nothing_the_second_time() {
    let rig = Rig::new();
    let first = WooCommerce::create(&rig.call(), "SP-2", shirt(3)).expect("a product");
    let writes = rig.shop.count("POST", "") + rig.shop.count("PUT", "");
    let second = WooCommerce::create(&rig.call(), "SP-2", shirt(3)).expect("the same product");
    assert_eq!((&first.id, &first.variants), (&second.id, &second.variants));
    assert_eq!(rig.shop.count("POST", "") + rig.shop.count("PUT", ""), writes);
    assert_eq!(rig.shop.products.borrow().len(), 1);
}

#[test]
fn what_the_merchant_changed_since_is_left_alone() {
    let rig = Rig::new();
    WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    rig.shop
        .products
        .borrow_mut()
        .get_mut(&10)
        .expect("a product")
        .insert("regular_price".into(), json!("99"));
    let again = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("the same product");
    assert_eq!(again.id, "10");
    assert_eq!(rig.shop.products.borrow()[&10]["regular_price"], "99");
}

#[test]
fn a_creation_whose_answer_is_lost_is_found_and_finished() {
    let rig = Rig::new();
    rig.shop.lose(true, creation);
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(2)).expect("a product");
    assert_eq!((made.id.as_str(), made.variants.len()), ("10", 2));
    assert_eq!(rig.shop.count("POST", "products"), 1 + 3, "one creation; the variants; each picture");
}

#[test]
fn a_creation_that_may_still_be_at_work_has_an_unknown_effect() {
    let rig = Rig::new();
    rig.shop.lose(false, creation);
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("lost");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Timeout, Effect::Unknown));
    assert_eq!(failure.retry_after_ms, Some(60_000));
    assert_eq!(rig.shop.count("POST", ""), 1, "never two creations at once");
}

#[test]
fn a_server_error_at_the_creation_is_looked_up_too() {
    for reply in [Reply::html(504), Reply::html(502), Reply::error(500, "internal_server_error")] {
        let rig = Rig::new();
        rig.shop.fail(1, reply, creation);
        let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("an error");
        assert_eq!(failure.effect, Effect::Unknown);
        assert_eq!(rig.shop.count("GET", "products"), 3, "before, live, trash: {:?}", rig.steps());
    }
}

#[test]
fn a_lost_race_with_ourselves_goes_on_with_the_winner() {
    let rig = Rig::new();
    let key = "SP-1";
    existing(&rig.shop, 77, key, key, "draft");
    let empty = Reply::json(200, &json!([]));
    rig.shop.fail(1, empty, |seen| seen.method == "GET" && seen.path == "products");
    let made = WooCommerce::create(&rig.call(), key, lamp()).expect("the winner");
    assert_eq!(made.id, "77");
    assert_eq!(rig.shop.count("GET", "products/77"), 2);
}

#[test]
fn a_race_that_only_says_not_created_is_looked_up() {
    let rig = Rig::new();
    let key = "SP-1";
    existing(&rig.shop, 77, key, key, "draft");
    rig.shop.fail(1, Reply::json(200, &json!([])), |seen| seen.method == "GET" && seen.path == "products");
    rig.shop.fail(1, Reply::error(400, "woocommerce_rest_product_not_created"), creation);
    assert_eq!(WooCommerce::create(&rig.call(), key, lamp()).expect("the winner").id, "77");
}

#[test]
fn a_foreign_product_with_the_sku_is_a_conflict_with_a_free_one() {
    let rig = Rig::new();
    existing(&rig.shop, 77, "SP-1", "somebody", "publish");
    rig.shop.fail(1, Reply::json(200, &json!([])), |seen| seen.method == "GET" && seen.path == "products");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("a conflict");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Conflict, Effect::None));
    assert!(
        failure.message.contains("“Old” (number 77)") && failure.message.contains("“SP-1-1” would be free")
    );
    assert_eq!(
        failure.details.iter().find(|it| it.name == "unique-sku").map(|it| it.value.as_str()),
        Some("SP-1-1")
    );
}

#[test]
fn a_foreign_product_seen_before_is_not_even_asked() {
    let rig = Rig::new();
    existing(&rig.shop, 77, "SP-1", "somebody", "publish");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("a conflict");
    assert_eq!(failure.kind, ErrorKind::Conflict);
    assert_eq!(rig.shop.count("POST", ""), 0);
}

#[test]
fn a_product_in_the_trash_is_told_to_the_merchant() {
    let rig = Rig::new();
    existing(&rig.shop, 77, "SP-1", "SP-1", "trash");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("a conflict");
    assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::Conflict, Some("in-trash")));
    assert!(failure.message.contains("number 77"));
    let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("a conflict");
    assert_eq!(failure.code.as_deref(), Some("in-trash"));
}

#[test]
fn variations_that_exist_are_not_made_again() {
    let rig = Rig::new();
    let batches = std::cell::Cell::new(0);
    rig.shop.lose(true, move |seen| {
        let batch =
            seen.body.get("create").is_some_and(|create| create.as_array().is_some_and(|it| !it.is_empty()));
        batches.set(batches.get() + u32::from(batch));
        batch && batches.get() == 2
    });
    let failure = WooCommerce::create(&rig.call(), "SP-2", shirt(60)).expect_err("lost");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Timeout, Effect::Unknown));
    assert_eq!(rig.shop.variations.borrow().len(), 50, "the shop finished what we gave up");
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(60)).expect("a product");
    assert_eq!((made.variants.len(), rig.shop.variations.borrow().len()), (60, 60));
    let pictures = rig.shop.variations.borrow().values().filter(|one| one["image"]["id"].is_u64()).count();
    assert_eq!(pictures, 60);
}

#[test]
fn more_than_a_page_of_variations_is_read() {
    let rig = Rig::new();
    let made = WooCommerce::create(&rig.call(), "SP-2", shirt(230)).expect("a product");
    assert_eq!(made.variants.len(), 230);
    assert_eq!(rig.shop.count("GET", "products/10/variations"), 3);
}

#[test]
fn pictures_of_an_earlier_run_are_not_fetched_again() {
    let rig = Rig::new();
    rig.shop.lose(false, |seen| seen.body["status"] == "publish");
    let listing = || Listing { status: Status::Active, ..shirt(3) };
    let failure = WooCommerce::create(&rig.call(), "SP-2", listing()).expect_err("lost at the end");
    assert_eq!(failure.effect, Effect::Unknown);
    let before = rig.shop.seen.borrow().len();
    let made = WooCommerce::create(&rig.call(), "SP-2", listing()).expect("a product");
    assert_eq!(made.warnings, Vec::<String>::new());
    let seen = rig.shop.seen.borrow();
    assert!(seen[before..].iter().all(|seen| !seen.body.to_string().contains("\"src\"")));
    assert_eq!(rig.shop.products.borrow()[&10]["status"], "publish");
}

/// Three runs: the group is lost, then the single picture, then it is left out.
#[test]
fn a_picture_that_takes_too_long_twice_is_left_out() {
    let rig = Rig::new();
    let slow = |seen: &Seen| seen.body.to_string().contains("slow.jpg");
    rig.shop.lose(false, slow);
    rig.shop.lose(false, slow);
    let listing = || Listing {
        images: ["a", "slow", "b"].iter().map(|name| format!("https://img.example/{name}.jpg")).collect(),
        ..lamp()
    };
    for code in [None, Some("slow-picture")] {
        let failure = WooCommerce::create(&rig.call(), "SP-1", listing()).expect_err("slow");
        assert_eq!((failure.kind, failure.effect), (ErrorKind::Timeout, Effect::Unknown));
        assert_eq!(failure.code.as_deref(), code);
    }
    let before = rig.shop.seen.borrow().len();
    let made = WooCommerce::create(&rig.call(), "SP-1", listing()).expect("a product");
    assert!(made.warnings.iter().any(|warning| warning.contains("slow.jpg")), "{:?}", made.warnings);
    assert!(rig.shop.seen.borrow()[before..].iter().all(|seen| !slow(seen)));
    assert_eq!(rig.shop.products.borrow()[&10]["images"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_slow_picture_that_arrives_after_all_is_kept() {
    let rig = Rig::new();
    let slow = |seen: &Seen| seen.body.to_string().contains("slow.jpg");
    rig.shop.lose(false, slow);
    rig.shop.lose(true, slow);
    let listing = || Listing { images: vec!["https://img.example/slow.jpg".into()], ..lamp() };
    for _ in 0..2 {
        WooCommerce::create(&rig.call(), "SP-1", listing()).expect_err("slow");
    }
    let made = WooCommerce::create(&rig.call(), "SP-1", listing()).expect("a product");
    assert_eq!(made.warnings, Vec::<String>::new());
    assert_eq!(rig.shop.products.borrow()[&10]["images"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_host_that_never_answers_is_given_up_as_a_whole() {
    let rig = Rig::new();
    let dead = |seen: &Seen| seen.body.to_string().contains("\"src\":\"https://dead.example");
    rig.shop.lose(false, dead);
    rig.shop.lose(false, dead);
    let mut listing = shirt(9);
    for variant in &mut listing.variants {
        variant.image = variant.image.as_ref().map(|image| image.replace("img.example", "dead.example"));
    }
    listing.images.truncate(2);
    for _ in 0..2 {
        WooCommerce::create(&rig.call(), "SP-2", listing.clone()).expect_err("dead");
    }
    let made = WooCommerce::create(&rig.call(), "SP-2", listing).expect("a product");
    assert_eq!(made.warnings.len(), 9, "{:?}", made.warnings);
}

#[test]
fn a_taken_sku_of_a_variant_is_a_conflict_that_names_it() {
    let rig = Rig::new();
    existing(&rig.shop, 77, "SP-2-1", "somebody", "publish");
    let failure = WooCommerce::create(&rig.call(), "SP-2", shirt(2)).expect_err("a conflict");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Conflict, Effect::Applied));
    assert!(failure.message.contains("SP-2-1") && failure.message.contains("77"), "{failure:?}");
}

#[test]
fn finding_by_key_takes_only_what_is_ours() {
    let rig = Rig::new();
    assert!(WooCommerce::find_by_key(&rig.call(), "SP-1").expect("an answer").is_none());
    existing(&rig.shop, 77, "SP-1", "somebody", "publish");
    assert!(WooCommerce::find_by_key(&rig.call(), "SP-1").expect("an answer").is_none());
    existing(&rig.shop, 78, "SP-3", "SP-3", "publish");
    let found = WooCommerce::find_by_key(&rig.call(), "SP-3").expect("an answer").expect("a product");
    assert_eq!(found.id, "78");
}

#[test]
fn a_shop_that_ignores_the_filter_does_not_lend_us_its_products() {
    let rig = Rig::new();
    let all = json!([{ "id": 5, "sku": "OTHER", "meta_data": [{ "key": META_KEY, "value": "SP-1" }] }]);
    rig.shop.fail(9, Reply::json(200, &all), |seen| seen.method == "GET" && seen.path == "products");
    assert!(WooCommerce::find_by_key(&rig.call(), "SP-1").expect("an answer").is_none());
    assert_eq!(WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product").id, "10");
}

#[test]
fn a_variation_that_holds_the_sku_is_a_conflict() {
    let rig = Rig::new();
    let held: Value = json!([{ "id": 5, "type": "variation", "parent_id": 4, "sku": "SP-1" }]);
    rig.shop.fail(1, Reply::json(200, &held), |seen| seen.method == "GET" && seen.path == "products");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("a conflict");
    assert_eq!(failure.kind, ErrorKind::Conflict);
}
