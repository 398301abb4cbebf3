//! `product/query` and the variants.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::catalogue::{self, Item, Sku};
use super::door::{Answer, Asked};
use super::refusal::{self, Refusal};
use super::special::Oddity;
use super::stock;
use crate::reply;
use crate::world::World;

const PAGE: &str = "<!DOCTYPE html><html><head><title>Maintenance</title></head>\
    <body><h1>We will be back soon</h1><p>Demo world</p></body></html>";
const CDN: &str = "https://cf.cjdropshipping.com/quick/product";

/// The address of a picture.
pub(super) fn image(name: &str) -> String {
    format!("{CDN}/{name}")
}

/// The product that a request names, by id or code.
pub(super) fn named(asked: &Asked<'_>) -> Result<Item, Refusal> {
    let code = asked.get("productSku").or_else(|| asked.get("variantSku"));
    let pid = match (asked.get("pid"), code) {
        (Some(pid), _) => catalogue::pid(pid),
        (None, Some(code)) => catalogue::pid_of_code(code),
        (None, None) => return Err(refusal::PARAMETER),
    };
    let item = item(asked.world, &pid.ok_or(refusal::NO_PRODUCT)?);
    match item.oddity {
        Some(Oddity::NotFound) => Err(refusal::NO_PRODUCT),
        Some(Oddity::OffShelf) => Err(refusal::OFF_SHELF),
        Some(Oddity::Busy) => Err(refusal::BUSY),
        Some(Oddity::Offline) => Err(refusal::OFFLINE),
        Some(Oddity::QuotaUsed) => Err(refusal::QUOTA),
        Some(Oddity::Slow) => Err(refusal::SLOW),
        Some(Oddity::Throttled) => Err(refusal::TOO_MANY),
        _ => Ok(item),
    }
}

/// The product with the changes that somebody ordered.
pub(super) fn item(world: &World, pid: &str) -> Item {
    let mut item = catalogue::item(world.config.seed, pid);
    let change = world.cj.changed(pid);
    for sku in &mut item.variants {
        sku.cents = sku.cents * change.price_percent.unwrap_or(100) / 100;
        if let Some(stock) = change.stock {
            sku.stock = vec![("CN", 0, stock)];
        }
        world.cj.tell_variant(&sku.vid, pid);
    }
    item
}

/// `product/query`.
pub(super) async fn query(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let item = named(asked)?;
    match item.oddity {
        Some(Oddity::NullData) => return Ok(Answer::Data(Value::Null)),
        Some(Oddity::HtmlPage) => return Ok(Answer::Other(reply::html(StatusCode::OK, PAGE))),
        _ => {}
    }
    let with_stock =
        asked.get("features").is_some_and(|all| all.split(',').any(|one| one == "enable_inventory"));
    let mut data = detail(asked.world, &item, with_stock);
    if item.oddity == Some(Oddity::NumbersAsText) {
        as_text(&mut data);
    }
    Ok(Answer::Data(data))
}

/// `product/variant/query`: without stock, as a plain list.
pub(super) fn variants(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let item = named(asked)?;
    Ok(item.variants.iter().map(|sku| variant(&item, sku, false)).collect())
}

/// The product and the place of the variant that a request names.
pub(super) fn named_variant(asked: &Asked<'_>) -> Result<(Item, usize), Refusal> {
    let vid = asked.get("vid").ok_or(refusal::PARAMETER)?;
    by_vid(asked.world, vid)
}

/// The product and the place of a variant that was told before.
pub(super) fn by_vid(world: &World, vid: &str) -> Result<(Item, usize), Refusal> {
    let item = item(world, &world.cj.product_of(vid).ok_or(refusal::NO_VARIANT)?);
    let place = item.variants.iter().position(|sku| sku.vid == vid).ok_or(refusal::NO_VARIANT)?;
    Ok((item, place))
}

/// `product/variant/queryByVid`.
pub(super) fn variant_by_vid(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let (item, place) = named_variant(asked)?;
    Ok(variant(&item, &item.variants[place], asked.get("features") == Some("enable_inventory")))
}

