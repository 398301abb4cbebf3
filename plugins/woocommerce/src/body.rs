//! The bodies that we write.

use serde_json::{Map, Value, json};

use crate::amount::{WeightUnit, weight};
use crate::plan::{Plan, Prices, Row};
use crate::wire::{META_KEY, META_STATE, META_VARIANT_KEY, STATE_BUILDING, STATE_COMPLETE};

/// How the shop reckons and weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The decimals of its prices.
    pub(crate) decimals: u32,
    /// Unknown when the key may not read it; then weights are left out.
    pub(crate) weight_unit: Option<WeightUnit>,
}

/// The whole product except pictures and variations, as a draft: nobody shall see
/// it half built.
pub(crate) fn product(plan: &Plan, facts: Facts, categories: &[u64], with_barcode: bool) -> Value {
    let mut body = Map::new();
    body.insert("name".into(), json!(plan.title));
    body.insert("type".into(), json!(if plan.is_variable() { "variable" } else { "simple" }));
    body.insert("status".into(), json!("draft"));
    body.insert("sku".into(), json!(plan.key));
    body.insert("description".into(), json!(plan.description.as_deref().unwrap_or_default()));
    if !categories.is_empty() {
        let ids: Vec<Value> = categories.iter().map(|id| json!({ "id": id })).collect();
        body.insert("categories".into(), Value::Array(ids));
    }
    if !plan.tags.is_empty() {
        let names: Vec<Value> = plan.tags.iter().map(|name| json!({ "name": name })).collect();
        body.insert("tags".into(), Value::Array(names));
    }
    let mut meta = vec![
        json!({ "key": META_KEY, "value": plan.key }),
        json!({ "key": META_STATE, "value": STATE_BUILDING }),
    ];
    meta.extend(plan.notes.iter().map(|(key, value)| json!({ "key": key, "value": value })));
    if plan.is_variable() {
        body.insert("manage_stock".into(), json!(false));
        body.insert("attributes".into(), attributes(plan));
    } else if let Some(row) = plan.rows.first() {
        meta.push(json!({ "key": META_VARIANT_KEY, "value": row.key }));
        sellable(&mut body, row, facts, with_barcode);
    }
    body.insert("meta_data".into(), Value::Array(meta));
    Value::Object(body)
}

fn attributes(plan: &Plan) -> Value {
    let list = plan.axes.iter().enumerate().map(|(position, axis)| {
        json!({
            "name": axis.name, "position": position, "visible": true, "variation": true,
            "options": axis.values,
        })
    });
    Value::Array(list.collect())
}

/// One variation.
pub(crate) fn variation(plan: &Plan, row: &Row, facts: Facts, with_barcode: bool) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("sku".into(), json!(row.key));
    let choice = plan.axes.iter().zip(&row.choice);
    let attributes: Vec<Value> =
        choice.map(|(axis, value)| json!({ "name": axis.name, "option": value })).collect();
    body.insert("attributes".into(), Value::Array(attributes));
    sellable(&mut body, row, facts, with_barcode);
    body
}

fn sellable(body: &mut Map<String, Value>, row: &Row, facts: Facts, with_barcode: bool) {
    prices(body, &row.prices(facts.decimals));
    stock(body, row.stock);
    if let (Some(grams), Some(unit)) = (row.weight_grams, facts.weight_unit) {
        body.insert("weight".into(), json!(weight(grams, unit)));
    }
    if let Some(barcode) = row.barcode.as_deref().filter(|_| with_barcode) {
        body.insert("global_unique_id".into(), json!(barcode));
    }
}

/// Always both: a single one lets the shop drop a sale without a word.
pub(crate) fn prices(body: &mut Map<String, Value>, prices: &Prices) {
    body.insert("regular_price".into(), json!(prices.regular));
    body.insert("sale_price".into(), json!(prices.sale));
}

/// Count it, or sell it without counting.
pub(crate) fn stock(body: &mut Map<String, Value>, stock: Option<u32>) {
    body.insert("manage_stock".into(), json!(stock.is_some()));
    match stock {
        Some(count) => body.insert("stock_quantity".into(), json!(count)),
        None => body.insert("stock_status".into(), json!("instock")),
    };
}

/// The last write: everything is there, and buyers may see it if they shall.
pub(crate) fn finish(publish: bool) -> Value {
    json!({
        "status": if publish { "publish" } else { "draft" },
        "meta_data": [{ "key": META_STATE, "value": STATE_COMPLETE }],
    })
}
