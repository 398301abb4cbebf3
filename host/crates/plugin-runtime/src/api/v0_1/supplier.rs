//! The supplier side of a 0.1 component.

use sourcepilot_domain::Failure;
use sourcepilot_domain::catalogue::{Feed, ShopProduct};
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::product::{
    AccountInfo, Parcel, Product, ProductRef, Quote, SearchPage, SearchQuery, ShippingQuote, UrlMatch,
};

use super::account::{Account, absent, account_api};
use super::bindings::exports::sourcepilot::plugin::{catalog, feed, freight, pricing, search};
use super::into_domain as checked;
use super::into_wit::{self, context};
use super::{from_feed, from_search};
use crate::api::SupplierApi;
use crate::call::Context;
use crate::run::{Reply, Running};

/// Its interfaces.
pub(super) struct SupplierExports {
    pub(super) account: Account,
    pub(super) catalog: catalog::GuestIndices,
    pub(super) search: Option<search::GuestIndices>,
    pub(super) pricing: Option<pricing::GuestIndices>,
    pub(super) freight: Option<freight::GuestIndices>,
    pub(super) feed: Option<feed::GuestIndices>,
}

account_api!(SupplierExports, at, this, {
    this.catalog.load(&mut at.store, &at.instance)?;
    if let Some(indices) = &this.search {
        indices.load(&mut at.store, &at.instance)?;
    }
    if let Some(indices) = &this.pricing {
        indices.load(&mut at.store, &at.instance)?;
    }
    if let Some(indices) = &this.freight {
        indices.load(&mut at.store, &at.instance)?;
    }
    if let Some(indices) = &this.feed {
        indices.load(&mut at.store, &at.instance)?;
    }
    Ok(())
});

#[async_trait::async_trait]
impl SupplierApi for SupplierExports {
    async fn parse_url(&self, at: &mut Running, url: &str) -> Reply<UrlMatch> {
        let guest = self.catalog.load(&mut at.store, &at.instance)?;
        let answer = guest.call_parse_url(&mut at.store, url).await?;
        Ok(checked::reply(answer, checked::url_match))
    }

    async fn resolve_url(&self, at: &mut Running, c: &Context, url: &str) -> Reply<ProductRef> {
        let guest = self.catalog.load(&mut at.store, &at.instance)?;
        let answer = guest.call_resolve_url(&mut at.store, &context(c), url).await?;
        Ok(checked::reply(answer, |answer| checked::product_ref(&crate::check::At::Root("ref"), answer)))
    }

    async fn get_product(
        &self,
        at: &mut Running,
        c: &Context,
        reference: &ProductRef,
        entry: Option<&str>,
    ) -> Reply<Product> {
        let guest = self.catalog.load(&mut at.store, &at.instance)?;
        let request = into_wit::product_request(reference, entry);
        let answer = guest.call_get_product(&mut at.store, &context(c), &request).await?;
        Ok(checked::reply(answer, checked::product))
    }

    async fn find(&self, at: &mut Running, c: &Context, query: &SearchQuery) -> Reply<SearchPage> {
        let Some(indices) = &self.search else { return absent("search") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_find(&mut at.store, &context(c), &into_wit::query(query)).await?;
        Ok(checked::reply(answer, from_search::search_page))
    }

    async fn get_prices(
        &self,
        at: &mut Running,
        c: &Context,
        references: &[ProductRef],
    ) -> Reply<Vec<Result<Quote, Failure>>> {
        let Some(indices) = &self.pricing else { return absent("pricing") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let wanted: Vec<_> = references.iter().map(into_wit::product_ref).collect();
        let answer = guest.call_get_prices(&mut at.store, &context(c), &wanted).await?;
        Ok(checked::reply(answer, |answers| {
            checked::in_order(answers, references.len(), "quotes", checked::quote)
        }))
    }

    async fn get_quotes(&self, at: &mut Running, c: &Context, parcel: &Parcel) -> Reply<Vec<ShippingQuote>> {
        let Some(indices) = &self.freight else { return absent("freight") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_get_quotes(&mut at.store, &context(c), &into_wit::parcel(parcel)).await?;
        Ok(checked::reply(answer, checked::shipping_quotes))
    }

    async fn parse_feed(
        &self,
        at: &mut Running,
        c: &Context,
        content_type: &str,
        body: &[u8],
    ) -> Reply<Feed> {
        let Some(indices) = &self.feed else { return absent("feed") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_parse(&mut at.store, &context(c), content_type, body).await?;
        Ok(checked::reply(answer, from_feed::feed))
    }

    async fn adopt(&self, at: &mut Running, c: &Context, products: &[ShopProduct]) -> Reply<Feed> {
        let Some(indices) = &self.feed else { return absent("feed") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let products: Vec<_> = products.iter().map(into_wit::shop_product).collect();
        let answer = guest.call_adopt(&mut at.store, &context(c), &products).await?;
        Ok(checked::reply(answer, from_feed::feed))
    }
}
