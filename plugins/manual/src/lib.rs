//! A supplier for any product page, and the smallest plugin to learn from.
//!
//! Read it in this order: `url` (what an address means), `fetch` (the only part that
//! uses the network), `page` and `html` (what stands in the page), `schema_org`,
//! `open_graph` and `microdata` (what it says about the product), `entry` (what the merchant says),
//! `draft` (both together) and `product` (the answer). All but `fetch` is pure.

mod availability;
mod draft;
mod entities;
mod entry;
mod fetch;
mod html;
mod json_ld;
mod microdata;
mod offers;
mod open_graph;
mod page;
mod price;
mod product;
mod schema_org;
#[cfg(test)]
mod tests;
mod url;
mod variants;

use sourcepilot_sdk::{Account, Call, Product, ProductRef, ProductRequest, Result, Supplier, UrlMatch};

use crate::draft::Draft;
use crate::entry::Entry;
use crate::page::Page;

/// The plugin; it keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct Manual;

impl Supplier for Manual {
    fn parse_url(address: &str) -> Result<UrlMatch> {
        url::reference(address).map(UrlMatch::Product)
    }

    fn resolve_url(_: &Call, address: &str) -> Result<ProductRef> {
        url::reference(address)
    }

    fn get_product(call: &Call, request: ProductRequest) -> Result<Product> {
        let entry = request.entry.as_deref().map(Entry::read).transpose()?;
        let mut draft = match &entry {
            Some(entry) if entry.is_complete() => Draft::default(),
            _ => read_page(call, &request.ref_)?,
        };
        if let Some(entry) = entry {
            draft = entry.over(draft, &call.context.currency);
        }
        let settings: serde_json::Value = call.settings()?;
        draft.currency = draft.currency.or_else(|| price::code(settings["currency"].as_str()?));
        product::finish(draft, request.ref_)
    }

    fn check(_: &Call) -> Result<Account> {
        Ok(Account::new("manual", "Any product page"))
    }
}

fn read_page(call: &Call, reference: &ProductRef) -> Result<Draft> {
    let address = reference.url.as_deref().unwrap_or(&reference.id);
    let fetched = fetch::page(call, address)?;
    let page = Page::read(&fetched.html, &fetched.url);
    Ok(schema_org::draft(&page).or(open_graph::draft(&page)).or(microdata::draft(&page)))
}

sourcepilot_sdk::register_supplier!(Manual);
