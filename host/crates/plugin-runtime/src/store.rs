//! A shop's functions, as the host calls them.

use std::fmt;
use std::sync::Arc;

use sourcepilot_domain::Failure;
use sourcepilot_domain::catalogue::{ShopFilter, ShopPage};
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::listing::{
    Listing, ListingStatus, ProductState, RemoteProduct, VariantChange, VariantState,
};
use sourcepilot_domain::product::AccountInfo;

use crate::api::StoreApi;
use crate::call::{Call, Outcome};
use crate::consent;
use crate::plugin::Plugin;
use crate::run::{Network, run};
use crate::supplier::account_functions;

/// A loaded store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    plugin: Arc<Plugin>,
    api: Arc<dyn StoreApi>,
}

impl Store {
    pub(crate) fn new(plugin: Arc<Plugin>, api: Arc<dyn StoreApi>) -> Self {
        Store { plugin, api }
    }

    /// The plugin it belongs to.
    #[must_use]
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.plugin
    }

    /// Make the product of `key`, or finish making it.
    pub async fn create(&self, call: Call, key: String, listing: Listing) -> Outcome<RemoteProduct> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.create(at, context, &key, &listing).await })
        })
        .await
    }

    /// The product made with `key`, if there is one.
    pub async fn find_by_key(&self, call: Call, key: String) -> Outcome<Option<RemoteProduct>> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.find_by_key(at, context, &key).await })
        })
        .await
    }

    /// How a product is now.
    pub async fn read(&self, call: Call, product_id: String) -> Outcome<ProductState> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.read(at, context, &product_id).await })
        })
        .await
    }

    /// Change prices and stock, one result for each change.
    pub async fn change_variants(
        &self,
        call: Call,
        product_id: String,
        changes: Vec<VariantChange>,
    ) -> Outcome<Vec<Result<VariantState, Failure>>> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.change_variants(at, context, &product_id, &changes).await })
        })
        .await
    }

    /// Show or hide a product.
    pub async fn set_status(&self, call: Call, product_id: String, status: ListingStatus) -> Outcome<()> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.set_status(at, context, &product_id, status).await })
        })
        .await
    }

    /// One page of what stands in the shop.
    pub async fn list_products(&self, call: Call, filter: ShopFilter) -> Outcome<ShopPage> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.list_products(at, context, &filter).await })
        })
        .await
    }

    /// Remove a product that carries our key.
    pub async fn remove(&self, call: Call, product_id: String, key: String) -> Outcome<()> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.remove(at, context, &product_id, &key).await })
        })
        .await
    }
}

account_functions!(Store);
