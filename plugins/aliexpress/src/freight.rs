//! Delivery: what is asked, and what the two methods answer. Pure.

use serde_json::{Value, json};
use sourcepilot_sdk::{Money, Result, ShippingQuote};

use crate::amount::Amount;
use crate::extras::note;
use crate::fault::Fault;
use crate::market::Market;
use crate::node::Node;

/// One SKU to be sent somewhere.
#[derive(Debug)]
pub(crate) struct Shipment<'a> {
    pub(crate) product: &'a str,
    pub(crate) sku: &'a str,
    pub(crate) quantity: u32,
    /// The goods' price for one, when it is known: delivery may be free from a sum on.
    pub(crate) price: Option<Amount>,
}

/// The `queryDeliveryReq` of `aliexpress.ds.freight.query`, serialised once.
pub(crate) fn query(shipment: &Shipment<'_>, market: &Market) -> String {
    json!({
        "quantity": shipment.quantity.to_string(),
        "shipToCountry": market.country,
        "productId": shipment.product,
        "selectedSkuId": shipment.sku,
        "language": market.locale,
        "locale": market.locale,
        "currency": market.currency,
    })
    .to_string()
}

/// The parameter of `aliexpress.logistics.buyer.freight.calculate`.
pub(crate) fn older_query(shipment: &Shipment<'_>, market: &Market) -> String {
    json!({
        "country_code": market.country,
        "product_id": shipment.product,
        "product_num": shipment.quantity,
        "send_goods_country_code": market.ships_from.as_deref().unwrap_or("CN"),
        "sku_id": shipment.sku,
        "price": shipment.price.map(|price| price.to_string()),
        "price_currency": shipment.price.map(|_| market.currency.as_str()),
    })
    .as_object()
    .map(|fields| {
        fields.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect()
    })
    .map(Value::Object)
    .unwrap_or_default()
    .to_string()
}

/// The options of `aliexpress.ds.freight.query`, cheapest first.
pub(crate) fn quotes(root: Node<'_>, shipment: &Shipment<'_>, market: &Market) -> Result<Vec<ShippingQuote>> {
    let result = root.get("result");
    let code = result.get("code").text();
    let fine =
        result.get("success").flag().unwrap_or(true) && matches!(code.as_deref(), None | Some("200" | "0"));
    if !result.exists() || !fine {
        return Err(Fault::business(code, result.get("msg").text()).into_failure());
    }
    let total = shipment.price.map(|price| price.times(shipment.quantity));
    let options = result.get("delivery_options").list();
    Ok(cheapest_first(options.into_iter().filter_map(|option| quote(option, total, market)).collect()))
}

fn quote(option: Node<'_>, total: Option<Amount>, market: &Market) -> Option<ShippingQuote> {
    let service = option.get("code").text()?;
    let cost = if is_free(option, total) {
        Some(Amount::ZERO)
    } else {
        // Despite its name this is an amount in units of the currency.
        option.get("shipping_fee_cent").text().and_then(|fee| Amount::read(&fee))
    };
    let currency = option.get("shipping_fee_currency").text().unwrap_or_else(|| market.currency.clone());
    let texts = [
        ("guaranteed-days", option.get("guaranteed_delivery_days").text()),
        ("available-stock", option.get("available_stock").text()),
        ("free-from", option.get("free_shipping_threshold").text()),
        ("vat-included", option.get("ddpIncludeVATTax").text()),
    ];
    Some(ShippingQuote {
        label: option.get("company").text().unwrap_or_else(|| service.clone()),
        service,
        cost: cost.map(|cost| Money { amount: cost.to_string(), currency: currency.to_ascii_uppercase() }),
        min_days: days(option, "min_delivery_days"),
        max_days: days(option, "max_delivery_days"),
        ships_from: option.get("ship_from_country").text(),
        tracked: option.get("tracking").flag(),
        extra: texts.into_iter().filter_map(|(name, text)| Some(note(name, text?))).collect(),
    })
}

/// Free as such, or free from a sum of goods on which is reached.
fn is_free(option: Node<'_>, total: Option<Amount>) -> bool {
    if option.get("free_shipping").flag() == Some(true) {
        return true;
    }
    let threshold = option.get("free_shipping_threshold").text().and_then(|text| Amount::read(&text));
    option.get("mayHavePFS").flag() == Some(true)
        && threshold.is_some_and(|from| from.is_zero() || total.is_some_and(|total| total >= from))
}

fn days(option: Node<'_>, name: &str) -> Option<u32> {
    option.get(name).whole().and_then(|days| days.try_into().ok())
}

/// The options of `aliexpress.logistics.buyer.freight.calculate`, cheapest first.
pub(crate) fn older_quotes(root: Node<'_>, market: &Market) -> Result<Vec<ShippingQuote>> {
    let result = root.get("result");
    if result.get("success").flag() != Some(true) {
        let code = result.get("error_code").text();
        return Err(Fault::business(code, result.get("error_desc").text()).into_failure());
    }
    let options = result.get("aeop_freight_calculate_result_for_buyer_d_t_o_list").list();
    Ok(cheapest_first(options.into_iter().filter_map(|option| older_quote(option, market)).collect()))
}

fn older_quote(option: Node<'_>, market: &Market) -> Option<ShippingQuote> {
    let service = option.get("service_name").text()?;
    let freight = option.get("freight");
    let currency = freight.get("currency_code").text().unwrap_or_else(|| market.currency.clone());
    let cost = freight.get("amount").text().and_then(|amount| Amount::read(&amount));
    let (min_days, max_days) = day_range(&option.get("estimated_delivery_time").text().unwrap_or_default());
    Some(ShippingQuote {
        label: service.clone(),
        service,
        cost: cost.map(|cost| Money { amount: cost.to_string(), currency: currency.to_ascii_uppercase() }),
        min_days,
        max_days,
        ships_from: Some(market.ships_from.clone().unwrap_or_else(|| "CN".to_owned())),
        tracked: option.get("tracking_available").flag(),
        extra: Vec::new(),
    })
}

/// `5-8day` and `12`.
fn day_range(text: &str) -> (Option<u32>, Option<u32>) {
    let numbers: Vec<u32> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [] => (None, None),
        [one] => (Some(*one), Some(*one)),
        [min, max, ..] => (Some(*min), Some(*max)),
    }
}

/// Unknown costs last; at the same cost the faster one first.
fn cheapest_first(mut quotes: Vec<ShippingQuote>) -> Vec<ShippingQuote> {
    quotes.sort_by_key(|quote| {
        let cost = quote.cost.as_ref().and_then(|cost| Amount::read(&cost.amount));
        (cost.is_none(), cost, quote.max_days.unwrap_or(u32::MAX))
    });
    quotes
}
