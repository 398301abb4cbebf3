//! Products in their odd shapes.

use sourcepilot_sdk::{Availability, ErrorKind, Product};

use super::{data, market, product, product_for};
use crate::convert;
use crate::id::ProductId;
use crate::market::Market;
use crate::node::Node;
use crate::wire::Item;

fn prices(product: &Product) -> Vec<&str> {
    product.variants.iter().map(|variant| variant.price.amount.as_str()).collect()
}

fn stocks(product: &Product) -> Vec<Option<u32>> {
    product.variants.iter().map(|variant| variant.stock).collect()
}

fn rows(product: &Product) -> Vec<Vec<&str>> {
    let row = |variant: &sourcepilot_sdk::Variant| {
        variant.options.iter().map(|option| option.value.clone()).collect()
    };
    let rows: Vec<Vec<String>> = product.variants.iter().map(row).collect();
    rows.into_iter().map(|row| row.into_iter().map(|value| &*value.leak()).collect()).collect()
}

fn note<'a>(product: &'a Product, name: &str) -> Option<&'a str> {
    let name = format!("x-cjdropship.{name}");
    product.extra.iter().find(|extra| extra.name == name).map(|extra| extra.value.as_str())
}

#[test]
fn the_usual_product_is_read_to_the_last_field() {
    let product = product("product-usual").unwrap();
    assert_eq!(product.ref_.id, super::PID);
    assert_eq!(
        product.ref_.url.as_deref(),
        Some("https://cjdropshipping.com/product/clip-on-reading-lamp-p-1712345678901234567.html")
    );
    assert_eq!(
        (product.title.as_str(), product.availability),
        ("Clip-on Reading Lamp", Availability::Available)
    );
    assert_eq!((product.price.amount.as_str(), product.price.currency.as_str()), ("4.10", "USD"));
    assert_eq!(prices(&product), ["4.10", "4.30", "6.35"]);
    assert_eq!(stocks(&product), [Some(900), Some(925), Some(0)]);
    assert_eq!(rows(&product), [["Black", "EU"], ["Black", "US"], ["White", "EU"]]);
    assert_eq!(product.categories, ["Home", "Lights", "Table Lamps"]);
    assert_eq!(product.supplier_name.as_deref(), Some("CJ Dropshipping"));
    assert_eq!(product.images.len(), 3, "two of the product, one more of a variant: {:?}", product.images);
    let first = &product.variants[0];
    assert_eq!((first.id.as_str(), first.sku.as_deref()), ("1712345678901239901", Some("CJJD190000101AZ")));
    assert_eq!((first.title.as_str(), first.weight_grams), ("Black / EU", Some(130)));
    assert!(first.extra.iter().any(|extra| extra.name == "x-cjdropship.stock-by-country"));
    assert_eq!(
        (note(&product, "listed"), note(&product, "suggested-price")),
        (Some("214"), Some("9.90-14.90"))
    );
    assert_eq!((product.order_count, product.rating.clone()), (None, None), "listings are no orders");
}

#[test]
fn numbers_and_texts_mean_the_same() {
    let usual = product("product-usual").unwrap();
    let other = product("product-numbers-as-text-and-text-as-numbers").unwrap();
    assert_eq!(prices(&usual), prices(&other));
    assert_eq!((usual.ref_.id, usual.availability), (other.ref_.id, other.availability));
    assert_eq!(usual.variants[0].weight_grams, other.variants[0].weight_grams);
    assert_eq!(product("product-code-absent-only-success").unwrap().title, usual.title);
}

#[test]
fn a_cost_is_never_taken_too_low() {
    assert_eq!(prices(&product("product-one-price-for-all-variants").unwrap()), ["5.00"; 3]);
    assert_eq!(prices(&product("product-variants-with-price-ranges").unwrap()), ["4.90", "5.20", "6.35"]);
    let some = product("product-prices-that-are-none").unwrap();
    assert_eq!((prices(&some), note(&some, "unusable-variants")), (vec!["6.35"], Some("2")));
    let none = product("product-only-a-range-over-all-variants").unwrap_err();
    assert_eq!(none.kind, ErrorKind::UpstreamChanged);
}

