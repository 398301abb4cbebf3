//! A supplier for any product page, and the smallest plugin to learn from.
//!
//! Read it in this order: `url` (what an address means), `fetch` and `shops::shopify`
//! (the only parts that use the network), `page` with `html` and `tree` (what stands in
//! the page), `schema_org` over `json_ld` and `linked`, `open_graph`, `shops` and `hints`
//! (what it says about the product), `merge` (which of them counts), `entry` (what the
//! merchant says) and `product` (the answer).

mod address;
mod availability;
mod charset;
mod draft;
mod embedded;
mod entities;
mod entry;
mod fetch;
mod hints;
mod html;
mod json_ld;
mod letters;
mod linked;
mod locale;
mod merge;
mod offers;
mod open_graph;
mod page;
mod price;
mod product;
mod relaxed;
mod schema_org;
mod seen;
mod shops;
#[cfg(test)]
mod tests;
mod tree;
mod url;
mod variants;

use sourcepilot_sdk::{
    Account, Call, Failure, Product, ProductRef, ProductRequest, Result, Supplier, UrlMatch,
};

use crate::address::Address;
use crate::draft::Draft;
use crate::entry::Entry;
use crate::merge::Source;
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
    let url =
        Address::read(&fetched.url).ok_or_else(|| Failure::invalid_input("This is not a web address."))?;
    let page = Page::read(&fetched.html, url);
    let beside = shops::shopify::fetch(call, &page).map(|draft| ("Shopify", draft));
    Ok(merge::merge(sources(&page, beside), hints::currency(&page).as_deref()))
}

/// What a page says, source by source; `beside` is what its shop said elsewhere.
fn sources(page: &Page<'_>, beside: Option<(&'static str, Draft)>) -> Vec<Source> {
    let named = |name, draft| Source { name, draft };
    let described = [
        named("JSON-LD", schema_org::draft(page, &page.json_ld)),
        named("microdata", schema_org::draft(page, &page.microdata)),
        named("RDFa", schema_org::draft(page, &page.rdfa)),
        named("Open Graph", open_graph::draft(page)),
    ];
    let shown = named("page", hints::draft(page));
    let titles: Vec<String> =
        described.iter().chain([&shown]).filter_map(|source| source.draft.title.clone()).collect();
    let shop = beside.or_else(|| shops::draft(page, &titles));
    let mut sources: Vec<Source> = shop.map(|(name, draft)| named(name, draft)).into_iter().collect();
    sources.extend(described);
    sources.push(shown);
    sources
}

sourcepilot_sdk::register_supplier!(Manual);
