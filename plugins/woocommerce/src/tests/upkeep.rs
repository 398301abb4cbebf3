//! Reading, changing, publishing and removing products that exist.

use serde_json::json;
use sourcepilot_sdk::{Effect, ErrorKind, Listing, Status, Store, Upkeep, VariantChange};

use super::fake::Reply;
use super::rig::{Rig, eur, lamp, shirt};
use crate::WooCommerce;

fn change(id: &str, price: &str, compare_at: Option<&str>) -> VariantChange {
    VariantChange { id: id.to_owned(), price: Some(eur(price)), compare_at: compare_at.map(eur), stock: None }
}

fn made(listing: Listing) -> (Rig, sourcepilot_sdk::RemoteProduct) {
    let rig = Rig::new();
    let made = WooCommerce::create(&rig.call(), "SP-K", listing).expect("a product");
    rig.shop.seen.borrow_mut().clear();
    (rig, made)
}

#[test]
fn a_product_is_read_as_it_is() {
    let (rig, made) = made(shirt(2));
    let state = WooCommerce::read(&rig.call(), &made.id).expect("a state");
    assert_eq!((state.status, state.title.as_str(), state.variants.len()), (Status::Draft, "Shirt", 2));
    let first = &state.variants[0];
    assert_eq!((first.price.clone(), first.compare_at.clone()), (Some(eur("10.05")), Some(eur("20.50"))));
    assert_eq!((first.key.as_deref(), first.stock), (Some("SP-2-0"), Some(5)));
    assert_eq!(state.variants[1].compare_at, None);
}

#[test]
fn a_simple_product_is_its_own_variant() {
    let (rig, made) = made(lamp());
    let state = WooCommerce::read(&rig.call(), &made.id).expect("a state");
    assert_eq!(state.title, "Lamp & shade");
    assert_eq!(
        (state.variants[0].id.as_str(), state.variants[0].key.as_deref()),
        (made.id.as_str(), Some("SP-1-V"))
    );
}

#[test]
fn both_prices_are_always_sent() {
    let (rig, made) = made(shirt(2));
    let ids: Vec<&str> = made.variants.iter().map(|variant| variant.id.as_str()).collect();
    let changes = vec![change(ids[0], "8", None), change(ids[1], "9", Some("12"))];
    let results = WooCommerce::change_variants(&rig.call(), &made.id, changes).expect("results");
    let first = results[0].as_ref().expect("a state");
    assert_eq!((first.price.clone(), first.compare_at.clone()), (Some(eur("8.00")), None));
    let second = results[1].as_ref().expect("a state");
    assert_eq!((second.price.clone(), second.compare_at.clone()), (Some(eur("9.00")), Some(eur("12.00"))));
    let seen = rig.shop.seen.borrow();
    let batch = seen.iter().find(|seen| seen.method == "POST").expect("a batch");
    assert_eq!(batch.body["update"][0]["sale_price"], "");
    assert_eq!(batch.body["update"][1]["regular_price"], "12.00");
}

#[test]
fn a_simple_product_changes_by_its_own_id() {
    let (rig, made) = made(lamp());
    let stock = VariantChange { id: made.id.clone(), price: None, compare_at: None, stock: Some(3) };
    let results =
        WooCommerce::change_variants(&rig.call(), &made.id, vec![change(&made.id, "21", None), stock])
            .expect("results");
    assert_eq!(results[0].as_ref().expect("a state").price, Some(eur("21.00")));
    let last = results[1].as_ref().expect("a state");
    assert_eq!((last.stock, last.price.clone()), (Some(3), Some(eur("21.00"))));
}

#[test]
fn one_bad_change_does_not_spoil_the_others() {
    let (rig, made) = made(shirt(2));
    let good = &made.variants[0].id;
    let dollars = VariantChange {
        price: Some(sourcepilot_sdk::Money { amount: "8".into(), currency: "USD".into() }),
        ..change(good, "8", None)
    };
    let nothing = VariantChange { id: good.clone(), price: None, compare_at: None, stock: None };
    let changes = vec![
        change("999", "8", None),
        change("x", "8", None),
        change(good, "8", Some("7")),
        dollars,
        nothing,
        change(&made.id, "8", None),
        change(good, "8", None),
    ];
    let results = WooCommerce::change_variants(&rig.call(), &made.id, changes).expect("results");
    let kinds: Vec<Option<ErrorKind>> =
        results.iter().map(|result| result.as_ref().err().map(|it| it.kind)).collect();
    let invalid = Some(ErrorKind::InvalidInput);
    assert_eq!(kinds, [Some(ErrorKind::NotFound), invalid, invalid, invalid, invalid, invalid, None]);
}

#[test]
fn a_hundred_changes_are_four_writes() {
    let (rig, made) = made(shirt(100));
    let changes = made.variants.iter().map(|variant| change(&variant.id, "50", None)).collect();
    let results = WooCommerce::change_variants(&rig.call(), &made.id, changes).expect("results");
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(rig.shop.count("POST", "batch"), 4);
}

