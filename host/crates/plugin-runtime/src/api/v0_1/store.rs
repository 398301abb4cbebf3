//! The shop side of a 0.1 component.

use sourcepilot_domain::Failure;
use sourcepilot_domain::catalogue::{ShopFilter, ShopPage};
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::listing::{
    Listing, ListingStatus, ProductState, RemoteProduct, VariantChange, VariantState,
};
use sourcepilot_domain::product::AccountInfo;

use super::account::{Account, absent, account_api};
use super::bindings::exports::sourcepilot::plugin::{browse, listings, upkeep};
use super::from_shop;
use super::into_domain as checked;
use super::into_wit::{self, context};
use crate::api::StoreApi;
use crate::call::Context;
use crate::run::{Reply, Running};

/// Its interfaces.
pub(super) struct StoreExports {
    pub(super) account: Account,
    pub(super) listings: listings::GuestIndices,
    pub(super) upkeep: Option<upkeep::GuestIndices>,
    pub(super) browse: Option<browse::GuestIndices>,
}

account_api!(StoreExports, at, this, {
    this.listings.load(&mut at.store, &at.instance)?;
    if let Some(indices) = &this.upkeep {
        indices.load(&mut at.store, &at.instance)?;
    }
    if let Some(indices) = &this.browse {
        indices.load(&mut at.store, &at.instance)?;
    }
    Ok(())
});

#[async_trait::async_trait]
impl StoreApi for StoreExports {
    async fn create(
        &self,
        at: &mut Running,
        c: &Context,
        key: &str,
        listing: &Listing,
    ) -> Reply<RemoteProduct> {
        let guest = self.listings.load(&mut at.store, &at.instance)?;
        let answer = guest.call_create(&mut at.store, &context(c), key, &into_wit::listing(listing)).await?;
        Ok(checked::reply(answer, checked::remote_product))
    }

    async fn find_by_key(&self, at: &mut Running, c: &Context, key: &str) -> Reply<Option<RemoteProduct>> {
        let guest = self.listings.load(&mut at.store, &at.instance)?;
        let answer = guest.call_find_by_key(&mut at.store, &context(c), key).await?;
        Ok(checked::reply(answer, |found| found.map(checked::remote_product).transpose()))
    }

    async fn read(&self, at: &mut Running, c: &Context, product: &str) -> Reply<ProductState> {
        let Some(indices) = &self.upkeep else { return absent("upkeep") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_read(&mut at.store, &context(c), product).await?;
        Ok(checked::reply(answer, checked::product_state))
    }

    async fn change_variants(
        &self,
        at: &mut Running,
        c: &Context,
        product: &str,
        changes: &[VariantChange],
    ) -> Reply<Vec<Result<VariantState, Failure>>> {
        let Some(indices) = &self.upkeep else { return absent("upkeep") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let wanted: Vec<_> = changes.iter().map(into_wit::variant_change).collect();
        let answer = guest.call_change_variants(&mut at.store, &context(c), product, &wanted).await?;
        Ok(checked::reply(answer, |answers| {
            checked::in_order(answers, changes.len(), "variants", checked::variant_state)
        }))
    }

    async fn set_status(
        &self,
        at: &mut Running,
        c: &Context,
        product: &str,
        status: ListingStatus,
    ) -> Reply<()> {
        let Some(indices) = &self.upkeep else { return absent("upkeep") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer =
            guest.call_set_status(&mut at.store, &context(c), product, into_wit::status(status)).await?;
        Ok(checked::reply(answer, Ok))
    }

    async fn remove(&self, at: &mut Running, c: &Context, product: &str, key: &str) -> Reply<()> {
        let Some(indices) = &self.upkeep else { return absent("upkeep") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_remove(&mut at.store, &context(c), product, key).await?;
        Ok(checked::reply(answer, Ok))
    }

    async fn list_products(&self, at: &mut Running, c: &Context, filter: &ShopFilter) -> Reply<ShopPage> {
        let Some(indices) = &self.browse else { return absent("browse") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer =
            guest.call_list_products(&mut at.store, &context(c), &into_wit::shop_filter(filter)).await?;
        Ok(checked::reply(answer, from_shop::page))
    }
}
