//! Products that a merchant types in.

use serde_json::json;
use sourcepilot_sdk::ErrorKind;

use super::*;

fn entry(value: serde_json::Value) -> Result<Product> {
    product_in(&test::call(&Recorded::new()), Some(value))
}

#[test]
fn a_complete_entry_needs_no_page() {
    let recorded = Recorded::new();
    let typed = json!({
        "title": " Hand-made  cup ", "description": "Two\nlines", "price": "12.50", "compare_at_price": 20, "currency": "eur",
        "images": ["https://img.example/a.jpg?utm_source=x", {"url": "https://img.example/b.jpg"}],
        "sku": "H1", "stock": "4", "vendor": "Me", "categories": ["Cups"], "something_else": true
    });
    let product = product_in(&test::call(&recorded), Some(typed)).unwrap();
    assert!(recorded.requests().is_empty());
    assert_eq!((product.title.as_str(), price(&product)), ("Hand-made cup", "12.50 EUR".to_owned()));
    assert_eq!(product.description_html.as_deref(), Some("<p>Two</p><p>lines</p>"));
    assert_eq!(product.images, ["https://img.example/a.jpg?utm_source=x", "https://img.example/b.jpg"]);
    assert_eq!(product.list_price.unwrap().amount, "20.00");
    assert_eq!((product.variants[0].stock, product.variants[0].sku.as_deref()), (Some(4), Some("H1")));
    assert_eq!(product.ref_.id, PAGE);
}

#[test]
fn typed_variants() {
    let product = entry(json!({"title": "Shirt", "currency": "USD", "variants": [
        {"options": {"Color": "Red", "Size": "M"}, "price": 9, "stock": 0, "sku": "R"},
        {"options": [{"name": "Size", "value": 42}, {"name": "Color", "value": "Blue"}], "price": "11.00", "image": "https://img.example/b.jpg"}]}))
    .unwrap();
    assert_eq!(variants(&product), ["Color=Red, Size=M: 9.00 [0]", "Color=Blue, Size=42: 11.00"]);
    assert_eq!(price(&product), "11.00 USD");
}

#[test]
fn a_price_without_currency_is_in_the_merchants_own() {
    assert_eq!(price(&entry(json!({"title": "Cup", "price": 3})).unwrap()), "3.00 USD");
}

#[test]
fn an_entry_corrects_the_page() {
    let page = r#"<script type="application/ld+json">{"@type": "Product", "name": "Cup", "image": "/a.jpg",
        "offers": {"price": 3, "priceCurrency": "EUR", "availability": "InStock"}}</script>"#;
    let with = |typed| {
        let call = test::call(&Recorded::new().on("GET", PAGE, html(page)));
        product_in(&call, Some(typed))
            .map(|product| (product.title.clone(), price(&product), product.images.len()))
    };
    assert_eq!(with(json!({"title": "Better cup"})).unwrap(), ("Better cup".into(), "3.00 EUR".into(), 1));
    assert_eq!(with(json!({"price": "4"})).unwrap(), ("Cup".into(), "4.00 EUR".into(), 1));
    assert_eq!(with(json!({"price": "4", "currency": "USD"})).unwrap(), ("Cup".into(), "4.00 USD".into(), 1));
    assert_eq!(
        with(json!({"currency": "USD"})).unwrap_err().kind,
        ErrorKind::InvalidInput,
        "3 EUR are not 3 USD"
    );
}

#[test]
fn a_wrong_field_is_named() {
    for (typed, field) in [
        (json!([]), "the product"),
        (json!({"title": "Cup", "price": "free"}), "`price`"),
        (json!({"title": "Cup", "price": -1}), "`price`"),
        (json!({"title": "Cup", "price": "1.299"}), "`price`"),
        (json!({"title": "Cup", "price": 1, "currency": "euros"}), "`currency`"),
        (json!({"title": "Cup", "price": 1, "stock": -1}), "`stock`"),
        (json!({"title": "Cup", "price": 1, "images": ["javascript:x"]}), "`images`"),
        (json!({"title": "Cup", "variants": {}}), "`variants`"),
        (json!({"title": "Cup", "variants": [1]}), "`variants[0]`"),
        (json!({"title": "Cup", "variants": [{"options": {"A": "B"}, "price": "x"}]}), "`variants[0].price`"),
        (json!({"title": "Cup", "variants": [{"options": ["A"], "price": 1}]}), "`variants[0].options`"),
    ] {
        let failure = entry(typed.clone()).unwrap_err();
        assert_eq!(failure.kind, ErrorKind::InvalidInput, "{typed}");
        assert!(failure.message.contains(field), "{typed}: {}", failure.message);
    }
}

#[test]
fn variants_have_the_same_choices_or_are_refused() {
    for typed in [
        json!({"title": "Cup", "price": 1, "variants": [{"options": {"A": "1"}}, {"options": {"B": "1"}}]}),
        json!({"title": "Cup", "price": 1, "variants": [{"options": {"A": "1"}}, {"options": {"A": "1"}}]}),
        json!({"title": "Cup", "price": 1, "variants": [{"sku": "a"}, {"sku": "b"}]}),
    ] {
        let failure = entry(typed.clone()).unwrap_err();
        assert!(failure.message.contains("`variants"), "{typed}: {}", failure.message);
    }
}
