//! BigCommerce: `BCData`, what the page knows of the chosen product.

use serde_json::Value;
use sourcepilot_sdk::{Availability, json};

use super::{first, number, text};
use crate::draft::Draft;
use crate::offers::digits;

pub(super) fn draft(values: &[Value]) -> Option<Draft> {
    let data =
        values.iter().map(|value| &value["product_attributes"]).find(|data| data["price"].is_object())?;
    let prices = &data["price"];
    let taxed = ["with_tax", "without_tax"].into_iter().find(|tax| prices[*tax]["value"].is_number())?;
    let price = number(&prices[taxed]["value"]);
    let before =
        ["non_sale_price", "rrp"].iter().find_map(|name| number(&prices[format!("{name}_{taxed}")]["value"]));
    Some(Draft {
        list_price: before.filter(|before| price.is_some_and(|price| *before > price)),
        price,
        currency: first(&prices[taxed], &["currency"]).and_then(Value::as_str).map(str::to_owned),
        availability: data["instock"]
            .as_bool()
            .map(|open| if open { Availability::Available } else { Availability::SoldOut }),
        stock: json::whole(&data["stock"]).and_then(|number| u32::try_from(number).ok()),
        sku: text(data, &["sku"]),
        barcode: text(data, &["gtin", "upc"]).and_then(|text| digits(&text)),
        ..Draft::default()
    })
}
