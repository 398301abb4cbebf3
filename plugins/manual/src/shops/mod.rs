//! The data that shop systems hand to their own carts: what is paid in the end.

mod bigcommerce;
mod magento;
mod prestashop;
pub(crate) mod shopify;
mod state;
mod woocommerce;

use serde_json::Value;
use sourcepilot_sdk::money::Amount;

use crate::draft::Draft;
use crate::embedded;
use crate::page::{Page, not_blank};

/// What a page's shop system says, and the system's name.
pub(crate) fn draft(page: &Page<'_>, titles: &[String]) -> Option<(&'static str, Draft)> {
    if let Some(draft) = woocommerce::draft(page) {
        return Some(("WooCommerce", draft));
    }
    if let Some(draft) = prestashop::draft(page) {
        return Some(("PrestaShop", draft));
    }
    let values = embedded::values(page);
    if let Some(draft) = magento::draft(page, &values) {
        return Some(("Magento", draft));
    }
    if let Some(draft) = bigcommerce::draft(&values) {
        return Some(("BigCommerce", draft));
    }
    state::draft(page, &values, titles).map(|draft| ("page data", draft))
}

/// The first member that is there.
fn first<'v>(object: &'v Value, names: &[&str]) -> Option<&'v Value> {
    names
        .iter()
        .find_map(|name| object.get(*name).filter(|value| !value.is_null() && value.as_str() != Some("")))
}

fn text(object: &Value, names: &[&str]) -> Option<String> {
    first(object, names).and_then(sourcepilot_sdk::json::text).and_then(|text| not_blank(&text))
}

/// An exact amount of a number that a shop's own data holds.
fn number(value: &Value) -> Option<Amount> {
    crate::price::read(value, None)
}

/// A text without markup.
fn plain(html: &str) -> Option<String> {
    not_blank(&crate::tree::Tree::read(html).root().text())
}
