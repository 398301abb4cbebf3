//! What can be changed.

mod inventory;
mod product_set;
mod product_update;
mod upkeep;
mod variants;

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use serde_json::{Value, json};

use super::graphql::Root;

pub(super) fn resolve(
    root: &Root<'_>,
    info: &ResolveInfo<'_>,
    arguments: &Value,
) -> Result<Value, FieldError> {
    match info.field_name() {
        "productSet" => Ok(product_set::run(root, arguments)),
        "productUpdate" => Ok(product_update::run(root, arguments)),
        "productDelete" => Ok(upkeep::delete(root, arguments)),
        "publishablePublish" => Ok(upkeep::publish(root, arguments)),
        "collectionCreate" => Ok(upkeep::collection(root, arguments)),
        "metafieldDefinitionCreate" => Ok(upkeep::define(root, arguments)),
        "productVariantsBulkUpdate" => variants::update(root, arguments),
        "inventorySetQuantities" => inventory::set(root, root.key(info), arguments),
        "inventoryActivate" => inventory::activate(root, root.key(info), arguments),
        _ => Ok(Value::Null),
    }
}

/// A refusal inside a payload.
fn user_error(code: Option<&str>, field: &[&str], message: impl Into<String>) -> Value {
    json!({"code": code, "field": field, "message": message.into()})
}

/// The elements of a list, none when there is none.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// An amount as Shopify keeps it: two decimals at least; `None` when it is none.
fn amount(value: &Value) -> Option<String> {
    let text =
        value.as_str().map(str::to_owned).or_else(|| value.as_f64().map(|number| number.to_string()))?;
    let mut amount: rust_decimal::Decimal = text.parse().ok()?;
    amount = amount.round_dp(2);
    amount.rescale(2);
    Some(amount.to_string())
}
