//! Products, prices, search and delivery, request by request.

use sourcepilot_sdk::pricing::one_by_one;
use sourcepilot_sdk::{
    Attribute, Availability, Failure, Page, Parcel, Product, ProductRef, Query, Quote, Result, ShippingQuote,
};

use crate::api::Api;
use crate::extras::note;
use crate::freight::Shipment;
use crate::id::{self, ProductId};
use crate::node::Node;
use crate::wire::{Item, stock_by_variant};
use crate::{convert, freight, search, stock};

/// A product with its stock and its cheapest delivery.
pub(crate) fn product(api: &Api<'_>, reference: &ProductRef) -> Result<Product> {
    let id = id_of(reference)?;
    api.call().report_progress(10, "Reading the product from CJ Dropshipping");
    let mut item = item(api, &id)?;
    let problem = add_stock(api, &mut item)?;
    let (free, shelves) = (item.free_shipping, shelves_by_variant(&item));
    let mut product = convert::product(item, &id, api.market())?;
    product.extra.extend(problem);
    if reference.variant.is_some() {
        product.ref_.variant.clone_from(&reference.variant);
    }
    let may_be_had = matches!(product.availability, Availability::Available | Availability::Unknown);
    if api.market().with_shipping && may_be_had {
        api.call().report_progress(60, "Asking for delivery");
        add_delivery(api, &mut product, free, &shelves)?;
    }
    Ok(product)
}

/// The product with its variants and what lies in which country.
fn item(api: &Api<'_>, id: &ProductId) -> Result<Item> {
    let data = api.get("/product/query", &[id.parameter(), ("features", "enable_inventory")])?;
    if !data.is_object() {
        return Err(Failure::not_found(
            "CJ Dropshipping has no such product, or this account may not see it: check the address.",
        ));
    }
    Ok(Item::read(Node::new(&data)))
}

/// Not every answer holds the stock that was asked for; one more request brings that
/// of all variants. Unknown stock is sold without limit, so a failure that passes is the
/// call's, and the merchant is told of one that lasts.
fn add_stock(api: &Api<'_>, item: &mut Item) -> Result<Option<Attribute>> {
    let is_known = item.variants.iter().any(|variant| variant.shelves.is_some());
    let Some(pid) = item.pid.clone().filter(|_| !is_known) else { return Ok(None) };
    match api.get("/product/stock/getInventoryByPid", &[("pid", &pid)]) {
        Ok(data) => {
            for (vid, shelves) in stock_by_variant(Node::new(&data)) {
                let ours = item.variants.iter_mut().filter(|variant| variant.vid.as_deref() == Some(&vid));
                ours.for_each(|variant| variant.shelves = Some(shelves.clone()));
            }
            Ok(None)
        }
        Err(failure) if failure.is_transient() => Err(failure),
        Err(failure) => Ok(Some(Attribute::new(
            "warning",
            format!("CJ Dropshipping did not tell the stock, so it is not limited: {}", failure.message),
        ))),
    }
}

type ShelvesByVariant = Vec<(String, Vec<stock::Shelf>)>;

fn shelves_by_variant(item: &Item) -> ShelvesByVariant {
    let known = |variant: &crate::wire::Variant| Some((variant.vid.clone()?, variant.shelves.clone()?));
    item.variants.iter().filter_map(known).collect()
}

/// A product without its delivery is still worth having, so a failure that lasts becomes
/// a note. One that passes is the call's: a price that counts delivery in would be too low.
fn add_delivery(api: &Api<'_>, product: &mut Product, free: bool, shelves: &ShelvesByVariant) -> Result<()> {
    let Some(variant) = convert::default_variant(product) else { return Ok(()) };
    let shelves = shelves.iter().find(|(vid, _)| *vid == variant.id).map_or(&[][..], |(_, shelves)| shelves);
    let origin = stock::origin(shelves, api.market());
    let shipment = Shipment { vid: &variant.id, quantity: 1, origin: &origin, free };
    match routes(api, &shipment).map(|quotes| quotes.into_iter().next()) {
        Ok(quote) => product.shipping = quote,
        Err(failure) if failure.is_transient() && !is_about_the_parcel(&failure) => return Err(failure),
        Err(failure) => product.extra.push(note("shipping", failure.message)),
    }
    Ok(())
}

/// CJ cannot reckon the delivery of some parcels at all and says so as if it were a
/// disturbance: the product must not be out of reach over it.
fn is_about_the_parcel(failure: &Failure) -> bool {
    failure.code.as_deref() == Some("1607004")
}

fn routes(api: &Api<'_>, shipment: &Shipment<'_>) -> Result<Vec<ShippingQuote>> {
    let data = api.ask("/logistic/freightCalculate", &freight::query(shipment, api.market()))?;
    freight::quotes(Node::new(&data), shipment, api.market())
}

/// What the delivery of a parcel costs, cheapest first.
pub(crate) fn quotes(api: &Api<'_>, parcel: &Parcel) -> Result<Vec<ShippingQuote>> {
    let wanted = parcel.variant.as_ref().or(parcel.ref_.variant.as_ref());
    let item = item(api, &id_of(&parcel.ref_)?)?;
    let (free, shelves) = (item.free_shipping, shelves_by_variant(&item));
    let product = convert::product(item, &id_of(&parcel.ref_)?, api.market())?;
    let variant = match wanted {
        Some(wanted) => product.variants.iter().find(|variant| variant.id == *wanted),
        None => convert::default_variant(&product),
    };
    let variant = variant.ok_or_else(|| {
        Failure::not_found("CJ Dropshipping no longer has this variant: choose another one.")
    })?;
    let shelves = shelves.iter().find(|(vid, _)| *vid == variant.id).map_or(&[][..], |(_, shelves)| shelves);
    let origin = stock::origin(shelves, api.market());
    routes(api, &Shipment { vid: &variant.id, quantity: parcel.quantity.max(1), origin: &origin, free })
}

/// One page of a search, put together of as many requests as its size needs.
pub(crate) fn find(api: &Api<'_>, query: &Query) -> Result<Page> {
    if query.text.trim().is_empty() {
        return Err(Failure::invalid_input("Search for at least one word."));
    }
    let window = search::window(query.page, query.page_size);
    let (mut entries, mut total, mut more) = (Vec::new(), None, false);
    for page in window.first..=window.last {
        let Some(params) = search::params(query, page, window.size) else {
            more = false;
            break;
        };
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let data = api.get("/product/listV2", &params)?;
        let chunk = search::chunk(Node::new(&data));
        total = chunk.total.or(total);
        more = search::has_more(&chunk, page, window.size);
        entries.extend(chunk.hits);
        if !more {
            break;
        }
    }
    let mut rest = entries.into_iter().skip(window.skip as usize).peekable();
    let hits = rest.by_ref().take(query.page_size.max(1) as usize).flatten().collect();
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
fn id_of(reference: &ProductRef) -> Result<ProductId> {
    id::marked(reference.id.trim())
        .or_else(|| ProductId::read(reference.id.trim()))
        .ok_or_else(|| Failure::invalid_input("This is no product number or code of CJ Dropshipping."))
}
