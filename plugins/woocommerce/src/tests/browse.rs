//! Reading what stands in a shop.

use serde_json::json;
use sourcepilot_sdk::{Attribute, Browse, ErrorKind, Filter, ProductPage, Status, Store};

use super::fake::Reply;
use super::rig::{Rig, eur, lamp, shirt};
use crate::WooCommerce;

fn filter() -> Filter {
    Filter { vendor: None, tag: None, collection: None, cursor: None, page_size: 25 }
}

fn read(rig: &Rig, filter: Filter) -> ProductPage {
    WooCommerce::list_products(&rig.call(), filter).expect("a page")
}

/// A shop with a lamp, a shirt of three colours, and something that is sold elsewhere.
fn filled() -> Rig {
    let rig = Rig::new();
    WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a lamp");
    WooCommerce::create(&rig.call(), "SP-2", shirt(3)).expect("a shirt");
    let elsewhere = WooCommerce::create(
        &rig.call(),
        "SP-3",
        sourcepilot_sdk::Listing { variants: vec![super::rig::variant("SP-3-V", &[], "5")], ..lamp() },
    );
    let id: u64 = elsewhere.expect("a product").id.parse().expect("a number");
    rig.shop.products.borrow_mut().get_mut(&id).expect("it").insert("type".into(), json!("external"));
    rig.shop.seen.borrow_mut().clear();
    rig
}

#[test]
fn products_are_read_as_they_stand() {
    let rig = filled();
    {
        let mut products = rig.shop.products.borrow_mut();
        let lamp =
            products.values_mut().find(|product| product["name"] == "Lamp &amp; shade").expect("the lamp");
        lamp.insert("cost_of_goods_sold".into(), json!({"values": [], "total_value": 7.5}));
        lamp.insert("weight".into(), json!("0.25"));
        lamp.insert("status".into(), json!("publish"));
        lamp.insert("categories".into(), json!([{"id": 7, "name": "Home &amp; Garden"}]));
        lamp.insert("brands".into(), json!([{"id": 9, "name": "Northwind"}]));
    }
    let page = read(&rig, filter());
    assert_eq!(page.next_cursor, None);
    let [lamp, shirt] = page.products.as_slice() else { panic!("{:?}", page.products) };
    assert_eq!((lamp.title.as_str(), lamp.status, lamp.variants.len()), ("Lamp & shade", Status::Active, 1));
    assert_eq!(
        (lamp.collections.as_slice(), lamp.vendor.as_deref()),
        (["Home & Garden".to_owned()].as_slice(), Some("Northwind"))
    );
    let only = &lamp.variants[0];
    assert_eq!(
        (only.price.clone(), only.cost.clone(), only.weight_grams),
        (Some(eur("19.90")), Some(eur("7.5")), Some(250))
    );
    assert_eq!((only.stock, only.options.len()), (Some(5), 0));
    assert_eq!((shirt.title.as_str(), shirt.variants.len(), shirt.status), ("Shirt", 3, Status::Draft));
    let first = &shirt.variants[0];
    assert_eq!(first.options, [Attribute::new("Colour", "Colour 0")]);
    assert_eq!(
        (first.price.clone(), first.compare_at.clone(), first.cost.clone()),
        (Some(eur("10.05")), Some(eur("20.50")), None)
    );
    assert_eq!((first.title.as_str(), first.sku.as_deref()), ("Colour 0", Some("SP-2-0")));
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let rig = filled();
    let first = read(&rig, Filter { page_size: 1, ..filter() });
    assert_eq!((first.products.len(), first.next_cursor.as_deref()), (1, Some("2")));
    let second = read(&rig, Filter { page_size: 1, cursor: first.next_cursor, ..filter() });
    assert_eq!(second.products[0].title, "Shirt");
    // What is sold elsewhere leaves a page empty, which is not the end.
    let third = read(&rig, Filter { page_size: 1, cursor: second.next_cursor, ..filter() });
    assert_eq!((third.products.len(), third.next_cursor.as_deref()), (0, Some("4")));
    let end = read(&rig, Filter { page_size: 1, cursor: third.next_cursor, ..filter() });
    assert_eq!((end.products.len(), end.next_cursor), (0, None));
}

#[test]
fn filters_are_asked_for_by_number_or_refused() {
    let rig = filled();
    let tagged = read(&rig, Filter { tag: Some("Spocket".into()), ..filter() });
    assert!(tagged.products.is_empty());
    let asked: Vec<String> = rig.shop.seen.borrow().iter().map(|seen| seen.param("tag").to_owned()).collect();
    assert!(asked.contains(&"1".to_owned()), "{asked:?}");
    for (bad, kind) in [
        (Filter { vendor: Some("Northwind".into()), ..filter() }, ErrorKind::Unsupported),
        (Filter { tag: Some("unheard of".into()), ..filter() }, ErrorKind::NotFound),
        (Filter { collection: Some("unheard of".into()), ..filter() }, ErrorKind::NotFound),
        (Filter { cursor: Some("zero".into()), ..filter() }, ErrorKind::InvalidInput),
    ] {
        assert_eq!(WooCommerce::list_products(&rig.call(), bad).expect_err("refused").kind, kind);
    }
}

#[test]
fn a_refused_key_is_told_as_one() {
    let rig = filled();
    rig.shop
        .fail(9, Reply::error(401, "woocommerce_rest_cannot_view"), |seen| seen.path.ends_with("products"));
    let failure = WooCommerce::list_products(&rig.call(), filter()).expect_err("refused");
    assert_eq!(failure.kind, ErrorKind::AuthRequired, "{failure:?}");
}
