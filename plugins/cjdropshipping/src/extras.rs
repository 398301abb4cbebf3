//! What the contract has no field for. The names are ours, `x-cjdropship.` and so on.

use sourcepilot_sdk::Attribute;

use crate::stock;
use crate::wire::{Item, Variant};

/// One of our own attributes.
pub(crate) fn note(name: &str, value: impl Into<String>) -> Attribute {
    Attribute::new(format!("x-cjdropship.{name}"), value)
}

/// What is known about the product beyond the contract.
pub(crate) fn of_item(item: &Item) -> Vec<Attribute> {
    let own = [("sku", item.spu.clone()), ("status", item.status.clone())];
    let mut extra: Vec<Attribute> =
        own.into_iter().filter_map(|(name, value)| Some(note(name, value?))).collect();
    if item.free_shipping {
        extra.push(note("free-shipping", "true"));
    }
    extra.extend(item.notes.iter().map(|(name, value)| note(name, value)));
    extra
}

/// What is known about a variant beyond the contract.
pub(crate) fn of_variant(variant: &Variant) -> Vec<Attribute> {
    let mut extra: Vec<Attribute> = variant.notes.iter().map(|(name, value)| note(name, value)).collect();
    if let Some(shelves) = variant.shelves.as_deref().filter(|shelves| !shelves.is_empty()) {
        let cj = shelves.iter().fold(0_u64, |sum, shelf| sum.saturating_add(shelf.cj));
        extra.push(note("stock-at-cj", cj.to_string()));
        extra.push(note("stock-by-country", stock::as_text(shelves)));
    }
    extra
}
