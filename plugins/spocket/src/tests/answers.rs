//! What search, preview, prices and delivery answer.

use std::rc::Rc;

use serde_json::json;
use sourcepilot_sdk::catalogue::Source;
use sourcepilot_sdk::test::{self, Recorded, TestHost};
use sourcepilot_sdk::{
    Attribute, Availability, Call, ErrorKind, Failure, Feed, Freight, Money, Parcel, Pricing, ProductRef,
    ProductRequest, Query, Search, Supplier,
};

use super::{Shelf, U, call, parse, supplied, with_settings};
use crate::Spocket;

const CSV: &str = include_str!("../../tests/fixtures/documented.csv");

fn request(id: &str) -> ProductRequest {
    ProductRequest { ref_: ProductRef::new(id), entry: None }
}

fn query(text: &str, page: u32, page_size: u32) -> Query {
    Query { text: text.into(), page, page_size }
}

fn parcel() -> Parcel {
    Parcel { ref_: ProductRef::new(U), variant: None, quantity: 1 }
}

#[test]
fn a_product_is_what_the_feed_says() {
    let product = Spocket::get_product(&supplied(CSV), request(U)).expect("a product");
    assert_eq!(product.price, Money::new("11.40", "USD"));
    assert_eq!(
        product.ref_.url.as_deref(),
        Some("https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f")
    );
    assert_eq!(product.availability, Availability::Available);
    assert_eq!(product.supplier_name.as_deref(), Some("Northwind Home"));
    let grey = &product.variants[0];
    assert_eq!((grey.price.clone(), grey.stock), (Money::new("11.40", "USD"), None));
    assert_eq!(grey.options, [Attribute::new("Colour", "Grey")]);
    assert_eq!(grey.extra, [Attribute::new("x-spocket.selling-price", "24.90")]);
    let shipping = product.shipping.expect("delivery to the United States");
    assert_eq!((shipping.cost, shipping.max_days), (Some(Money::new("4.50", "USD")), Some(7)));
}

