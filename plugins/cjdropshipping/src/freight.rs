//! Delivery: what is asked and what is answered. Pure.

use serde_json::{Value, json};
use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Failure, Result, ShippingQuote};

use crate::convert::CURRENCY;
use crate::extras::note;
use crate::market::Market;
use crate::node::Node;
use crate::wire::days;

/// One variant to be sent somewhere.
#[derive(Debug)]
pub(crate) struct Shipment<'a> {
    pub(crate) vid: &'a str,
    pub(crate) quantity: u32,
    /// A country that holds it.
    pub(crate) origin: &'a str,
    /// CJ marks the product as sent for nothing.
    pub(crate) free: bool,
}

/// The body of `freightCalculate`.
pub(crate) fn query(shipment: &Shipment<'_>, market: &Market) -> Value {
    let mut body = json!({
        "startCountryCode": shipment.origin,
        "endCountryCode": market.country,
        "products": [{"vid": shipment.vid, "quantity": shipment.quantity}],
    });
    if let Some(zip) = &market.zip {
        body["zip"] = json!(zip);
    }
    body
}

/// The options, cheapest first; unknown costs last, at the same cost the faster first.
pub(crate) fn quotes(data: Node<'_>, shipment: &Shipment<'_>, market: &Market) -> Result<Vec<ShippingQuote>> {
    let mut options: Vec<(Option<Amount>, ShippingQuote)> =
        data.list().into_iter().filter_map(|option| quote(option, shipment)).collect();
    if options.is_empty() {
        return Err(Failure::unavailable_item(format!(
            "CJ Dropshipping offers no delivery from {} to {}: choose another country or warehouse.",
            shipment.origin, market.country
        )));
    }
    options.sort_by_key(|(cost, quote)| (cost.is_none(), *cost, quote.max_days.unwrap_or(u32::MAX)));
    Ok(options.into_iter().map(|(_, quote)| quote).collect())
}

fn quote(option: Node<'_>, shipment: &Shipment<'_>) -> Option<(Option<Amount>, ShippingQuote)> {
    let service = option.get("logisticName").text()?;
    let cost = cost(option, shipment.free);
    let (min_days, max_days) = days(option.get("logisticAging"));
    let texts = [("taxes", "taxesFee"), ("clearance", "clearanceOperationFee")];
    let extra = texts.into_iter().filter_map(|(ours, theirs)| Some(note(ours, option.get(theirs).text()?)));
    let quote = ShippingQuote {
        label: service.clone(),
        service,
        cost: cost.map(|cost| cost.in_currency(CURRENCY)),
        min_days,
        max_days,
        ships_from: Some(shipment.origin.to_owned()),
        tracked: None,
        extra: extra.collect(),
    };
    Some((cost, quote))
}

/// The whole bill where it is told, the postage elsewhere. Routes without a tariff
/// come with a price of nothing, which means unknown unless the product is sent free.
fn cost(option: Node<'_>, free: bool) -> Option<Amount> {
    let amount = |name: &str| Amount::parse(&option.get(name).text()?);
    let costs = ["totalPostageFee", "logisticPrice"].into_iter().filter_map(amount).max();
    costs.filter(|cost| free || !cost.is_zero())
}
