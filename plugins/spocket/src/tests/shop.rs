//! Products out of a connected shop.

use sourcepilot_sdk::catalogue::Source;
use sourcepilot_sdk::{
    Attribute, Feed, Money, Pricing, ProductRef, ProductRequest, ShopProduct, ShopVariant, Status, Supplier,
};

use super::{Shelf, call};
use crate::Spocket;

fn variant(id: &str, size: &str, price: &str, cost: Option<&str>) -> ShopVariant {
    ShopVariant {
        id: id.into(),
        sku: Some(format!("SKU-{id}")),
        title: size.into(),
        options: vec![Attribute::new("Size", size)],
        price: Some(Money::new(price, "EUR")),
        compare_at: None,
        cost: cost.map(|cost| Money::new(cost, "EUR")),
        stock: Some(4),
        image: None,
        weight_grams: Some(120),
        barcode: None,
    }
}

fn product(variants: Vec<ShopVariant>) -> ShopProduct {
    ShopProduct {
        id: "77".into(),
        title: "Shirt".into(),
        description_html: Some("<p>Soft</p>".into()),
        status: Status::Active,
        url: Some("https://shop.example/product/shirt/".into()),
        vendor: Some("Northwind".into()),
        tags: vec!["spocket".into()],
        collections: vec!["Shirts".into()],
        images: vec!["https://shop.example/1.jpg".into()],
        variants,
        extra: Vec::new(),
    }
}

#[test]
fn a_shop_s_price_is_told_to_be_one() {
    let parsed = Spocket::adopt(
        &call(),
        vec![product(vec![variant("1", "S", "24.90", None), variant("2", "M", "22.00", None)])],
    );
    let parsed = parsed.expect("products");
    assert_eq!((parsed.items.len(), parsed.problem_count), (1, 0), "{:?}", parsed.problems);
    assert_eq!(parsed.items[0].url.as_deref(), Some("https://shop.example/product/shirt/"));
    let call = call().with_catalogue(Shelf::of(&parsed, Source::Shop, 0));
    let request = ProductRequest { ref_: ProductRef::new("77"), entry: None };
    let product = Spocket::get_product(&call, request).expect("a product");
    assert_eq!(product.price, Money::new("22.00", "EUR"));
    assert_eq!((product.variants[0].id.as_str(), product.variants[0].stock), ("1", Some(4)));
    let warnings: Vec<&str> =
        product.extra.iter().filter(|fact| fact.name == "warning").map(|fact| fact.value.as_str()).collect();
    assert!(warnings.len() == 1 && warnings[0].contains("selling price"), "{warnings:?}");
    assert!(product.variants[0].extra.is_empty());
}

#[test]
fn a_unit_cost_is_the_cost_and_the_price_stands_beside_it() {
    let parsed = Spocket::adopt(&call(), vec![product(vec![variant("1", "S", "24.90", Some("11.40"))])])
        .expect("products");
    let call = call().with_catalogue(Shelf::of(&parsed, Source::Shop, 0));
    let product = Spocket::get_product(&call, ProductRequest { ref_: ProductRef::new("77"), entry: None })
        .expect("a product");
    assert_eq!(product.price, Money::new("11.40", "EUR"));
    assert_eq!(product.variants[0].extra, [Attribute::new("x-spocket.selling-price", "24.90")]);
    assert!(product.extra.iter().all(|fact| fact.name != "warning"));
    let quotes =
        Spocket::get_prices(&call, vec![ProductRef::new("77"), ProductRef::new("78")]).expect("quotes");
    assert_eq!(quotes[0].as_ref().map(|quote| quote.price.amount.clone()), Ok("11.40".into()));
    assert!(quotes[1].is_err());
}

#[test]
fn a_product_without_any_price_is_left_out_and_told() {
    let mut bare = variant("1", "S", "1", None);
    bare.price = None;
    let odd = ShopVariant { price: Some(Money::new("9.00", "USD")), ..variant("3", "L", "1", None) };
    let parsed = Spocket::adopt(
        &call(),
        vec![
            product(vec![bare]),
            ShopProduct { id: "78".into(), ..product(vec![variant("2", "M", "3.00", None), odd]) },
        ],
    );
    let parsed = parsed.expect("products");
    assert_eq!(parsed.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["78"]);
    assert_eq!(parsed.problem_count, 2, "{:?}", parsed.problems);
}
