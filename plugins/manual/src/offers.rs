//! The offers of schema.org: for how much, and whether at all.

use serde_json::Value;
use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Availability, json};

use crate::availability;
use crate::json_ld::{Graph, is_type, last_part, text};
use crate::price;

/// One offer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Offer {
    pub(crate) price: Option<Amount>,
    pub(crate) list_price: Option<Amount>,
    pub(crate) currency: Option<String>,
    pub(crate) availability: Option<Availability>,
    pub(crate) stock: Option<u32>,
    pub(crate) sku: Option<String>,
    pub(crate) barcode: Option<String>,
    pub(crate) name: Option<String>,
    /// The dearest of an aggregate that lists no single offers.
    pub(crate) highest: Option<Amount>,
}

/// All offers of a product; an aggregate is replaced by the offers in it. Some pages
/// put price and availability on the product itself.
pub(crate) fn of(graph: &Graph<'_>, product: &Value) -> Vec<Offer> {
    let mut offers = Vec::new();
    for node in graph.list(product, "offers") {
        let inner = graph.list(node, "offers");
        if inner.is_empty() {
            offers.push(read(graph, node));
        } else {
            let outer = read(graph, node);
            offers.extend(inner.into_iter().map(|inner| read(graph, inner).within(&outer)));
        }
    }
    let own = Offer { name: None, sku: None, ..read(graph, product) };
    if offers.iter().all(|offer| offer.price.is_none()) && (own.price.is_some() || own.availability.is_some())
    {
        let said = offers.first().cloned().unwrap_or_default();
        return vec![own.within(&said)];
    }
    offers
}

impl Offer {
    fn within(mut self, outer: &Offer) -> Offer {
        self.currency = self.currency.or_else(|| outer.currency.clone());
        self.availability = self.availability.or(outer.availability);
        self
    }

    /// True for an offer that can be taken, as far as is known.
    pub(crate) fn is_open(&self) -> bool {
        self.price.is_some()
            && !matches!(self.availability, Some(Availability::SoldOut | Availability::Discontinued))
    }
}

fn read(graph: &Graph<'_>, node: &Value) -> Offer {
    let currency = currency(graph, node);
    let amount = |name: &str| price::read(&node[name], currency.as_deref());
    let specified = specification(graph, node, currency.as_deref(), false);
    let low = amount("price").or_else(|| amount("lowPrice")).or(specified);
    Offer {
        price: low,
        list_price: specification(graph, node, currency.as_deref(), true),
        availability: text(&node["availability"]).and_then(|text| availability::read(&text)),
        stock: graph.one(node, "inventoryLevel").and_then(|level| stock(level.get("value").unwrap_or(level))),
        sku: text(&node["sku"]),
        barcode: barcode(node),
        name: text(&node["name"]),
        highest: amount("highPrice").filter(|high| low.is_some_and(|low| *high > low)),
        currency,
    }
}

fn currency(graph: &Graph<'_>, node: &Value) -> Option<String> {
    let stated = text(&node["priceCurrency"]).and_then(|text| price::code(&text));
    let specified = || {
        let specifications = graph.list(node, "priceSpecification");
        specifications
            .into_iter()
            .find_map(|specification| price::code(&text(&specification["priceCurrency"])?))
    };
    stated.or_else(specified).or_else(|| price::of_sign(node["price"].as_str()?))
}

/// The price to pay, or the crossed-out one, among the price specifications.
fn specification(
    graph: &Graph<'_>,
    node: &Value,
    currency: Option<&str>,
    crossed_out: bool,
) -> Option<Amount> {
    graph.list(node, "priceSpecification").into_iter().find_map(|specification| {
        let kind = specification["priceType"].as_str().map(last_part).unwrap_or_default();
        let is_list = matches!(kind, "ListPrice" | "StrikethroughPrice" | "MSRP" | "SRP");
        let counts = is_list == crossed_out && !is_type(specification, "DeliveryChargeSpecification");
        counts.then(|| price::read(&specification["price"], currency)).flatten()
    })
}

fn stock(value: &Value) -> Option<u32> {
    json::whole(value).and_then(|number| u32::try_from(number).ok())
}

/// A barcode of a product or an offer.
pub(crate) fn barcode(node: &Value) -> Option<String> {
    let names = ["gtin13", "gtin14", "gtin12", "gtin8", "gtin", "isbn"];
    names.iter().find_map(|name| digits(&text(&node[*name])?))
}

/// The digits of a barcode: 8 to 14 of them.
pub(crate) fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (8..=14).contains(&digits.len()).then_some(digits)
}