#[test]
fn without_a_catalogue_everything_is_unsupported_with_advice() {
    let partner = with_settings(r#"{"partner_base_url": "https://partner.example"}"#);
    let host = TestHost::new().with_credential("partner_credential");
    let with_credential = Call::new(test::context(), Rc::new(Recorded::new()), Rc::new(host));
    for (call, words) in [
        (call(), "offers no interface"),
        (with_credential, "Partner access is configured"),
        (partner, "Partner access is configured"),
    ] {
        let failures: [Failure; 4] = [
            Spocket::get_product(&call, request(U)).expect_err("nothing"),
            Spocket::find(&call, query("lamp", 1, 20)).expect_err("nothing"),
            Spocket::get_prices(&call, vec![ProductRef::new(U)]).expect_err("nothing"),
            Spocket::get_quotes(&call, parcel()).expect_err("nothing"),
        ];
        for failure in failures {
            assert_eq!(failure.kind, ErrorKind::Unsupported);
            assert_eq!(failure.code.as_deref(), Some("capability_unsupported"));
            assert!(
                failure.message.contains(words) && failure.message.contains("upload a CSV or JSON feed"),
                "{}",
                failure.message
            );
        }
        let account = Spocket::check(&call).expect("an account");
        assert!(account.warnings[0].contains("upload a CSV"), "{:?}", account.warnings);
    }
}

#[test]
fn a_search_finds_by_every_word_and_pages() {
    let mut text = String::from("id,title,cost,currency,sku\n");
    for number in 0..30 {
        text.push_str(&format!("00000000-0000-4000-8000-{number:012},Lamp {number},1.50,USD,SKU-{number}\n"));
    }
    let call = supplied(&text);
    let page = Spocket::find(&call, query("LAMP", 2, 20)).expect("a page");
    assert_eq!((page.hits.len(), page.total, page.has_more), (10, Some(30), false));
    let page = Spocket::find(&call, query("lamp sku-7", 1, 20)).expect("a page");
    assert_eq!((page.hits.len(), page.hits[0].title.as_str()), (1, "Lamp 7"));
    assert_eq!(page.hits[0].price, Some(Money::new("1.50", "USD")));
    let none = Spocket::find(&call, query("chair", 1, 20)).expect("an empty page");
    assert_eq!((none.hits.len(), none.total, none.has_more), (0, Some(0), false));
}

#[test]
fn prices_answer_each_in_its_place() {
    let ids = [U, "00000000-0000-4000-8000-000000000009", U];
    let quotes = Spocket::get_prices(&supplied(CSV), ids.map(ProductRef::new).into()).expect("quotes");
    assert_eq!(quotes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let quote = quotes[0].as_ref().expect("a quote");
    assert_eq!(
        (quote.price.clone(), quote.variants.len(), quote.in_stock),
        (Money::new("11.40", "USD"), 2, Some(true))
    );
    assert_eq!(quotes[1].as_ref().expect_err("unknown").kind, ErrorKind::NotFound);
    assert!(quote.extra.iter().any(|fact| fact.name == "x-spocket.observed-at"));
}

#[test]
fn delivery_is_the_country_s_own_else_its_group_s() {
    let to = |country: &str| {
        let mut call = supplied(CSV);
        call.context.country = country.into();
        Spocket::get_quotes(&call, parcel()).map(|quotes| quotes[0].cost.clone().map(|cost| cost.amount))
    };
    assert_eq!(to("US"), Ok(Some("4.50".into())));
    assert_eq!(to("de"), Ok(Some("9.90".into())));
    let failure = to("JP").expect_err("nothing is known");
    assert_eq!(failure.kind, ErrorKind::UnavailableItem);
    assert!(failure.message.contains("US, EU"), "{}", failure.message);
    let silent = supplied(&format!("id,title,cost,currency\n{U},Lamp,3,USD\n"));
    let failure = Spocket::get_quotes(&silent, parcel()).expect_err("nothing is known");
    assert_eq!(failure.code.as_deref(), Some("capability_unsupported"));
    let world = supplied(&format!("id,title,cost,currency,shipping\n{U},Lamp,3,USD,WORLDWIDE:free|CH:7\n"));
    let quotes = Spocket::get_quotes(&world, parcel()).expect("a quote");
    assert_eq!(quotes[0].cost, Some(Money::new("0.00", "USD")));
}

#[test]
fn an_old_feed_says_its_age() {
    let call = call().with_catalogue(Shelf::of(&parse(CSV), Source::Feed, 12));
    let product = Spocket::get_product(&call, request(U)).expect("a product");
    let warning = product.extra.iter().find(|fact| fact.name == "warning").expect("a warning");
    assert!(warning.value.contains("2026-11-12, 12 days ago"), "{}", warning.value);
    let account = Spocket::check(&call).expect("an account");
    assert_eq!(account.label, "Spocket: 1 products from a feed of 2026-11-12");
    // What the file itself says about its age counts when it is older.
    let dated = format!("id,title,cost,currency,observed_at\n{U},Lamp,3,USD,2026-11-01\n");
    let product = Spocket::get_product(&supplied(&dated), request(U)).expect("a product");
    assert!(product.extra.iter().any(|fact| fact.value.contains("23 days ago")), "{:?}", product.extra);
}

#[test]
fn unknown_stock_is_not_none() {
    let availability = |stocks: &[&str]| {
        let mut text = String::from("id,title,cost,currency,stock,option1_value\n");
        for (at, stock) in stocks.iter().enumerate() {
            text.push_str(&format!("{U},Lamp,{},USD,{stock},{at}\n", at + 1));
        }
        let product = Spocket::get_product(&supplied(&text), request(U)).expect("a product");
        (product.availability, product.price.amount)
    };
    assert_eq!(availability(&["", ""]), (Availability::Unknown, "1.00".into()));
    assert_eq!(availability(&["0", ""]), (Availability::Unknown, "2.00".into()));
    assert_eq!(availability(&["0", "3"]), (Availability::Available, "2.00".into()));
    assert_eq!(availability(&["0", "0"]), (Availability::SoldOut, "1.00".into()));
}

#[test]
fn a_product_can_be_typed_in() {
    let entry = json!({"title": "Bowl", "cost": "4.20", "price": 9.9, "images": ["https://x.example/1.jpg"]});
    let request = ProductRequest { ref_: ProductRef::new(U), entry: Some(entry.to_string()) };
    let product = Spocket::get_product(&call(), request).expect("a product");
    assert_eq!((product.price, product.ref_.id.as_str()), (Money::new("4.20", "USD"), U));
    for (entry, words) in
        [("{}", "title"), ("[]", "object"), ("{\"title\": \"Bowl\"}", "price"), ("nope", "JSON")]
    {
        let request = ProductRequest { ref_: ProductRef::new(U), entry: Some(entry.into()) };
        let failure = Spocket::get_product(&call(), request).expect_err(entry);
        assert!(
            failure.kind == ErrorKind::InvalidInput && failure.message.contains(words),
            "{}",
            failure.message
        );
    }
}

#[test]
fn files_are_read_again_to_the_same() {
    let again = |text: &str| Spocket::parse(&call(), "text/csv", text.into()).expect("a feed");
    assert_eq!(again(CSV), again(CSV));
}
