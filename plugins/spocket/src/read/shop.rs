//! A product that Spocket put into a shop. What the shop asks for it is the merchant's
//! own price; what Spocket charges is known only where the shop keeps unit costs.

use serde_json::Value;
use sourcepilot_sdk::{Money, ShopProduct, ShopVariant};

use super::collect::Collected;
use super::fields;
use crate::document::{Document, Variant};

/// Take one product over; `at` counts from 0.
pub(super) fn take(product: ShopProduct, at: usize, collected: &mut Collected) {
    let number = at as u64 + 1;
    let title = product.title.clone();
    if let Err(problem) = adopt(product, number, collected) {
        collected.problem(number, format!("“{}”: {problem}", fields::shown(&title)));
    }
}

fn adopt(product: ShopProduct, number: u64, collected: &mut Collected) -> Result<(), String> {
    let ShopProduct { id, title, description_html, url, vendor, collections, images, variants, .. } = product;
    let title = fields::line(&title, 500).ok_or("The product has no title in the shop.")?;
    let money = variants.iter().find_map(|variant| variant.cost.as_ref().or(variant.price.as_ref()));
    let currency =
        money.map(|money| money.currency.clone()).ok_or("The product has no price in the shop.")?;
    let (images, _) = fields::images(images.iter().map(String::as_str));
    let document = Document {
        source_product_id: id,
        source_url: url.filter(|url| fields::address(url).is_some()),
        title,
        description_html: description_html.as_deref().and_then(fields::html),
        supplier_name: vendor.as_deref().and_then(|name| fields::line(name, 200)),
        currency,
        images,
        categories: collections.iter().take(50).filter_map(|name| fields::line(name, 100)).collect(),
        ..Document::default()
    };
    let place = collected.begin(document)?;
    for one in variants {
        let name = one.title.clone();
        let added =
            variant(one, collected.currency_at(place)).and_then(|variant| collected.add(place, variant));
        if let Err(problem) = added {
            collected.problem(number, format!("Variant “{}”: {problem}", fields::shown(&name)));
        }
    }
    Ok(())
}

fn variant(variant: ShopVariant, currency: &str) -> Result<Variant, String> {
    let ShopVariant { id, sku, options, price, cost, stock, image, weight_grams, barcode, .. } = variant;
    // An amount in another currency is none in this one.
    let amount = |money: Option<Money>, name: &str| {
        let money = money.filter(|money| money.currency == currency);
        money.map_or(Ok(None), |money| fields::price(&money.amount, name))
    };
    let options = options.into_iter().filter_map(|option| {
        Some((fields::line(&option.name, 100)?, Value::String(fields::line(&option.value, 200)?)))
    });
    Ok(Variant {
        id,
        sku: sku.as_deref().and_then(|sku| fields::line(sku, 200)),
        options: options.collect(),
        cost: amount(cost, "cost").unwrap_or_default(),
        price: amount(price, "price")?,
        stock,
        image: image.as_deref().and_then(fields::address),
        weight_grams,
        barcode: barcode.as_deref().and_then(|code| fields::line(code, 200)),
    })
}
