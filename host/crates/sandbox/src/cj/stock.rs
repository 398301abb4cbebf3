//! Stock by warehouse, in the spellings of its four functions.

use serde_json::{Value, json};

use super::door::Asked;
use super::product::{named, named_variant};
use super::refusal::Refusal;

type Shelf = (&'static str, u64, u64);

/// Rows whose names end in `suffix`: nothing in products, `Num` elsewhere.
pub(super) fn rows(shelves: &[Shelf], suffix: &str) -> Value {
    shelves.iter().map(|shelf| row(shelf, suffix)).collect()
}

fn row((country, cj, factory): &Shelf, suffix: &str) -> Value {
    json!({
        "countryCode": country,
        format!("totalInventory{suffix}"): cj + factory,
        format!("cjInventory{suffix}"): cj,
        format!("factoryInventory{suffix}"): factory,
        "verifiedWarehouse": if *cj > 0 { 1 } else { 2 },
        "stock": [],
    })
}

/// `product/stock/queryByVid`.
pub(super) fn by_vid(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let (item, place) = named_variant(asked)?;
    let sku = &item.variants[place];
    let warehouse = |(number, shelf): (usize, &Shelf)| {
        let mut row = row(shelf, "Num");
        row["vid"] = json!(sku.vid);
        row["areaId"] = json!((number + 1).to_string());
        row["areaEn"] = json!(format!("{} Warehouse", shelf.0));
        row["storageNum"] = json!(shelf.1 + shelf.2);
        row
    };
    Ok(sku.stock.iter().enumerate().map(warehouse).collect())
}

/// `product/stock/queryBySku`, for a product's code as well as a variant's.
pub(super) fn by_sku(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let code = asked.get("sku").unwrap_or_default();
    let query = [("variantSku".to_owned(), code.to_owned())].into();
    let item = named(&Asked { world: asked.world, query: &query, body: Value::Null })?;
    let sku = item.variants.iter().find(|sku| sku.sku.eq_ignore_ascii_case(code)).or(item.variants.first());
    Ok(rows(sku.map(|sku| sku.stock.as_slice()).unwrap_or_default(), "Num"))
}

/// `product/stock/getInventoryByPid`.
pub(super) fn by_pid(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let item = named(asked)?;
    let all: Vec<Shelf> = item.variants.iter().flat_map(|sku| sku.stock.iter().copied()).collect();
    let variants: Vec<Value> =
        item.variants.iter().map(|sku| json!({"vid": sku.vid, "inventory": rows(&sku.stock, "")})).collect();
    Ok(json!({"inventories": rows(&all, "Num"), "variantInventories": variants}))
}
