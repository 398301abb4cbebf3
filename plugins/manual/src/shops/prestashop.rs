//! PrestaShop: the product as JSON in an attribute of its details.

use serde_json::Value;
use sourcepilot_sdk::{Availability, json};

use super::{first, number, text};
use crate::draft::Draft;
use crate::offers::digits;
use crate::page::Page;
use crate::price;

pub(super) fn draft(page: &Page<'_>) -> Option<Draft> {
    let details = page
        .tree
        .elements()
        .find_map(|element| element.attribute("data-product").filter(|text| text.contains("id_product")))?;
    let data: Value = serde_json::from_str(details).ok()?;
    let shown = data["price"].as_str().unwrap_or_default();
    let seen = price::seen(shown, &page.locale);
    let price = number(&data["price_amount"]).or_else(|| seen.first().map(|seen| seen.amount));
    let before =
        ["regular_price_amount", "price_without_reduction"].iter().find_map(|name| number(&data[*name]));
    let images = data["images"].as_array().into_iter().flatten();
    let address = |image: &Value| {
        let sizes = ["large_default", "large", "medium"];
        let size = sizes.iter().find_map(|size| {
            first(&image["bySize"][*size], &["url"]).or_else(|| first(&image[*size], &["url"]))
        });
        page.absolute(size?.as_str()?)
    };
    let stock = json::whole(&data["quantity"]).and_then(|number| u32::try_from(number).ok());
    Some(Draft {
        title: text(&data, &["name"]),
        description: ["description", "description_short"]
            .iter()
            .find_map(|name| data[*name].as_str().filter(|html| !html.trim().is_empty()).map(str::to_owned)),
        images: images.filter_map(address).collect(),
        list_price: before.filter(|before| price.is_some_and(|price| *before > price)),
        price,
        currency: seen.into_iter().find_map(|seen| seen.currency),
        availability: match (stock, text(&data, &["allow_oosp", "out_of_stock"]).as_deref()) {
            (Some(0), Some("1")) => Some(Availability::Available),
            (Some(0), _) => Some(Availability::SoldOut),
            (Some(_), _) => Some(Availability::Available),
            (None, _) => None,
        },
        stock,
        sku: text(&data, &["reference"]),
        barcode: text(&data, &["ean13", "upc", "isbn"]).and_then(|text| digits(&text)),
        brand: text(&data, &["manufacturer_name"]),
        ..Draft::default()
    })
}
