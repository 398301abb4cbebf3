//! How the platform wraps lists, and the other shapes it is known to send.

use serde_json::{Map, Value, json};

/// The member inside a wrapped list.
const INNER: [&str; 9] = [
    "ae_item_sku_info_d_t_o",
    "ae_sku_property_d_t_o",
    "ae_item_property",
    "ae_video_d_t_o",
    "selection_search_product",
    "delivery_option_d_t_o",
    "aeop_freight_calculate_result_for_buyer_dto",
    "category",
    "wholesale_price_tier",
];

/// A list as the platform sends it: an object with one member, `{}` when it is empty.
pub(super) fn list(inner: &str, items: Vec<Value>) -> Value {
    let items = (!items.is_empty()).then(|| (inner.to_owned(), Value::Array(items)));
    Value::Object(items.into_iter().collect())
}

/// The "streamlined" shape: no root, plain lists.
pub(super) fn streamlined(value: Value) -> Value {
    let root = match value {
        Value::Object(root) if root.len() == 1 => root.into_values().next().unwrap_or_default(),
        other => other,
    };
    map(root, &|object| match single(&object) {
        Some(_) => object.into_values().next().unwrap_or_default(),
        None => Value::Object(object),
    })
}

/// Lists of one element become that element.
pub(super) fn lone_objects(value: Value) -> Value {
    map(value, &|object| match single(&object) {
        Some((name, Value::Array(items))) if items.len() == 1 => json!({name: items[0]}),
        _ => Value::Object(object),
    })
}

/// Numbers and booleans become text.
pub(super) fn numbers_as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        Value::Array(items) => items.into_iter().map(numbers_as_text).collect(),
        Value::Object(object) => {
            object.into_iter().map(|(name, value)| (name, numbers_as_text(value))).collect()
        }
        other => other,
    }
}

fn single(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, value) = object.iter().next()?;
    (object.len() == 1 && INNER.contains(&name.as_str())).then_some((name, value))
}

fn map(value: Value, change: &dyn Fn(Map<String, Value>) -> Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| map(item, change)).collect(),
        Value::Object(object) => {
            change(object.into_iter().map(|(name, value)| (name, map(value, change))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_change_lists_and_nothing_else() {
        let wrapped =
            json!({"root": {"code": 200, "ok": true, "list": list("category", vec![json!({"a": 1})])}});
        assert_eq!(streamlined(wrapped.clone()), json!({"code": 200, "ok": true, "list": [{"a": 1}]}));
        assert_eq!(
            lone_objects(wrapped.clone()),
            json!({"root": {"code": 200, "ok": true, "list": {"category": {"a": 1}}}})
        );
        assert_eq!(numbers_as_text(wrapped)["root"]["ok"], "true");
        assert_eq!(list("category", vec![]), json!({}));
    }
}
