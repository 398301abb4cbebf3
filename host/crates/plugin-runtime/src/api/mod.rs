//! The contract, by version. Each version has an adapter that speaks the domain's
//! types; which one a plugin gets is decided once, when it is loaded.

mod v0_1;

use std::sync::Arc;

use async_trait::async_trait;
use sourcepilot_domain::Failure;
use sourcepilot_domain::catalogue::{Feed, ShopFilter, ShopPage, ShopProduct};
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::listing::{
    Listing, ListingStatus, ProductState, RemoteProduct, VariantChange, VariantState,
};
use sourcepilot_domain::product::{
    AccountInfo, Parcel, Product, ProductRef, Quote, SearchPage, SearchQuery, ShippingQuote, UrlMatch,
};
use wasmtime::component::{InstancePre, Linker};

use crate::call::Context;
use crate::host::state::CallState;
use crate::load::LoadError;
use crate::manifest::{ApiVersion, Manifest};
use crate::run::{Reply, Running};

/// The WIT package of the contract.
pub(crate) const PACKAGE: &str = "sourcepilot:plugin";
/// What the host provides of it.
pub(crate) const HOST_INTERFACES: &[&str] = &["types", "log", "control", "credentials", CATALOGUE];
/// The one of them that a manifest has to ask for.
pub(crate) const CATALOGUE: &str = "catalogue";
/// The newest version served.
pub(crate) const SERVED: ApiVersion = ApiVersion { major: 0, minor: 1 };

/// Whether an interface of this version fits. Below 1.0 the minor number is the
/// one that must not differ.
pub(crate) fn serves(version: &str) -> bool {
    version.starts_with("0.1.")
}

/// Whether a plugin written for this version is served.
pub(crate) fn serves_manifest(version: ApiVersion) -> bool {
    version == SERVED
}

/// Link what the host provides.
pub(crate) fn add_to_linker(linker: &mut Linker<CallState>) -> wasmtime::Result<()> {
    v0_1::add_to_linker(linker)
}

/// Find the adapter of a component and compare what it exports with what its
/// manifest declares.
pub(crate) fn probe(pre: &InstancePre<CallState>, manifest: &Manifest) -> Result<Adapter, LoadError> {
    v0_1::probe(pre, manifest)
}

/// A plugin's functions, on one side of the trade.
pub(crate) struct Adapter {
    pub(crate) supplier: Option<Arc<dyn SupplierApi>>,
    pub(crate) store: Option<Arc<dyn StoreApi>>,
}

impl Adapter {
    /// Compare the types of all functions with the contract's.
    pub(crate) fn check_types(&self, running: &mut Running) -> wasmtime::Result<()> {
        if let Some(supplier) = &self.supplier {
            supplier.check_types(running)?;
        }
        if let Some(store) = &self.store {
            store.check_types(running)?;
        }
        Ok(())
    }
}

/// What both sides have: the account behind a connection.
#[async_trait]
pub(crate) trait AccountApi: Send + Sync {
    /// Compare the types of all functions with the contract's.
    fn check_types(&self, at: &mut Running) -> wasmtime::Result<()>;
    async fn check(&self, at: &mut Running, context: &Context) -> Reply<AccountInfo>;
    async fn consent_url(
        &self,
        at: &mut Running,
        context: &Context,
        redirect: &str,
        state: &str,
    ) -> Reply<String>;
    async fn exchange_code(&self, at: &mut Running, context: &Context, redirect: &str) -> Reply<GrantInfo>;
    async fn renew(&self, at: &mut Running, context: &Context) -> Reply<()>;
}

/// The supplier side.
#[async_trait]
pub(crate) trait SupplierApi: AccountApi {
    async fn parse_url(&self, at: &mut Running, url: &str) -> Reply<UrlMatch>;
    async fn resolve_url(&self, at: &mut Running, context: &Context, url: &str) -> Reply<ProductRef>;
    async fn get_product(
        &self,
        at: &mut Running,
        context: &Context,
        reference: &ProductRef,
        entry: Option<&str>,
    ) -> Reply<Product>;
    async fn find(&self, at: &mut Running, context: &Context, query: &SearchQuery) -> Reply<SearchPage>;
    async fn get_prices(
        &self,
        at: &mut Running,
        context: &Context,
        references: &[ProductRef],
    ) -> Reply<Vec<Result<Quote, Failure>>>;
    async fn get_quotes(
        &self,
        at: &mut Running,
        context: &Context,
        parcel: &Parcel,
    ) -> Reply<Vec<ShippingQuote>>;
    async fn parse_feed(
        &self,
        at: &mut Running,
        context: &Context,
        content_type: &str,
        body: &[u8],
    ) -> Reply<Feed>;
    async fn adopt(&self, at: &mut Running, context: &Context, products: &[ShopProduct]) -> Reply<Feed>;
}

/// The shop side.
#[async_trait]
pub(crate) trait StoreApi: AccountApi {
    async fn create(
        &self,
        at: &mut Running,
        context: &Context,
        key: &str,
        listing: &Listing,
    ) -> Reply<RemoteProduct>;
    async fn find_by_key(
        &self,
        at: &mut Running,
        context: &Context,
        key: &str,
    ) -> Reply<Option<RemoteProduct>>;
    async fn read(&self, at: &mut Running, context: &Context, product: &str) -> Reply<ProductState>;
    async fn change_variants(
        &self,
        at: &mut Running,
        context: &Context,
        product: &str,
        changes: &[VariantChange],
    ) -> Reply<Vec<Result<VariantState, Failure>>>;
    async fn set_status(
        &self,
        at: &mut Running,
        context: &Context,
        product: &str,
        status: ListingStatus,
    ) -> Reply<()>;
    async fn remove(&self, at: &mut Running, context: &Context, product: &str, key: &str) -> Reply<()>;
    async fn list_products(
        &self,
        at: &mut Running,
        context: &Context,
        filter: &ShopFilter,
    ) -> Reply<ShopPage>;
}
