//! CJ Dropshipping through its API 2.0.
//!
//! Everything that needs thought is pure and tested natively: addresses (`url`), the
//! answers as sent (`wire`, `search`, `freight`), what they become (`convert`), and
//! what failures mean (`fault`). This file only wires.

mod account;
mod api;
mod catalog;
mod convert;
mod envelope;
mod extras;
mod fault;
mod freight;
mod id;
mod images;
mod market;
mod node;
mod options;
mod range;
mod search;
mod stock;
mod url;
mod wire;

#[cfg(test)]
mod tests;

use sourcepilot_sdk::{
    Account, Call, Failure, Freight, Page, Parcel, Pricing, Product, ProductRef, ProductRequest, Query,
    Quote, Result, Search, ShippingQuote, Supplier, TokenRenewal, UrlMatch,
};

use crate::api::Api;
use crate::url::NotFound;

/// The plugin.
#[derive(Debug)]
pub struct CjDropshipping;

sourcepilot_sdk::register_supplier!(CjDropshipping, features: [search, pricing, freight, token_renewal]);

impl Supplier for CjDropshipping {
    fn parse_url(url: &str) -> Result<UrlMatch> {
        match url::parse(url) {
            Ok(id) => {
                Ok(UrlMatch::Product(ProductRef { url: id.page(), id: id.text().to_owned(), variant: None }))
            }
            Err(NotFound::Foreign) => Err(Failure::unsupported("This is not an address of CJ Dropshipping.")),
            Err(NotFound::NoProduct) => Err(Failure::invalid_input(
                "This CJ Dropshipping address is not the page of a product: open the product and copy its address.",
            )),
            Err(NotFound::Malformed) => Err(Failure::invalid_input("This is not a web address.")),
        }
    }

    fn resolve_url(_: &Call, url: &str) -> Result<ProductRef> {
        match Self::parse_url(url)? {
            UrlMatch::Product(reference) => Ok(reference),
            UrlMatch::Indirect(_) => Err(Failure::unsupported("CJ Dropshipping has no short links.")),
        }
    }

    fn get_product(call: &Call, request: ProductRequest) -> Result<Product> {
        catalog::product(&Api::new(call)?, &request.ref_)
    }

    fn check(call: &Call) -> Result<Account> {
        account::check(&Api::new(call)?)
    }
}

impl Search for CjDropshipping {
    fn find(call: &Call, query: Query) -> Result<Page> {
        catalog::find(&Api::new(call)?, &query)
    }
}

impl Pricing for CjDropshipping {
    fn get_prices(call: &Call, refs: Vec<ProductRef>) -> Result<Vec<Result<Quote>>> {
        catalog::prices(&Api::new(call)?, &refs)
    }
}

impl Freight for CjDropshipping {
    fn get_quotes(call: &Call, parcel: Parcel) -> Result<Vec<ShippingQuote>> {
        catalog::quotes(&Api::new(call)?, &parcel)
    }
}

impl TokenRenewal for CjDropshipping {
    fn renew(call: &Call) -> Result<()> {
        account::renew(call)
    }
}
