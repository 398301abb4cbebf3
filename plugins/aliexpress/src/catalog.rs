//! Products, search and prices, request by request.

use sourcepilot_sdk::pricing::one_by_one;
use sourcepilot_sdk::{Availability, ErrorKind, Failure, Page, Product, ProductRef, Query, Quote, Result};

use crate::amount::Amount;
use crate::api::Api;
use crate::extras::note;
use crate::freight::Shipment;
use crate::id::ProductId;
use crate::params::Params;
use crate::wire::Item;
use crate::{categories, convert, delivery, envelope, search};

const PRODUCT: &str = "aliexpress.ds.product.get";
pub(crate) const SEARCH: &str = "aliexpress.ds.text.search";
const CATEGORIES: &str = "aliexpress.ds.category.get";

/// A product with its cheapest delivery and the names of its categories.
pub(crate) fn product(api: &Api<'_>, reference: &ProductRef) -> Result<Product> {
    let id = id_of(reference)?;
    api.call().report_progress(10, "Reading the product from AliExpress");
    let item = item(api, &id)?;
    let category = item.category_id.clone();
    let mut product = convert::product(item, &id, api.market())?;
    product.ref_.variant.clone_from(&reference.variant);
    if !matches!(product.availability, Availability::Available | Availability::Unknown) {
        return Ok(product);
    }
    if api.market().with_shipping {
        api.call().report_progress(40, "Asking for delivery");
        add_delivery(api, &mut product)?;
    }
    if let Some(category) = category.filter(|_| api.market().with_categories) {
        api.call().report_progress(70, "Asking for the categories");
        add_categories(api, &category, &mut product);
    }
    Ok(product)
}

/// A product without its categories is still worth having, so a failure here becomes a
/// note.
fn add_categories(api: &Api<'_>, category: &str, product: &mut Product) {
    let ask = |id: &str| {
        let mut params = Params::default();
        params.set("categoryId", id).set("language", &api.market().language);
        let answer = api.business(CATEGORIES, params)?;
        categories::read(envelope::business(&answer, CATEGORIES)?)
    };
    match categories::path(category, ask) {
        Ok(path) => product.categories = path,
        Err(failure) => product.extra.push(note("categories", failure.message)),
    }
}

/// A product without its delivery is still worth having, so a failure that lasts becomes
/// a note. One that passes is the call's: a price that counts delivery in would be too low.
fn add_delivery(api: &Api<'_>, product: &mut Product) -> Result<()> {
    let Some(variant) = convert::default_sku(product) else { return Ok(()) };
    let shipment = Shipment {
        product: &product.ref_.id,
        sku: &variant.id,
        quantity: 1,
        price: Amount::read(&variant.price.amount),
    };
    match delivery::current(api, &shipment).map(|quotes| quotes.into_iter().next()) {
        Ok(Some(quote)) => product.shipping = Some(quote),
        Ok(None) => product.extra.push(note("shipping", "no option offered")),
        Err(failure) if failure.is_transient() => return Err(failure),
        Err(failure) => product.extra.push(note("shipping", failure.message)),
    }
    Ok(())
}

/// The product under its main id, and under its US id where the first is unknown
/// to a buyer in the US.
pub(crate) fn item(api: &Api<'_>, id: &ProductId) -> Result<Item> {
    match (item_by(api, id.main()), id.us()) {
        (Err(failure), Some(us)) if failure.kind == ErrorKind::NotFound && api.market().country == "US" => {
            item_by(api, &us)
        }
        (answer, _) => answer,
    }
}

fn item_by(api: &Api<'_>, id: &str) -> Result<Item> {
    let market = api.market();
    let mut params = Params::default();
    params
        .set("product_id", id)
        .set("ship_to_country", &market.country)
        .set("target_currency", &market.currency)
        .set("target_language", &market.language)
        .set("remove_personal_benefit", market.impersonal.to_string());
    let answer = api.business(PRODUCT, params)?;
    envelope::item(envelope::business(&answer, PRODUCT)?)
}

/// One page of a search, put together of as many requests as its size needs.
pub(crate) fn find(api: &Api<'_>, query: &Query) -> Result<Page> {
    if query.text.trim().is_empty() {
        return Err(Failure::invalid_input("Search for at least one word."));
    }
    let window = search::window(query.page, query.page_size);
    let (mut entries, mut total, mut more) = (Vec::new(), None, true);
    for page in window.first..=window.last {
        let params = search::params(&query.text, page, window.size, api.market());
        let answer = api.business(SEARCH, params)?;
        let chunk = search::chunk(envelope::business(&answer, SEARCH)?, api.market())?;
        total = chunk.total.or(total);
        let seen = u64::from(page) * u64::from(window.size);
        // A short page without a total is the last one; an empty one always is.
        more = match total {
            Some(total) => !chunk.hits.is_empty() && seen < total,
            None => chunk.hits.len() as u64 >= u64::from(window.size),
        };
        entries.extend(chunk.hits);
        if !more {
            break;
        }
    }
    let ours = entries.into_iter().skip(window.skip as usize);
    let mut rest = ours.peekable();
    let mut hits = Vec::new();
    for _ in 0..query.page_size.max(1) {
        match rest.next() {
            Some(hit) => hits.extend(hit),
            None => break,
        }
    }
    Ok(Page { hits, total, has_more: more || rest.peek().is_some() })
}

/// The price of each product, one request per product: there is no batch method. Late in
/// the call the rest is left for another one.
pub(crate) fn prices(api: &Api<'_>, references: &[ProductRef]) -> Result<Vec<Result<Quote>>> {
    one_by_one(api.call(), references, |reference| {
        convert::quote(item(api, &id_of(reference)?)?, api.market())
    })
}

/// The product that a reference names.
pub(crate) fn id_of(reference: &ProductRef) -> Result<ProductId> {
    ProductId::read(reference.id.trim())
        .ok_or_else(|| Failure::invalid_input("This is not an AliExpress product number."))
}
