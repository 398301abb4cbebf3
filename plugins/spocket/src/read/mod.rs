//! From what a merchant supplies to documents: files of rows, files of JSON, products of
//! a shop, and one product typed in.
//!
//! Everything here is hostile until it was read. One bad row costs one row, and says in
//! which line it stands and how to put it right.

mod collect;
mod columns;
mod fields;
mod json;
mod rows;
mod shop;
mod table;

use serde_json::Value;
use sourcepilot_sdk::{Call, Failure, Parsed, ProductRef, Result, ShopProduct};

use crate::document::Document;
use collect::Collected;

/// Read a file, by its content type or else by its first character.
///
/// # Errors
/// `invalid-input` when it is neither JSON nor a table with the columns that it takes.
pub(crate) fn file(call: &Call, content_type: &str, body: &[u8]) -> Result<Parsed> {
    let text = table::decode(body);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(Failure::invalid_input("The feed is empty."));
    }
    let mut collected = Collected::new(fields::usual_currency(call));
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    if looks_like_json || kind == "application/json" || kind.ends_with("+json") {
        json::read(text, &mut collected)?;
    } else if text.trim_start().starts_with('<') {
        return Err(Failure::invalid_input(
            "The feed is a web page, not a CSV or JSON file. Use the address under which the file itself opens.",
        ));
    } else {
        rows::read(text, &mut collected)?;
    }
    Ok(collected.finish())
}

/// Take over products that stand in a shop.
pub(crate) fn shop(call: &Call, products: Vec<ShopProduct>) -> Parsed {
    let mut collected = Collected::new(fields::usual_currency(call));
    for (at, product) in products.into_iter().enumerate() {
        shop::take(product, at, &mut collected);
    }
    collected.finish()
}

/// One product that was typed in for this address.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn one(
    call: &Call,
    value: Value,
    reference: &ProductRef,
) -> std::result::Result<Document, String> {
    let usual = fields::usual_currency(call).or_else(|| fields::currency(&call.context.currency));
    let mut collected = Collected::new(usual);
    let mut value = value;
    if let Some(object) = value.as_object_mut() {
        object.insert("source_product_id".into(), Value::String(reference.id.clone()));
    }
    json::entry(&value, 1, &mut collected);
    collected.into_only()
}
