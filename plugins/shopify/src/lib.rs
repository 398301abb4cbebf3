//! Shopify: puts a product into a shop through the Admin GraphQL API, once, and
//! looks after its prices and stock.
//!
//! Pure parts: [`address`] reads the shop's name, [`plan`] checks a listing before
//! anything is written, [`cost`] reckons what a request takes from the shop's
//! allowance, [`body`] makes what is sent, [`wire`] reads what comes back,
//! [`trouble`] says what a refusal means. [`api`] holds the conversation with one
//! shop; `check`, `consent`, `create`, `upkeep` and `browse` are the conversations, in the
//! words of [`documents`].

mod address;
mod api;
mod body;
mod browse;
mod check;
mod consent;
mod cost;
mod create;
pub mod documents;
mod facts;
mod pace;
mod plan;
mod read;
mod text;
mod trouble;
mod upkeep;
mod wire;

#[cfg(test)]
mod tests;

use sourcepilot_sdk::{
    Account, Authorization, Browse, Call, Filter, Grant, Listing, ProductPage, ProductState, RemoteProduct,
    Result, Status, Store, TokenRenewal, Upkeep, VariantChange, VariantState,
};

use crate::api::Shop;

/// The connector.
#[derive(Debug)]
pub struct Shopify;

impl Store for Shopify {
    fn create(call: &Call, key: &str, listing: Listing) -> Result<RemoteProduct> {
        create::create(&Shop::open(call)?, key, &listing)
    }

    fn find_by_key(call: &Call, key: &str) -> Result<Option<RemoteProduct>> {
        create::find_by_key(&Shop::open(call)?, key)
    }

    fn check(call: &Call) -> Result<Account> {
        check::check(&Shop::open(call)?)
    }
}

impl Upkeep for Shopify {
    fn read(call: &Call, product_id: &str) -> Result<ProductState> {
        upkeep::read(&Shop::open(call)?, product_id)
    }

    fn change_variants(
        call: &Call,
        product_id: &str,
        changes: Vec<VariantChange>,
    ) -> Result<Vec<Result<VariantState>>> {
        upkeep::change_variants(&Shop::open(call)?, product_id, &changes)
    }

    fn set_status(call: &Call, product_id: &str, status: Status) -> Result<()> {
        upkeep::set_status(&Shop::open(call)?, product_id, status)
    }

    fn remove(call: &Call, product_id: &str, key: &str) -> Result<()> {
        upkeep::remove(&Shop::open(call)?, product_id, key)
    }
}

impl Browse for Shopify {
    fn list_products(call: &Call, filter: Filter) -> Result<ProductPage> {
        browse::list_products(&Shop::open(call)?, &filter)
    }
}

impl Authorization for Shopify {
    fn consent_url(call: &Call, redirect_uri: &str, state: &str) -> Result<String> {
        consent::consent_url(call, redirect_uri, state)
    }

    fn exchange_code(call: &Call, _redirect_uri: &str) -> Result<Grant> {
        consent::exchange_code(call)
    }
}

impl TokenRenewal for Shopify {
    fn renew(call: &Call) -> Result<()> {
        consent::renew(call)
    }
}

sourcepilot_sdk::register_store!(Shopify, features: [upkeep, browse, authorization, token_renewal]);
