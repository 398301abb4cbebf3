//! Spocket: products that the merchant supplies, because Spocket offers no interface.
//!
//! Read it in this order: [`url`] (what an address means), [`document`] (a product as it
//! is kept), `read` (from files, shops and forms to documents), [`catalogue`] (asking for
//! them), [`answer`] and [`shipping`] (from documents to answers). Nothing here uses the
//! network.

mod answer;
mod catalogue;
mod date;
mod document;
mod read;
mod shipping;
#[cfg(test)]
mod tests;
mod url;

use sourcepilot_sdk::{
    Account, Call, Feed, Freight, Hit, Page, Parcel, Parsed, Pricing, Product, ProductRef, ProductRequest,
    Query, Quote, Result, Search, ShippingQuote, ShopProduct, Supplier, UrlMatch,
};

use crate::catalogue::Supplied;

/// The plugin; it keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct Spocket;

impl Supplier for Spocket {
    fn parse_url(address: &str) -> Result<UrlMatch> {
        let id = url::product_id(address)?;
        Ok(UrlMatch::Product(ProductRef::new(&id).with_url(url::page(&id))))
    }

    fn resolve_url(_: &Call, address: &str) -> Result<ProductRef> {
        let id = url::product_id(address)?;
        Ok(ProductRef::new(&id).with_url(url::page(&id)))
    }

    fn get_product(call: &Call, request: ProductRequest) -> Result<Product> {
        let entry = match &request.entry {
            Some(entry) => catalogue::typed_in(call, entry, &request.ref_)?,
            None => Supplied::of(call)?.product(&request.ref_.id)?,
        };
        answer::product(call, &entry, request.ref_)
    }

    fn check(call: &Call) -> Result<Account> {
        catalogue::account(call)
    }
}

impl Search for Spocket {
    fn find(call: &Call, query: Query) -> Result<Page> {
        let found = Supplied::of(call)?.search(&query)?;
        let seen = u64::from(query.page.max(1)).saturating_mul(u64::from(query.page_size));
        let hits: Vec<Hit> = found.entries.iter().map(|entry| answer::hit(call, entry)).collect();
        Ok(Page { has_more: seen < found.total && !hits.is_empty(), hits, total: Some(found.total) })
    }
}

impl Pricing for Spocket {
    fn get_prices(call: &Call, refs: Vec<ProductRef>) -> Result<Vec<Result<Quote>>> {
        let ids: Vec<String> = refs.into_iter().map(|reference| reference.id).collect();
        let found = Supplied::of(call)?.products(&ids)?;
        Ok(found.into_iter().map(|entry| answer::quote(call, &entry?)).collect())
    }
}

impl Freight for Spocket {
    fn get_quotes(call: &Call, parcel: Parcel) -> Result<Vec<ShippingQuote>> {
        let entry = Supplied::of(call)?.product(&parcel.ref_.id)?;
        shipping::quotes(&entry.document, &call.context.country)
    }
}

impl Feed for Spocket {
    fn parse(call: &Call, content_type: &str, body: Vec<u8>) -> Result<Parsed> {
        read::file(call, content_type, &body)
    }

    fn adopt(call: &Call, products: Vec<ShopProduct>) -> Result<Parsed> {
        Ok(read::shop(call, products))
    }
}

sourcepilot_sdk::register_supplier!(Spocket, features: [search, pricing, freight, feed]);
