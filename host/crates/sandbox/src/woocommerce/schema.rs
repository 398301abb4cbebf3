//! Types of fields as the REST API checks them before it does anything.

use serde_json::{Map, Value, json};

use super::error::ApiError;

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
    OneOf(&'static [&'static str]),
    /// A list of one kind of value.
    List(&'static Kind),
    Object(&'static [Field]),
    Any,
}

/// A field by its name.
pub(super) type Field = (&'static str, Kind);

pub(super) const STATUSES: &[&str] =
    &["draft", "pending", "private", "publish", "future", "auto-draft", "trash"];
const STOCK: Kind = Kind::OneOf(&["instock", "outofstock", "onbackorder"]);
const BACKORDERS: Kind = Kind::OneOf(&["no", "notify", "yes"]);
const DIMENSIONS: Kind =
    Kind::Object(&[("length", Kind::Text), ("width", Kind::Text), ("height", Kind::Text)]);
const IMAGE: Kind =
    Kind::Object(&[("id", Kind::Integer), ("src", Kind::Text), ("name", Kind::Text), ("alt", Kind::Text)]);
const META: Kind =
    Kind::List(&Kind::Object(&[("id", Kind::Integer), ("key", Kind::Text), ("value", Kind::Any)]));
const IDS: Kind = Kind::List(&Kind::Integer);

/// Writable fields of a product.
pub(super) const PRODUCT: &[Field] = &[
    ("name", Kind::Text),
    ("slug", Kind::Text),
    ("type", Kind::OneOf(&["simple", "grouped", "external", "variable"])),
    ("status", Kind::OneOf(STATUSES)),
    ("featured", Kind::Boolean),
    ("catalog_visibility", Kind::OneOf(&["visible", "catalog", "search", "hidden"])),
    ("description", Kind::Text),
    ("short_description", Kind::Text),
    ("sku", Kind::Text),
    ("global_unique_id", Kind::Text),
    ("regular_price", Kind::Text),
    ("sale_price", Kind::Text),
    ("date_on_sale_from", Kind::Text),
    ("date_on_sale_to", Kind::Text),
    ("virtual", Kind::Boolean),
    ("downloadable", Kind::Boolean),
    ("external_url", Kind::Text),
    ("button_text", Kind::Text),
    ("tax_status", Kind::OneOf(&["taxable", "shipping", "none"])),
    ("tax_class", Kind::Text),
    ("manage_stock", Kind::Boolean),
    ("stock_quantity", Kind::Integer),
    ("stock_status", STOCK),
    ("backorders", BACKORDERS),
    ("low_stock_amount", Kind::Integer),
    ("sold_individually", Kind::Boolean),
    ("weight", Kind::Text),
    ("dimensions", DIMENSIONS),
    ("shipping_class", Kind::Text),
    ("reviews_allowed", Kind::Boolean),
    ("upsell_ids", IDS),
    ("cross_sell_ids", IDS),
    ("parent_id", Kind::Integer),
    ("purchase_note", Kind::Text),
    ("categories", Kind::List(&Kind::Object(&[("id", Kind::Integer)]))),
    ("brands", Kind::List(&Kind::Object(&[("id", Kind::Integer)]))),
    ("tags", Kind::List(&Kind::Object(&[("id", Kind::Integer), ("name", Kind::Text)]))),
    ("images", Kind::List(&IMAGE)),
    (
        "attributes",
        Kind::List(&Kind::Object(&[
            ("id", Kind::Integer),
            ("name", Kind::Text),
            ("position", Kind::Integer),
            ("visible", Kind::Boolean),
            ("variation", Kind::Boolean),
            ("options", Kind::List(&Kind::Text)),
        ])),
    ),
    (
        "default_attributes",
        Kind::List(&Kind::Object(&[("id", Kind::Integer), ("name", Kind::Text), ("option", Kind::Text)])),
    ),
    ("grouped_products", IDS),
    ("menu_order", Kind::Integer),
    ("meta_data", META),
];

/// Writable fields of a variation.
pub(super) const VARIATION: &[Field] = &[
    ("description", Kind::Text),
    ("sku", Kind::Text),
    ("global_unique_id", Kind::Text),
    ("regular_price", Kind::Text),
    ("sale_price", Kind::Text),
    ("date_on_sale_from", Kind::Text),
    ("date_on_sale_to", Kind::Text),
    ("status", Kind::OneOf(STATUSES)),
    ("virtual", Kind::Boolean),
    ("downloadable", Kind::Boolean),
    ("tax_status", Kind::OneOf(&["taxable", "shipping", "none"])),
    ("tax_class", Kind::Text),
    ("manage_stock", Kind::Boolean),
    ("stock_quantity", Kind::Integer),
    ("stock_status", STOCK),
    ("backorders", BACKORDERS),
    ("low_stock_amount", Kind::Integer),
    ("weight", Kind::Text),
    ("dimensions", DIMENSIONS),
    ("shipping_class", Kind::Text),
    ("image", IMAGE),
    (
        "attributes",
        Kind::List(&Kind::Object(&[("id", Kind::Integer), ("name", Kind::Text), ("option", Kind::Text)])),
    ),
    ("menu_order", Kind::Integer),
    ("meta_data", META),
];

/// Writable fields of a category or tag.
pub(super) const TERM: &[Field] =
    &[("name", Kind::Text), ("slug", Kind::Text), ("parent", Kind::Integer), ("description", Kind::Text)];

/// Checks an input. Unknown fields and `null` pass, as they do in a shop.
pub(super) fn check(fields: &[Field], input: &Map<String, Value>) -> Result<(), ApiError> {
    let (mut params, mut details) = (Map::new(), Map::new());
    for (name, kind) in fields {
        let Some(value) = input.get(*name).filter(|value| !value.is_null()) else { continue };
        if let Some(wrong) = wrong(kind, value, name) {
            params.insert((*name).to_owned(), json!(wrong.message));
            let detail = json!({"code": wrong.code, "message": wrong.message, "data": wrong.data});
            details.insert((*name).to_owned(), detail);
        }
    }
    if params.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = params.keys().map(String::as_str).collect();
    let message = format!("Invalid parameter(s): {}", names.join(", "));
    Err(ApiError::new(400, "rest_invalid_param", message).with("params", params).with("details", details))
}

struct Wrong {
    code: &'static str,
    message: String,
    data: Value,
}

fn wrong(kind: &Kind, value: &Value, name: &str) -> Option<Wrong> {
    let of_type = |fine: bool, expected: &str| {
        (!fine).then(|| Wrong {
            code: "rest_invalid_type",
            message: format!("{name} is not of type {expected}."),
            data: json!({"param": name}),
        })
    };
    match kind {
        Kind::Any => None,
        Kind::Text => of_type(value.is_string(), "string"),
        Kind::Integer => of_type(integer(value).is_some(), "integer"),
        Kind::Boolean => of_type(boolean(value).is_some(), "boolean"),
        Kind::OneOf(words) => match value.as_str() {
            Some(word) if words.contains(&word) => None,
            Some(_) => Some(Wrong {
                code: "rest_not_in_enum",
                message: format!("{name} is not one of {}.", spoken(words)),
                data: Value::Null,
            }),
            None => of_type(false, "string"),
        },
        Kind::List(inner) => match value.as_array() {
            Some(items) => items
                .iter()
                .enumerate()
                .find_map(|(index, item)| wrong(inner, item, &format!("{name}[{index}]"))),
            None => of_type(false, "array"),
        },
        Kind::Object(fields) => match value.as_object() {
            Some(object) => fields.iter().find_map(|(field, kind)| {
                object.get(*field).and_then(|value| wrong(kind, value, &format!("{name}[{field}]")))
            }),
            None => of_type(false, "object"),
        },
    }
}

fn spoken(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// A whole number, also when it is written as text.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// True or false in the spellings that WordPress takes.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The schema as `OPTIONS` shows it.
pub(super) fn described(title: &str, fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|(name, kind)| ((*name).to_owned(), description(kind))).collect();
    json!({
        "namespace": "wc/v3",
        "methods": ["GET", "POST"],
        "schema": {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "title": title,
            "type": "object",
            "properties": properties,
        },
    })
}

fn description(kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::OneOf(words) => json!({"type": "string", "enum": words}),
        Kind::List(inner) => json!({"type": "array", "items": description(inner)}),
        Kind::Object(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|(name, kind)| ((*name).to_owned(), description(kind))).collect();
            json!({"type": "object", "properties": properties})
        }
        Kind::Any => json!({"type": "mixed"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(input: &Value) -> Option<Value> {
        let object = input.as_object().expect("an object");
        check(PRODUCT, object).err().map(|error| error.value()["data"]["params"].clone())
    }

    #[test]
    fn wrong_types_are_named() {
        assert_eq!(
            refused(&json!({"regular_price": 19.99})),
            Some(json!({"regular_price": "regular_price is not of type string."}))
        );
        assert_eq!(
            refused(&json!({"weight": 1.5})),
            Some(json!({"weight": "weight is not of type string."}))
        );
        assert_eq!(
            refused(&json!({"dimensions": {"length": 2}})),
            Some(json!({"dimensions": "dimensions[length] is not of type string."}))
        );
        let statuses =
            "status is not one of draft, pending, private, publish, future, auto-draft, and trash.";
        assert_eq!(refused(&json!({"status": "live"})), Some(json!({"status": statuses})));
    }

    #[test]
    fn lenient_spellings_pass() {
        assert_eq!(
            refused(&json!({"stock_quantity": "7", "manage_stock": "true", "sku": null, "what": 1})),
            None
        );
    }
}
