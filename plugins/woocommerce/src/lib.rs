//! WooCommerce: puts a product into a shop through the REST API `wc/v3`, once,
//! and looks after its prices and stock.
//!
//! Pure parts: [`site`] reads addresses, [`plan`] checks a listing completely
//! before anything is written, [`body`] makes what is sent, [`wire`] reads what
//! comes back, [`trouble`] says what a refusal means, [`oauth`] makes the text to
//! sign. [`session`] holds the conversation with one shop; `check`, `create`,
//! `upkeep` and `browse` are the conversations.

mod amount;
mod answer;
mod auth;
mod body;
mod browse;
mod check;
mod create;
mod facts;
mod oauth;
mod plan;
mod session;
mod site;
mod text;
mod trouble;
mod upkeep;
mod wire;

#[cfg(test)]
mod tests;

use sourcepilot_sdk::{
    Account, Browse, Call, Filter, Listing, ProductPage, ProductState, RemoteProduct, Result, Status, Store,
    Upkeep, VariantChange, VariantState,
};

use crate::session::Shop;

/// The connector.
#[derive(Debug)]
pub struct WooCommerce;

impl Store for WooCommerce {
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

impl Browse for WooCommerce {
    fn list_products(call: &Call, filter: Filter) -> Result<ProductPage> {
        browse::list_products(&Shop::open(call)?, &filter)
    }
}

impl Upkeep for WooCommerce {
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

sourcepilot_sdk::register_store!(WooCommerce, features: [upkeep, browse]);