#[test]
fn choices_are_told_apart() {
    let options = |name: &str| {
        let product = product(name).unwrap();
        let axes: Vec<String> =
            product.variants[0].options.iter().map(|option| option.name.clone()).collect();
        (axes, rows(&product).into_iter().map(|row| row.join("|")).collect::<Vec<_>>())
    };
    for (name, axes, values) in [
        ("product-keys-as-list-in-text", vec!["Size"], vec!["XS", "S", "M"]),
        (
            "product-hyphens-inside-of-values",
            vec!["Color", "Size"],
            vec!["Light-Blue|S", "Light-Blue|M", "Light-Green|S"],
        ),
        ("product-a-key-with-too-few-parts", vec!["Option"], vec!["Black-EU", "White"]),
        ("product-one-variant-without-key", vec![], vec![""]),
        ("product-several-variants-without-keys", vec!["Option"], vec!["Black", "CJJD190000102AZ"]),
        ("product-two-variants-with-the-same-key", vec!["Color", "Plug"], vec!["Black|EU"]),
    ] {
        let (found_axes, found) = options(name);
        assert_eq!(
            (found_axes.iter().map(String::as_str).collect::<Vec<_>>(), found),
            (axes, values.into_iter().map(str::to_owned).collect()),
            "{name}"
        );
    }
    let twice = product("product-two-variants-with-the-same-key").unwrap();
    assert_eq!(twice.variants[0].id, "1712345678901239902", "the one that can be bought");
}

#[test]
fn stock_is_known_empty_or_unknown() {
    assert_eq!(stocks(&product("product-no-inventories").unwrap()), [None; 3]);
    assert_eq!(stocks(&product("product-inventories-of-some-variants").unwrap()), [Some(0), None, Some(0)]);
    assert_eq!(
        stocks(&product("product-inventories-in-other-spellings").unwrap()),
        [Some(15), Some(12), Some(0)]
    );
    let gone = product("product-all-sold-out").unwrap();
    assert_eq!((stocks(&gone), gone.availability), (vec![Some(0); 3], Availability::SoldOut));
    let from_us = Market { ships_from: vec!["US".into()], ..market() };
    assert_eq!(stocks(&product_for("product-usual", &from_us).unwrap()), [Some(0), Some(25), Some(0)]);
    let checked = Market { factory_stock: false, ..market() };
    assert_eq!(stocks(&product_for("product-usual", &checked).unwrap()), [Some(0), Some(25), Some(0)]);
}

#[test]
fn only_what_is_on_sale_can_be_bought() {
    for (name, availability) in [
        ("product-off-sale", Availability::Discontinued),
        ("product-status-missing", Availability::Unknown),
        ("product-usual", Availability::Available),
    ] {
        assert_eq!(product(name).unwrap().availability, availability, "{name}");
    }
    let quote = |name: &str| convert::quote(Item::read(Node::new(&data(name))), &market()).unwrap();
    assert_eq!(quote("product-off-sale").in_stock, Some(false));
    let usual = quote("product-usual");
    assert_eq!((usual.in_stock, usual.price.amount.as_str(), usual.variants.len()), (Some(true), "4.10", 3));
    assert_eq!(usual.variants[1].stock, Some(925));
}

#[test]
fn a_product_without_title_or_variants_is_refused_with_a_reason() {
    assert_eq!(product("product-without-title").unwrap_err().kind, ErrorKind::UpstreamChanged);
    for name in ["product-without-variants", "product-variants-null"] {
        assert_eq!(product(name).unwrap_err().kind, ErrorKind::UnavailableItem, "{name}");
    }
    assert_eq!(product("product-title-with-line-breaks").unwrap().title, "Clip-on Reading Lamp");
}

#[test]
fn pictures_are_found_in_every_form() {
    for (name, count) in [
        ("product-one-image-as-text", 3),
        ("product-images-as-list-in-text", 3),
        ("product-images-without-scheme", 3),
    ] {
        let images = product(name).unwrap().images;
        assert_eq!(images.len(), count, "{name}: {images:?}");
        assert!(images.iter().all(|image| image.starts_with("https://cf.cjdropshipping.com/")), "{images:?}");
    }
}

#[test]
fn further_fields_are_kept() {
    assert_eq!(
        product("product-uuid-in-lower-case").unwrap().ref_.id,
        "04A22450-67F0-4617-A132-E7AE7F8963B0"
    );
    let named = product("product-with-supplier-and-free-shipping").unwrap();
    assert_eq!(named.supplier_name.as_deref(), Some("Bright Factory"));
    assert_eq!(note(&named, "free-shipping"), Some("true"));
    let heavy = product("product-weight-range-only").unwrap();
    assert_eq!(heavy.variants[0].weight_grams, Some(180), "the heavier end");
    assert!(
        product("product-description-with-script").unwrap().description_html.unwrap().contains("<script>"),
        "the host cleans"
    );
}

#[test]
fn the_variant_that_a_code_names_is_found() {
    let asked = ProductId::read("cjjd190000102az").unwrap();
    let item = Item::read(Node::new(&data("product-usual")));
    let product = convert::product(item, &asked, &market()).unwrap();
    assert_eq!(
        (product.ref_.id.as_str(), product.ref_.variant.as_deref()),
        (super::PID, Some("1712345678901239902"))
    );
}
