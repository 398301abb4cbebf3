//! `aliexpress.ds.product.get` and its sister with wholesale prices.

use serde_json::{Value, json};

use super::business::{Answer, Method, rooted};
use super::catalogue::{self, Item, Sku};
use super::errors::Refusal;
use super::oddities::{self, Prices};
use super::params::Params;
use super::shape::list;
use super::{ItemChange, money, special};
use crate::images::CDN;
use crate::world::World;

/// Which of the two methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    Plain,
    Wholesale,
}

/// Answers for every well-formed id.
pub(super) async fn answer(
    world: &World,
    method: Method,
    params: &Params,
    flavour: Flavour,
) -> Result<Answer, Refusal> {
    let asked = params.need("product_id")?;
    let country = params.need("ship_to_country")?;
    let currency = money::known(params.get("target_currency").unwrap_or("USD"));
    let Some(id) = catalogue::main_id(asked) else {
        return Ok(Answer::Json(rooted(method, failed(world, 605, "ITEM_ID_NOT_FOUND"))));
    };
    let oddity = special::oddity(id);
    if let Some(oddity) = oddity
        && let Some(answer) = oddities::instead(world, method, id, oddity, country).await
    {
        return answer;
    }
    let item = item(world, id);
    if flavour == Flavour::Wholesale && item.skus.iter().all(|sku| sku.stock == 0) {
        return Ok(Answer::Json(rooted(method, failed(world, 500, "All SKU Unsaleable"))));
    }
    let prices = Prices { currency, oddity };
    let data = json!({
        "rsp_code": 200,
        "rsp_msg": "Call succeeds",
        "request_id": world.aliexpress.request_id(),
        "result": result(&item, &prices, country, flavour),
    });
    Ok(Answer::Json(oddities::reshaped(rooted(method, data), oddity)))
}

/// A failure of the business layer.
pub(super) fn failed(world: &World, code: u32, message: &str) -> Value {
    json!({"rsp_code": code, "rsp_msg": message, "request_id": world.aliexpress.request_id()})
}

/// The product with all changes that time and people made to it.
pub(super) fn item(world: &World, id: u64) -> Item {
    let mut item = catalogue::item(world.config.seed, id);
    let ItemChange { price_percent, stock, status } = world.aliexpress.changed(id);
    let percent = price_percent.unwrap_or_else(|| oddities::moving_percent(world, id));
    for sku in &mut item.skus {
        sku.sale_cents = (sku.sale_cents * percent / 100).max(1);
        sku.list_cents = (sku.list_cents * percent / 100).max(sku.sale_cents);
        sku.stock = stock.unwrap_or(sku.stock);
    }
    item.status = status.unwrap_or(item.status);
    oddities::applied(item)
}

fn result(item: &Item, prices: &Prices, country: &str, flavour: Flavour) -> Value {
    let skus = item.skus.iter().map(|sku| sku_entry(item, sku, prices, flavour)).collect();
    json!({
        "ae_item_base_info_dto": base_info(item),
        "ae_item_sku_info_dtos": list("ae_item_sku_info_d_t_o", skus),
        "ae_multimedia_info_dto": multimedia(item),
        "package_info_dto": {
            "package_length": item.parcel[0],
            "package_width": item.parcel[1],
            "package_height": item.parcel[2],
            "gross_weight": format!("{}.{:03}", item.grams / 1000, item.grams % 1000),
            "package_type": false,
            "product_unit": 100_000_015,
        },
        "logistics_info_dto": {"delivery_time": item.delivery_days, "ship_to_country": country},
        "ae_store_info": {
            "store_id": item.store.0,
            "store_name": format!("{} (demo)", item.store.1),
            "store_country_code": "CN",
            "item_as_described_rating": "4.7",
            "communication_rating": "4.6",
            "shipping_speed_rating": "4.7",
        },
        "ae_item_properties": list("ae_item_property", properties(item)),
        "product_id_converter_result": {
            "main_product_id": item.id,
            // JSON inside a string, as recorded.
            "sub_product_id": json!({"US": item.us_id()}).to_string(),
        },
        "has_whole_sale": item.wholesale,
    })
}

