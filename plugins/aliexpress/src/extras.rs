//! What the contract has no field for. The names are ours, `x-aliexpress.` and so on.

use serde_json::{Value, json};
use sourcepilot_sdk::{Attribute, ShippingQuote};

use crate::id::ProductId;
use crate::options::origin;
use crate::wire::{Item, Sku};

/// More product properties than this are not worth carrying along.
const MAX_PROPERTIES: usize = 60;
/// Bytes of a value: the host takes 8 KiB, and a product must not be lost over a long one.
const MAX_VALUE: usize = 7 * 1024;

/// One of our own attributes, cut where it is too long.
pub(crate) fn note(name: &str, value: impl Into<String>) -> Attribute {
    let mut value = value.into();
    value.truncate(value.floor_char_boundary(MAX_VALUE));
    Attribute::new(format!("x-aliexpress.{name}"), value)
}

/// As many of the entries, from the first on, as fit into a value; nothing without any.
fn list(entries: impl Iterator<Item = Value>) -> Option<String> {
    let mut text = String::from("[");
    for entry in entries {
        let entry = entry.to_string();
        if text.len() + entry.len() + 2 > MAX_VALUE {
            break;
        }
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&entry);
    }
    text.push(']');
    (text.len() > 2).then_some(text)
}

/// What is known about the product beyond the contract.
pub(crate) fn of_item(item: &Item, id: &ProductId) -> Vec<Attribute> {
    let store = &item.store;
    let us_id = item.us_id.clone().or_else(|| id.us());
    let texts = [
        ("us-id", us_id.as_ref()),
        ("status", item.status.as_ref()),
        ("category-id", item.category_id.as_ref()),
        ("video", item.video.as_ref()),
        ("store-id", store.id.as_ref()),
        ("store-country", store.country.as_ref()),
        ("store-described-rating", store.described_rating.as_ref()),
        ("store-communication-rating", store.communication_rating.as_ref()),
        ("store-shipping-rating", store.shipping_rating.as_ref()),
        ("manufacturer", item.manufacturer.as_ref()),
    ];
    let mut extra: Vec<Attribute> =
        texts.into_iter().filter_map(|(name, value)| Some(note(name, value?))).collect();
    if let Some([length, width, height]) = &item.size {
        extra.push(note("package-cm", format!("{length}x{width}x{height}")));
    }
    if item.wholesale {
        extra.push(note("wholesale", "true"));
    }
    extra.extend(properties(&item.properties));
    extra
}

/// Brand and "Choice" under names of their own, everything as one JSON object list.
fn properties(properties: &[(String, String)]) -> Vec<Attribute> {
    let mut extra = Vec::new();
    let find = |wanted: &str| {
        properties.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    if let Some(brand) =
        find("Brand Name").filter(|brand| !matches!(brand.to_lowercase().as_str(), "none" | "no"))
    {
        extra.push(note("brand", brand));
    }
    if find("Choice").is_some_and(|value| value.eq_ignore_ascii_case("yes")) {
        extra.push(note("choice", "true"));
    }
    let all = properties.iter().take(MAX_PROPERTIES);
    let all = list(all.map(|(name, value)| json!({ "name": name, "value": value })));
    extra.extend(all.map(|all| note("properties", all)));
    extra
}

/// What is known about a SKU beyond the contract.
pub(crate) fn of_sku(sku: &Sku) -> Vec<Attribute> {
    let mut extra = Vec::new();
    let mut add = |name: &str, value: Option<String>| extra.extend(value.map(|value| note(name, value)));
    // Orders name the SKU by this text, which is empty for a product without choices.
    add("sku-attr", Some(sku.attributes.clone().unwrap_or_default()));
    add("ships-from", origin(sku).map(str::to_owned));
    add("bulk-price", sku.bulk_price.map(|price| price.to_string()));
    add("bulk-from", sku.bulk_from.map(|count| count.to_string()));
    add("channel-price", sku.channel_price.map(|price| price.to_string()));
    add("wholesale-tiers", tiers(sku));
    for (name, value) in &sku.notes {
        add(&name.replace('_', "-"), Some(value.clone()));
    }
    for choice in &sku.choices {
        if choice.label.as_ref().is_some_and(|label| *label != choice.value) {
            add(&format!("value-of.{}", choice.name), Some(choice.value.clone()));
        }
    }
    extra
}

fn tiers(sku: &Sku) -> Option<String> {
    let tier = |tier: &crate::wire::Tier| json!({ "from": tier.from, "price": tier.price.map(|price| price.to_string()), "discount": tier.discount });
    list(sku.tiers.iter().map(tier))
}

/// The delivery time in the product itself, for want of a real quote.
pub(crate) fn known_delivery(item: &Item) -> Option<ShippingQuote> {
    let days = item.delivery_days.filter(|days| *days > 0)?;
    Some(ShippingQuote {
        service: "standard".to_owned(),
        label: "AliExpress".to_owned(),
        cost: None,
        min_days: None,
        max_days: Some(days),
        ships_from: item.store.country.clone(),
        tracked: None,
        extra: Vec::new(),
    })
}
