//! Products, true and false.

use crate::bindings::exports::sourcepilot::plugin::catalog::{Availability, Product, Variant};
use crate::bindings::sourcepilot::plugin::types::{Attribute, Money, ProductRef};

pub(crate) fn money(amount: &str) -> Money {
    Money { amount: amount.into(), currency: "USD".into() }
}

pub(crate) fn variant(id: impl Into<String>) -> Variant {
    Variant {
        id: id.into(),
        sku: None,
        title: "Red".into(),
        options: vec![Attribute { name: "Color".into(), value: "Red".into() }],
        price: money("9.50"),
        list_price: None,
        stock: Some(3),
        image: None,
        weight_grams: None,
        barcode: None,
        extra: vec![],
    }
}

/// An honest product with a title of choice.
pub(crate) fn titled(title: impl Into<String>) -> Product {
    Product {
        ref_: ProductRef { id: "ok".into(), url: None, variant: None },
        title: title.into(),
        description_html: Some("<p>Plain</p>".into()),
        price: money("9.50"),
        list_price: Some(money("19.00")),
        availability: Availability::Available,
        images: vec!["https://img.hostile.example/1.jpg".into()],
        variants: vec![variant("1"), variant("2")],
        categories: vec!["Things".into()],
        supplier_name: Some("Hostile".into()),
        rating: Some("4.5".into()),
        rating_count: Some(10),
        order_count: Some(100),
        shipping: None,
        extra: vec![],
    }
}

/// A product that cannot be true.
pub(crate) fn lie(about: &str) -> Product {
    let mut product = titled("A lie");
    match about {
        "price" => product.price = money("-1.00"),
        "amount" => product.variants[1].price = money("1e400"),
        "currency" => product.variants[1].price.currency = "EUR".into(),
        "image" => product.images.push("javascript:alert(1)".into()),
        "images" => product.images = vec!["https://img.hostile.example/1.jpg".into(); 201],
        "variants" => product.variants.clear(),
        "twins" => product.variants.push(variant("1")),
        "many" => product.variants = (0..2049).map(|id| variant(id.to_string())).collect(),
        "title" => product.title = "x".repeat(1001),
        "untitled" => product.title = "\u{0}\n".into(),
        "description" => product.description_html = Some("x".repeat(600 * 1024)),
        "rating" => product.rating = Some("6".into()),
        "id" => product.ref_.id = "x".repeat(256),
        _ => {}
    }
    product
}

/// As many values as a product may have, each with choices and extras.
pub(crate) fn largest(variants: u32, extras: usize) -> Product {
    let mut product = titled("Large");
    product.variants = (0..variants)
        .map(|id| {
            let extra = Attribute { name: "x-hostile.note".into(), value: "y".repeat(20) };
            Variant { extra: vec![extra; extras], ..variant(id.to_string()) }
        })
        .collect();
    product
}
