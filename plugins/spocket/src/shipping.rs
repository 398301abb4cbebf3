//! What delivery costs, as the merchant was shown it. Only Spocket's checkout knows the
//! final amount.

use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Failure, Result, ShippingQuote};

use crate::catalogue::UNSUPPORTED;
use crate::document::{Document, Region};

/// The members of the European Union.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// How a product gets to a country.
///
/// # Errors
/// `unsupported` when the feed says nothing about delivery, `unavailable-item` when it
/// says nothing about this country.
pub(crate) fn quotes(document: &Document, country: &str) -> Result<Vec<ShippingQuote>> {
    if document.shipping.is_empty() {
        return Err(Failure::unsupported(
            "Nothing is known about the delivery of this product. Fill the column `shipping` of your feed, such as \
             US:4.50:3-7|EU:9.90:7-12.",
        )
        .with_code(UNSUPPORTED));
    }
    match best(document, country) {
        Some(region) => Ok(vec![quote(document, region)]),
        None => Err(Failure::unavailable_item(format!(
            "Your feed names no delivery of this product to {country}. It names {}.",
            document.shipping.iter().map(|region| region.region.as_str()).collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// The quote for a country, when there is one.
pub(crate) fn best_quote(document: &Document, country: &str) -> Option<ShippingQuote> {
    best(document, country).map(|region| quote(document, region))
}

/// The country itself before a group it belongs to, a group before the world.
fn best<'a>(document: &'a Document, country: &str) -> Option<&'a Region> {
    let country = country.to_ascii_uppercase();
    let find = |name: &str| document.shipping.iter().find(|region| region.region == name);
    find(&country).or_else(|| find("EU").filter(|_| EU.contains(&country.as_str()))).or_else(|| find("WORLD"))
}

fn quote(document: &Document, region: &Region) -> ShippingQuote {
    let cost = region.cost.as_deref().and_then(Amount::parse);
    ShippingQuote {
        service: region.region.clone(),
        label: format!("Delivery to {}, as shown by Spocket; final at its checkout", region.region),
        cost: cost.map(|cost| cost.in_currency(document.currency.clone())),
        min_days: region.days_min,
        max_days: region.days_max,
        ships_from: None,
        tracked: None,
        extra: Vec::new(),
    }
}