fn detail(world: &World, item: &Item, with_stock: bool) -> Value {
    let images: Vec<String> = item.images.iter().map(|name| image(name)).collect();
    let status = world.cj.changed(&item.pid).status;
    let on_sale = status.is_none() && item.oddity != Some(Oddity::OffSale);
    let with_stock = with_stock && item.oddity != Some(Oddity::NoInventories);
    json!({
        "pid": item.pid,
        "productName": json!([item.kind.noun]).to_string(),
        "productNameEn": item.title,
        "productSku": item.spu,
        "productImage": json!(images).to_string(),
        "productImageSet": images,
        "bigImage": images.first(),
        "productWeight": format!("{}.00-{}.00", lightest(item), heaviest(item)),
        "productUnit": "unit(s)",
        "productType": "ORDINARY_PRODUCT",
        "categoryId": category(item),
        "categoryName": format!("Home & Garden / {} / {}", item.kind.words[0], item.kind.noun),
        "entryCode": "9405210090",
        "productKeyEn": item.axes.join("-"),
        "sellPrice": price_range(item, " -- "),
        "suggestSellPrice": suggested(item),
        "description": description(item),
        "listedNum": item.listed,
        "status": if on_sale { "3" } else { "2" },
        "supplierName": null,
        "createrTime": "2024-05-01T01:06:37+08:00",
        "addMarkStatus": i32::from(item.oddity == Some(Oddity::FreeRoute)),
        "variants": item.variants.iter().map(|sku| variant(item, sku, with_stock)).collect::<Vec<_>>(),
    })
}

fn variant(item: &Item, sku: &Sku, with_stock: bool) -> Value {
    let key = match item.oddity {
        Some(Oddity::KeysAsList) => json!(sku.values).to_string(),
        _ => sku.values.join("-"),
    };
    let price = match item.oddity {
        Some(Oddity::PriceRanges) => json!(format!("{} -- {}", amount(sku.cents), amount(sku.cents + 150))),
        Some(Oddity::NoPrice) => json!("on request"),
        _ => json!(sku.cents as f64 / 100.0),
    };
    json!({
        "vid": sku.vid,
        "pid": item.pid,
        "variantName": null,
        "variantNameEn": format!("{} {}", item.title, sku.values.join(" ")).trim_end(),
        "variantSku": sku.sku,
        "variantImage": image(&sku.image),
        "variantKey": if key.is_empty() { Value::Null } else { json!(key) },
        "variantStandard": "long=150,width=80,height=60",
        "variantLength": 150, "variantWidth": 80, "variantHeight": 60, "variantVolume": 720_000,
        "variantWeight": sku.grams as f64,
        "variantSellPrice": price,
        "variantSugSellPrice": (sku.cents * 2) as f64 / 100.0,
        "createTime": "2024-05-01T01:06:37.000+00:00",
        "combineNum": null,
        "combineVariants": null,
        "inventories": if with_stock { stock::rows(&sku.stock, "") } else { Value::Null },
    })
}

/// Cents as decimal text.
pub(super) fn amount(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// One price, or both ends in the spelling that is wanted.
pub(super) fn price_range(item: &Item, between: &str) -> String {
    let cents = || item.variants.iter().map(|sku| sku.cents);
    let (low, high) = (cents().min().unwrap_or(0), cents().max().unwrap_or(0));
    if low == high { amount(low) } else { format!("{}{between}{}", amount(low), amount(high)) }
}

fn suggested(item: &Item) -> String {
    let cents = item.variants.first().map_or(0, |sku| sku.cents);
    format!("{}-{}", amount(cents * 2), amount(cents * 3))
}

fn lightest(item: &Item) -> u64 {
    item.variants.iter().map(|sku| sku.grams).min().unwrap_or(1)
}

fn heaviest(item: &Item) -> u64 {
    item.variants.iter().map(|sku| sku.grams).max().unwrap_or(1)
}

/// An id in CJ's form of the kind's category.
pub(super) fn category(item: &Item) -> String {
    format!("AAAA{:04}-0000-4000-8000-{:012}", item.kind.category[2] % 10_000, item.kind.category[2])
}

fn description(item: &Item) -> String {
    let plain = format!(
        "<p><b>Overview:</b><br/>{} from the demo world.</p><img src=\"{}\"/>",
        reply::escape(&item.title),
        image(&item.images[0])
    );
    match item.oddity {
        Some(Oddity::HostileDescription) => format!(
            "<script>alert(1)</script><iframe src=\"https://evil.example\"></iframe><p onclick=\"steal()\">{plain}</p>"
        ),
        _ => plain,
    }
}

/// Every number as text.
fn as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(as_text),
        Value::Object(members) => members.values_mut().for_each(as_text),
        _ => {}
    }
}
