//! Delivery costs, request by request.

use sourcepilot_sdk::{ErrorKind, Failure, Parcel, Result, ShippingQuote};

use crate::amount::Amount;
use crate::api::Api;
use crate::catalog::{id_of, item};
use crate::freight::{self, Shipment};
use crate::id::ProductId;
use crate::params::Params;
use crate::{convert, envelope};

const FREIGHT: &str = "aliexpress.ds.freight.query";
const OLDER_FREIGHT: &str = "aliexpress.logistics.buyer.freight.calculate";

/// What the delivery of a parcel costs, cheapest first.
pub(crate) fn quotes(api: &Api<'_>, parcel: &Parcel) -> Result<Vec<ShippingQuote>> {
    let id = id_of(&parcel.ref_)?;
    let (sku, price) = match parcel.variant.as_ref().or(parcel.ref_.variant.as_ref()) {
        Some(sku) => (sku.clone(), None),
        None => default_sku(api, &id)?,
    };
    let shipment = Shipment { product: id.main(), sku: &sku, quantity: parcel.quantity.max(1), price };
    match current(api, &shipment) {
        Err(failure) if is_about_the_method(&failure) => {
            let undeliverable = |older: &Failure| older.kind == ErrorKind::UnavailableItem;
            older(api, &shipment).map_err(|older| if undeliverable(&older) { older } else { failure })
        }
        answer => answer,
    }
}

/// Both methods want a SKU; without one it is the cheapest that can be bought.
fn default_sku(api: &Api<'_>, id: &ProductId) -> Result<(String, Option<Amount>)> {
    let product = convert::product(item(api, id)?, id, api.market())?;
    convert::default_sku(&product)
        .map(|variant| (variant.id.clone(), Amount::read(&variant.price.amount)))
        .ok_or_else(|| Failure::unavailable_item("This product has no variant that could be sent."))
}

/// The options of the current method, cheapest first.
pub(crate) fn current(api: &Api<'_>, shipment: &Shipment<'_>) -> Result<Vec<ShippingQuote>> {
    let mut params = Params::default();
    params.set("queryDeliveryReq", freight::query(shipment, api.market()));
    let answer = api.business(FREIGHT, params)?;
    freight::quotes(envelope::business(&answer, FREIGHT)?, shipment, api.market())
}

fn older(api: &Api<'_>, shipment: &Shipment<'_>) -> Result<Vec<ShippingQuote>> {
    let mut params = Params::default();
    params.set("param_aeop_freight_calculate_for_buyer_d_t_o", freight::older_query(shipment, api.market()));
    let answer = api.business(OLDER_FREIGHT, params)?;
    freight::older_quotes(envelope::business(&answer, OLDER_FREIGHT)?, api.market())
}

/// Whether another method might answer what this one did not.
fn is_about_the_method(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        ErrorKind::Unsupported
            | ErrorKind::Forbidden
            | ErrorKind::Internal
            | ErrorKind::UpstreamChanged
            | ErrorKind::Unavailable
    )
}
