//! Magento 2: the configuration of the choices and of the gallery.

use serde_json::Value;
use sourcepilot_sdk::{Availability, json};

use super::{first, number, text};
use crate::draft::{Draft, DraftVariant};
use crate::embedded::objects;
use crate::page::Page;
use crate::price;

/// One more than can be imported, so that a product with too many is refused and not cut.
const MOST: usize = sourcepilot_sdk::fit::VARIANTS + 1;

pub(super) fn draft(page: &Page<'_>, values: &[Value]) -> Option<Draft> {
    let (mut config, mut gallery) = (None, None);
    for value in values {
        objects(value, 0, &mut |object| {
            for name in ["jsonConfig", "spConfig"] {
                let found = &object[name];
                if config.is_none() && found["attributes"].is_object() && found["optionPrices"].is_object() {
                    config = Some(found);
                }
            }
            let pictures = &object["mage/gallery/gallery"]["data"];
            if gallery.is_none() && pictures.is_array() {
                gallery = Some(pictures);
            }
        });
    }
    let pictures = gallery.and_then(Value::as_array).into_iter().flatten();
    let images: Vec<String> = pictures.filter_map(|picture| address(page, picture)).collect();
    let variants = config.map(|config| variants(page, config)).unwrap_or_default();
    let currency = config.and_then(|config| {
        let pattern =
            text(&config["priceFormat"], &["pattern"]).or_else(|| text(config, &["currencyFormat"]))?;
        price::seen(&pattern.replace("%s", "1"), &page.locale).into_iter().next()?.currency
    });
    (!images.is_empty() || !variants.is_empty()).then(|| Draft {
        images,
        variants,
        currency,
        ..Draft::default()
    })
}

fn address(page: &Page<'_>, picture: &Value) -> Option<String> {
    page.absolute(first(picture, &["full", "img"])?.as_str()?)
}

/// One product of the configuration, while its choices are gathered.
#[derive(Default)]
struct Row {
    id: String,
    options: Vec<(String, String)>,
    /// How many of its choices say that it can be bought.
    open: usize,
}

fn variants(page: &Page<'_>, config: &Value) -> Vec<DraftVariant> {
    let attributes: Vec<&Value> =
        config["attributes"].as_object().into_iter().flat_map(|map| map.values()).collect();
    let rows = rows(config, &attributes);
    let complete = rows.into_iter().filter(|row| row.options.len() == attributes.len()).take(MOST);
    complete.map(|row| variant(page, config, row, attributes.len())).collect()
}

fn rows(config: &Value, attributes: &[&Value]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for attribute in attributes {
        let (Some(label), Some(id)) = (text(attribute, &["label"]), text(attribute, &["id"])) else {
            continue;
        };
        for option in json::list(&attribute["options"]) {
            let (Some(value), Some(option_id)) = (text(option, &["label"]), text(option, &["id"])) else {
                continue;
            };
            let sellable: Vec<String> =
                json::list(&option["products"]).into_iter().filter_map(json::text).collect();
            for product in products(config, option, &id, &option_id) {
                let at = rows.iter().position(|row| row.id == product).unwrap_or_else(|| {
                    rows.push(Row { id: product.clone(), ..Row::default() });
                    rows.len() - 1
                });
                rows[at].open += usize::from(sellable.contains(&product));
                rows[at].options.push((label.clone(), value.clone()));
            }
        }
    }
    rows
}

fn variant(page: &Page<'_>, config: &Value, row: Row, choices: usize) -> DraftVariant {
    let prices = &config["optionPrices"][&row.id];
    DraftVariant {
        price: number(&prices["finalPrice"]["amount"]),
        list_price: number(&prices["oldPrice"]["amount"]),
        availability: Some(if row.open == choices { Availability::Available } else { Availability::SoldOut }),
        image: json::list(&config["images"][&row.id]).into_iter().find_map(|picture| address(page, picture)),
        sku: text(&config["sku"], &[&row.id]).or(Some(row.id)),
        options: row.options,
        ..DraftVariant::default()
    }
}

/// The products with this option: those of the index, which also knows what is sold
/// out, or else those that the option lists.
fn products(config: &Value, option: &Value, attribute: &str, id: &str) -> Vec<String> {
    let index = config["index"].as_object().filter(|index| !index.is_empty());
    match index {
        Some(index) => index
            .iter()
            .filter(|(_, choice)| text(choice, &[attribute]).as_deref() == Some(id))
            .map(|(product, _)| product.clone())
            .collect(),
        None => json::list(&option["products"]).into_iter().filter_map(json::text).collect(),
    }
}
