//! `logistic/freightCalculate`.

use serde_json::{Value, json};

use super::door::Asked;
use super::product::by_vid;
use super::refusal::{self, Refusal};
use super::special::Oddity;

/// Name, cents for the first 100 g, cents for each further 100 g, days.
const ROUTES: [(&str, u64, u64, &str); 3] = [
    ("CJPacket Ordinary", 299, 90, "7-12"),
    ("CJPacket Sensitive", 389, 105, "8-14"),
    ("DHL Official", 1490, 260, "3-5"),
];

/// The ways that the goods of a request can go.
pub(super) fn answer(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let text = |name: &str| asked.body.get(name).and_then(Value::as_str).filter(|text| text.len() == 2);
    let (from, to) = (text("startCountryCode"), text("endCountryCode"));
    let (from, to) = (from.ok_or(refusal::PARAMETER)?, to.ok_or(refusal::PARAMETER)?);
    let products = asked.body.get("products").and_then(Value::as_array).ok_or(refusal::PARAMETER)?;
    let (mut grams, mut oddity) = (0, None);
    for product in products {
        let vid = product.get("vid").and_then(Value::as_str).ok_or(refusal::PARAMETER)?;
        let (item, place) = by_vid(asked.world, vid)?;
        let held = item.variants[place].stock.iter().any(|(country, ..)| *country == from);
        if !held {
            return Err(refusal::NO_ROUTE);
        }
        grams += item.variants[place].grams * product.get("quantity").and_then(Value::as_u64).unwrap_or(1);
        oddity = oddity.or(item.oddity);
    }
    match oddity {
        Some(Oddity::NoRoute) => Ok(json!([])),
        Some(Oddity::FreeRoute) => Ok(json!([route(&ROUTES[0], 0)])),
        // Observed by others: a country to which every price is nothing.
        _ if to == "ZA" => Ok(ROUTES.iter().map(|one| route(one, 0)).collect()),
        _ => {
            Ok(ROUTES.iter().map(|one| route(one, one.1 + grams.saturating_sub(100) / 100 * one.2)).collect())
        }
    }
}

fn route((name, _, _, days): &(&str, u64, u64, &str), cents: u64) -> Value {
    json!({
        "logisticName": name,
        "logisticPrice": cents as f64 / 100.0,
        "logisticPriceCn": (cents * 71) as f64 / 1000.0,
        "logisticAging": days,
        "taxesFee": 0.0,
        "clearanceOperationFee": null,
        "totalPostageFee": cents as f64 / 100.0,
    })
}
