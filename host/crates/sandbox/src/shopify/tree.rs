//! Executing a selection over a tree of JSON, with paging and the few fields that
//! take arguments.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::schema::Type;
use serde_json::{Value, json};

/// More nodes than this are refused, as by the real API.
const MAX_FIRST: u64 = 250;

/// A value together with the type under which it is asked.
pub(super) struct Node {
    type_name: String,
    value: Value,
}

impl Node {
    fn new(type_name: &str, value: Value) -> Node {
        let own = value["__typename"].as_str().map(str::to_owned);
        Node { type_name: own.unwrap_or_else(|| type_name.to_owned()), value }
    }
}

impl ObjectValue for Node {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let arguments = arguments(info)?;
        let value = match (self.type_name.as_str(), info.field_name()) {
            ("Product", "metafield") => entry(&self.value["metafields"], &arguments),
            ("InventoryItem", "inventoryLevel") => level(&self.value, &arguments),
            ("InventoryLevel", "quantities") => quantities(&self.value, &arguments),
            (_, name) => self.value[name].clone(),
        };
        resolved(info, value)
    }
}

/// The arguments as plain JSON.
pub(super) fn arguments(info: &ResolveInfo<'_>) -> Result<Value, FieldError> {
    serde_json::to_value(info.arguments()).map_err(|error| FieldError { message: error.to_string() })
}

/// A value in the form that the field's type asks for.
pub(super) fn resolved<'a>(info: &ResolveInfo<'_>, value: Value) -> Result<ResolvedValue<'a>, FieldError> {
    let kind = &info.field_definition().ty;
    let name = kind.inner_named_type().as_str();
    if name.ends_with("Connection") && value.is_array() {
        let page = page(&value, &arguments(info)?)?;
        return Ok(ResolvedValue::object(Node::new(name, page)));
    }
    let is_leaf = info.schema().types.get(name).is_none_or(|one| one.is_scalar() || one.is_enum());
    Ok(shaped(kind, name, is_leaf, value))
}

fn shaped<'a>(kind: &Type, name: &str, is_leaf: bool, value: Value) -> ResolvedValue<'a> {
    match value {
        Value::Null => ResolvedValue::null(),
        Value::Array(items) if kind.is_list() => {
            let (inner, name) = (kind.item_type().clone(), name.to_owned());
            ResolvedValue::list(items.into_iter().map(move |item| shaped(&inner, &name, is_leaf, item)))
        }
        value if is_leaf => ResolvedValue::leaf(leaf(value)),
        value => ResolvedValue::object(Node::new(name, value)),
    }
}

fn leaf(value: Value) -> apollo_compiler::response::JsonValue {
    match value {
        Value::String(text) => text.into(),
        Value::Bool(flag) => flag.into(),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| number.as_f64().unwrap_or_default().into(), Into::into)
        }
        other => other.to_string().into(),
    }
}

/// One page of a list. The cursor is the place of the last one.
fn page(list: &Value, arguments: &Value) -> Result<Value, FieldError> {
    let Some(first) = arguments["first"].as_u64() else {
        return Err(FieldError { message: "you must provide one of first or last".to_owned() });
    };
    if first > MAX_FIRST {
        return Err(FieldError { message: format!("first must be at most {MAX_FIRST}") });
    }
    let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let start =
        arguments["after"].as_str().and_then(|cursor| cursor.parse().ok()).unwrap_or(0).min(all.len());
    let end = (start + usize::try_from(first).unwrap_or(usize::MAX)).min(all.len());
    Ok(json!({
        "nodes": all[start..end],
        "pageInfo": {
            "hasNextPage": end < all.len(), "hasPreviousPage": start > 0,
            "startCursor": (start + 1).to_string(), "endCursor": (end > start).then(|| end.to_string()),
        },
    }))
}

fn entry(entries: &Value, arguments: &Value) -> Value {
    let fits =
        |entry: &&Value| entry["namespace"] == arguments["namespace"] && entry["key"] == arguments["key"];
    entries.as_array().into_iter().flatten().find(fits).cloned().unwrap_or_default()
}

fn level(item: &Value, arguments: &Value) -> Value {
    let location = arguments["locationId"].as_str().unwrap_or_default();
    let number = location.rsplit('/').next().unwrap_or_default();
    let count = &item["levels"][number];
    if count.is_null() {
        return Value::Null;
    }
    let item_number = item["id"].as_str().and_then(|id| id.rsplit('/').next()).unwrap_or_default();
    json!({"__typename": "InventoryLevel", "id": format!("gid://shopify/InventoryLevel/{number}?inventory_item_id={item_number}"), "available": count})
}

fn quantities(level: &Value, arguments: &Value) -> Value {
    let names = arguments["names"].as_array().cloned().unwrap_or_default();
    names.iter().map(|name| json!({"name": name, "quantity": level["available"]})).collect()
}