#[test]
fn a_failure_in_the_middle_keeps_what_was_done() {
    let (rig, made) = made(shirt(60));
    let count = std::cell::Cell::new(0);
    rig.shop.lose(true, move |seen| {
        count.set(count.get() + u32::from(seen.method == "POST"));
        seen.method == "POST" && count.get() == 2
    });
    let changes = made.variants.iter().map(|variant| change(&variant.id, "50", None)).collect();
    let results = WooCommerce::change_variants(&rig.call(), &made.id, changes).expect("results");
    assert!(results[..25].iter().all(Result::is_ok));
    assert!(
        results[25..50].iter().all(|result| result.as_ref().is_err_and(|it| it.effect == Effect::Unknown))
    );
    assert!(results[50..].iter().all(|result| result.as_ref().is_err_and(|it| it.effect == Effect::None)));
}

#[test]
fn a_change_that_fails_at_once_is_one_failure() {
    let (rig, made) = made(shirt(2));
    rig.shop.fail(1, Reply::html(503), |seen| seen.method == "POST");
    let changes = vec![change(&made.variants[0].id, "50", None)];
    let failure = WooCommerce::change_variants(&rig.call(), &made.id, changes).expect_err("a failure");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Unavailable, Effect::Unknown));
}

#[test]
fn a_price_that_the_shop_alters_is_an_error() {
    let (rig, made) = made(lamp());
    let altered = json!({ "id": 10, "regular_price": "2100", "sale_price": "" });
    rig.shop.fail(1, Reply::json(200, &altered), |seen| seen.method == "PUT");
    let results = WooCommerce::change_variants(&rig.call(), &made.id, vec![change(&made.id, "21", None)])
        .expect("results");
    let failure = results[0].as_ref().expect_err("another price");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::UpstreamChanged, Effect::Applied));
}

#[test]
fn publishing_and_hiding() {
    let (rig, made) = made(lamp());
    WooCommerce::set_status(&rig.call(), &made.id, Status::Active).expect("published");
    assert_eq!(rig.shop.products.borrow()[&10]["status"], "publish");
    WooCommerce::set_status(&rig.call(), &made.id, Status::Active).expect("nothing to do");
    assert_eq!(rig.shop.count("PUT", ""), 1);
    WooCommerce::set_status(&rig.call(), &made.id, Status::Draft).expect("hidden");
    assert_eq!(rig.shop.products.borrow()[&10]["status"], "draft");
}

#[test]
fn what_lies_in_the_trash_is_not_brought_back_by_a_change() {
    let (rig, made) = made(lamp());
    rig.shop.products.borrow_mut().get_mut(&10).expect("a product").insert("status".into(), json!("trash"));
    for failure in [
        WooCommerce::read(&rig.call(), &made.id).expect_err("trash"),
        WooCommerce::set_status(&rig.call(), &made.id, Status::Active).expect_err("trash"),
        WooCommerce::change_variants(&rig.call(), &made.id, vec![change(&made.id, "5", None)])
            .expect_err("trash"),
    ] {
        assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::NotFound, Some("in-trash")));
    }
    assert_eq!(rig.shop.count("PUT", "") + rig.shop.count("POST", ""), 0);
}

#[test]
fn a_product_that_is_gone_is_not_found() {
    let rig = Rig::new();
    assert_eq!(WooCommerce::read(&rig.call(), "999").expect_err("gone").kind, ErrorKind::NotFound);
    assert_eq!(WooCommerce::read(&rig.call(), "../1").expect_err("no number").kind, ErrorKind::InvalidInput);
}

#[test]
fn only_our_own_products_are_removed() {
    let (rig, made) = made(shirt(2));
    for key in ["other", ""] {
        let failure = WooCommerce::remove(&rig.call(), &made.id, key).expect_err("not ours");
        assert_eq!((failure.kind, failure.effect), (ErrorKind::Forbidden, Effect::None));
    }
    assert_eq!(rig.shop.count("DELETE", ""), 0);
    WooCommerce::remove(&rig.call(), &made.id, "SP-K").expect("removed");
    assert!(rig.shop.products.borrow().is_empty() && rig.shop.variations.borrow().is_empty());
    assert_eq!(rig.shop.seen.borrow().last().expect("a request").query["force"], "true");
    WooCommerce::remove(&rig.call(), &made.id, "SP-K").expect("gone already");
}

#[test]
fn a_shop_without_decimals_never_takes_less_than_was_asked() {
    let (mut rig, made) = made(lamp());
    rig.extra.push(sourcepilot_sdk::Attribute::new("x-woocommerce.decimals", "0"));
    let changes = vec![change(&made.id, "12.40", Some("14.01")), change(&made.id, "0", None)];
    let results = WooCommerce::change_variants(&rig.call(), &made.id, changes).expect("results");
    let state = results[0].as_ref().expect("a state");
    assert_eq!((state.price.clone(), state.compare_at.clone()), (Some(eur("13")), Some(eur("15"))));
    assert_eq!(results[1].as_ref().expect_err("nothing").kind, ErrorKind::InvalidInput);
}
