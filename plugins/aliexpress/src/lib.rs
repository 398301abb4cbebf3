//! AliExpress through the dropshipping methods of its open platform.
//!
//! Everything that needs thought is pure and tested natively: addresses (`url`), the
//! answers as sent (`wire`, `search`, `freight`), what they become (`convert`), and
//! what failures mean (`fault`). This file only wires.

mod account;
mod address;
mod amount;
mod api;
mod catalog;
mod categories;
mod convert;
mod delivery;
mod description;
mod envelope;
mod extras;
mod fault;
mod freight;
mod id;
mod images;
mod market;
mod node;
mod options;
mod params;
mod places;
mod redirect;
mod search;
mod url;
mod wire;

#[cfg(test)]
mod tests;

use sourcepilot_sdk::{
    Account, Authorization, Call, Failure, Freight, Grant, Page, Parcel, Pricing, Product, ProductRef,
    ProductRequest, Query, Quote, Result, Search, ShippingQuote, Supplier, TokenRenewal, UrlMatch,
};

use crate::api::Api;
use crate::id::ProductId;
use crate::url::{Found, NotFound};

/// The plugin.
#[derive(Debug)]
pub struct AliExpress;

sourcepilot_sdk::register_supplier!(
    AliExpress,
    features: [search, pricing, freight, authorization, token_renewal]
);

impl Supplier for AliExpress {
    fn parse_url(url: &str) -> Result<UrlMatch> {
        match url::parse(url) {
            Ok(Found::Product { id, variant }) => Ok(UrlMatch::Product(reference(&id, variant))),
            Ok(Found::Short(link)) => Ok(UrlMatch::Indirect(link)),
            Err(NotFound::Foreign) => Err(Failure::unsupported("This is not an address of AliExpress.")),
            Err(NotFound::NoProduct) => Err(Failure::invalid_input(
                "This AliExpress address is not the page of a product: open the product and copy its address.",
            )),
            Err(NotFound::Malformed) => Err(Failure::invalid_input("This is not a web address.")),
        }
    }

    fn resolve_url(call: &Call, url: &str) -> Result<ProductRef> {
        let (id, variant) = redirect::follow(url, |link| api::redirect_of(call, link))?;
        Ok(reference(&id, variant))
    }

    fn get_product(call: &Call, request: ProductRequest) -> Result<Product> {
        catalog::product(&Api::new(call)?, &request.ref_)
    }

    fn check(call: &Call) -> Result<Account> {
        account::check(&Api::new(call)?)
    }
}

impl Search for AliExpress {
    fn find(call: &Call, query: Query) -> Result<Page> {
        catalog::find(&Api::new(call)?, &query)
    }
}

impl Pricing for AliExpress {
    fn get_prices(call: &Call, refs: Vec<ProductRef>) -> Result<Vec<Result<Quote>>> {
        catalog::prices(&Api::new(call)?, &refs)
    }
}

impl Freight for AliExpress {
    fn get_quotes(call: &Call, parcel: Parcel) -> Result<Vec<ShippingQuote>> {
        delivery::quotes(&Api::new(call)?, &parcel)
    }
}

impl Authorization for AliExpress {
    fn consent_url(call: &Call, redirect_uri: &str, state: &str) -> Result<String> {
        account::consent_url(&Api::new(call)?, redirect_uri, state)
    }

    fn exchange_code(call: &Call, _redirect_uri: &str) -> Result<Grant> {
        account::exchange_code(&Api::new(call)?)
    }
}

impl TokenRenewal for AliExpress {
    fn renew(call: &Call) -> Result<()> {
        account::renew(&Api::new(call)?)
    }
}

fn reference(id: &ProductId, variant: Option<String>) -> ProductRef {
    ProductRef { id: id.main().to_owned(), url: Some(id.page()), variant }
}
