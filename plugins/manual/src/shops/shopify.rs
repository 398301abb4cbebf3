//! Shopify: the public JSON of a product beside its page.

use serde_json::Value;
use sourcepilot_sdk::Call;
use sourcepilot_sdk::http::Request;

use super::state;
use crate::draft::Draft;
use crate::page::Page;
use crate::price;

/// What gives a page of this system away, whatever its theme.
const MARKS: [&str; 4] = ["cdn.shopify.com", "Shopify.theme", "/cdn/shop/", "shopify-section"];

/// The product's data, asked for beside the page: first the form with stock, then the
/// form that older shops leave open. A shop that shows neither is read from its page.
pub(crate) fn fetch(call: &Call, page: &Page<'_>) -> Option<Draft> {
    if !MARKS.iter().any(|mark| page.source.contains(mark)) {
        return None;
    }
    let (before, rest) = page.url.path.split_once("/products/")?;
    let handle = rest.split('/').next().filter(|handle| !handle.is_empty())?;
    // The collection that a visitor came through is no part of the product's address.
    let place = before.split("/collections/").next().unwrap_or_default();
    ["js", "json"].iter().find_map(|form| {
        let mut address = page.url.clone();
        address.path = format!("{place}/products/{handle}.{form}");
        address.query = None;
        let response =
            Request::get(address.to_string()).header("accept", "application/json").send(&call.http).ok()?;
        let value: Value = serde_json::from_str(&response.success().ok()?.text()).ok()?;
        let product = if value["product"].is_object() { &value["product"] } else { &value };
        let mut draft =
            state::read(page, product).filter(|draft| draft.price.is_some() || !draft.variants.is_empty())?;
        draft.currency = draft.currency.or_else(|| active_currency(page.source));
        Some(draft)
    })
}

/// The currency in which this visitor sees prices.
fn active_currency(source: &str) -> Option<String> {
    let rest = source.split("Shopify.currency").nth(1)?;
    let rest = rest.get(..rest.len().min(80)).or_else(|| rest.split(';').next())?;
    price::code(
        rest.split("active").nth(1)?.trim_start_matches(['"', '\'', ':', ' ']).split(['"', '\'']).next()?,
    )
}