fn base_info(item: &Item) -> Value {
    let mut info = json!({
        "product_id": item.id,
        "category_id": item.kind.category[2],
        "subject": item.title,
        "product_status_type": item.status,
        "currency_code": money::LISTING,
        "evaluation_count": item.reviews.to_string(),
        "sales_count": item.sales,
        "detail": item.detail,
        "mobile_detail": item.mobile_detail,
    });
    if let Some(rating) = &item.rating {
        info["avg_evaluation_rating"] = json!(rating);
    }
    info
}

fn multimedia(item: &Item) -> Value {
    let urls: Vec<String> = item.images.iter().map(|name| image_url(name)).collect();
    let mut media = json!({"image_urls": urls.join(";")});
    if item.video {
        let video = json!({
            "media_id": 1_100_000_000_000 + item.id % 1_000_000,
            "media_status": "approved",
            "media_type": "video",
            "media_url": format!("{CDN}/kf/{}.mp4", item.id),
            "poster_url": image_url(&item.images.first().cloned().unwrap_or_default()),
        });
        media["ae_video_dtos"] = list("ae_video_d_t_o", vec![video]);
    }
    media
}

/// An address of the CDN; hostile names are whole addresses already.
pub(super) fn image_url(name: &str) -> String {
    if name.contains(':') || name.starts_with("//") { name.to_owned() } else { format!("{CDN}/kf/{name}") }
}

fn properties(item: &Item) -> Vec<Value> {
    let mut all = vec![
        json!({"attr_name_id": 2, "attr_name": "Brand Name", "attr_value_id": 201_512_802, "attr_value": "None"}),
        json!({"attr_name_id": 219, "attr_name": "Origin", "attr_value": "Mainland China"}),
        json!({"attr_name_id": 200_000_137, "attr_name": "Note", "attr_value": "Product of the demo world"}),
    ];
    if item.choice_item {
        all.push(json!({"attr_name_id": -1, "attr_name": "Choice", "attr_value": "yes"}));
    }
    all
}

fn sku_entry(item: &Item, sku: &Sku, prices: &Prices, flavour: Flavour) -> Value {
    let attributes = sku_attributes(item, sku);
    let bulk_cents = (sku.sale_cents * 95 / 100).max(1);
    let mut entry = json!({
        "sku_id": sku.id.to_string(),
        "sku_attr": attributes,
        "id": attributes,
        "sku_price": prices.text(sku.list_cents),
        "offer_sale_price": prices.text(sku.sale_cents),
        "offer_bulk_sale_price": prices.text(if item.wholesale { bulk_cents } else { sku.sale_cents }),
        "currency_code": prices.code(),
        "sku_available_stock": sku.stock,
        "price_include_tax": true,
    });
    if item.wholesale {
        entry["sku_bulk_order"] = json!(5);
    }
    if flavour == Flavour::Wholesale {
        let tier = json!({"min_quantity": 5, "discount": "5", "wholesale_price": format!("\"{}\"", prices.text(bulk_cents))});
        entry["wholesale_price_tiers"] = list("wholesale_price_tier", vec![tier]);
    }
    oddities::sku_extras(&mut entry, prices);
    if !sku.picks.is_empty() {
        entry["ae_sku_property_dtos"] = list("ae_sku_property_d_t_o", sku_properties(item, sku));
    }
    entry
}

/// `propertyId:valueId#Label;...`, empty when there is nothing to choose.
fn sku_attributes(item: &Item, sku: &Sku) -> String {
    let parts = item.axes.iter().zip(&sku.picks).map(|(axis, pick)| {
        let value = &axis.values[*pick];
        let label = value.label.map(|label| format!("#{label}")).unwrap_or_default();
        format!("{}:{}{label}", axis.property.id, value.id)
    });
    parts.collect::<Vec<_>>().join(";")
}

fn sku_properties(item: &Item, sku: &Sku) -> Vec<Value> {
    let mut pictured = false;
    let parts = item.axes.iter().zip(&sku.picks).map(|(axis, pick)| {
        let value = &axis.values[*pick];
        let mut property = json!({
            "sku_property_id": axis.property.id,
            "sku_property_name": axis.property.name,
            "property_value_id": value.id,
            "sku_property_value": value.name,
        });
        if let Some(label) = value.label {
            property["property_value_definition_name"] = json!(label);
        }
        if let Some(image) = sku.image.as_deref().filter(|_| axis.property.pictured && !pictured) {
            property["sku_image"] = json!(image_url(image));
            pictured = true;
        }
        property
    });
    parts.collect()
}
