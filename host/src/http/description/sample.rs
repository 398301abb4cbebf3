//! One value that fits a schema.

use serde_json::{Map, Value, json};

use super::known;

/// Deeper schemas are left empty.
const DEEPEST: usize = 8;

/// Makes values for the schemas of one description.
pub(super) struct Sampler {
    /// The named schemas.
    schemas: Map<String, Value>,
}

impl Sampler {
    pub fn new(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        Sampler { schemas: schemas.cloned().unwrap_or_default() }
    }

    /// A value for a schema that stands in `field` of `owner`.
    pub fn sample(&self, schema: &Value, owner: &str, field: &str) -> Value {
        self.value(schema, owner, field, 0)
    }

    fn value(&self, schema: &Value, owner: &str, field: &str, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(value) = known::value(owner, field) {
            return value.clone();
        }
        if let Some(name) = reference(schema) {
            let target = self.schemas.get(name).cloned().unwrap_or_default();
            return match target.get("properties") {
                Some(_) => self.object(&target, name, depth),
                None => self.value(&target, owner, field, depth + 1),
            };
        }
        if let Some(value) = given(schema) {
            return value.clone();
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            let fields = parts.iter().filter_map(|part| match self.value(part, owner, field, depth + 1) {
                Value::Object(fields) => Some(fields),
                _ => None,
            });
            return Value::Object(fields.flatten().collect());
        }
        if let Some(choice) = choices(schema) {
            return self.value(choice, owner, field, depth + 1);
        }
        match kind(schema) {
            "object" if schema.get("properties").is_some() => self.object(schema, owner, depth),
            "array" => self.list(schema, owner, field, depth),
            kind => known::value_of_name(field)
                .filter(|value| fits(value, kind, schema))
                .cloned()
                .or_else(|| schema.get("default").cloned())
                .unwrap_or_else(|| plain(kind, schema)),
        }
    }

    /// The names of the fields that a schema requires.
    pub fn required(&self, schema: &Value) -> Vec<String> {
        let target = reference(schema).and_then(|name| self.schemas.get(name)).unwrap_or(schema);
        let names = target.get("required").and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn object(&self, schema: &Value, owner: &str, depth: usize) -> Value {
        let properties = schema.get("properties").and_then(Value::as_object);
        let fields = properties.into_iter().flatten().filter_map(|(name, property)| {
            let value = self.value(property, owner, name, depth + 1);
            // What need not be given and has no value is left out of requests' examples.
            (!(value.is_null() && is_omitted(owner, name))).then(|| (name.clone(), value))
        });
        Value::Object(fields.collect())
    }

    fn list(&self, schema: &Value, owner: &str, field: &str, depth: usize) -> Value {
        if let Some(value @ Value::Array(_)) = known::value_of_name(field) {
            return value.clone();
        }
        let item = schema.get("items").cloned().unwrap_or_default();
        json!([self.value(&item, owner, field, depth + 1)])
    }
}

/// A null from the table means "not in the example".
fn is_omitted(owner: &str, field: &str) -> bool {
    owner.starts_with("Create") && known::value(owner, field).is_some_and(Value::is_null)
}

/// The name of the schema that is referred to.
fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// What the schema itself gives as an example.
fn given(schema: &Value) -> Option<&Value> {
    schema
        .get("example")
        .or_else(|| schema.get("examples")?.get(0))
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("enum")?.get(0))
}

/// The first of several schemas that is not null.
fn choices(schema: &Value) -> Option<&Value> {
    let all = ["oneOf", "anyOf", "allOf"].iter().find_map(|form| schema.get(*form)?.as_array())?;
    all.iter().find(|choice| choice.get("type").is_none_or(|kind| kind != "null"))
}

/// The type beside null.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "",
    }
}

fn fits(value: &Value, kind: &str, schema: &Value) -> bool {
    match value {
        Value::String(_) => kind == "string",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && number.is_u64()),
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object" || kind.is_empty(),
        Value::Null => schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null")),
    }
}

fn plain(kind: &str, schema: &Value) -> Value {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    match (kind, format) {
        ("string", "uuid") => "0195f3a0-1c2d-7abc-8def-0123456789ab".into(),
        ("string", "date-time") => "2026-11-23T18:16:10.376461Z".into(),
        ("string", "date") => "2026-11-01".into(),
        ("string", "email") => "merchant@example.com".into(),
        ("string", "uri" | "url") => "https://shop.example".into(),
        ("string", _) => "text".into(),
        ("integer" | "number", _) => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        ("boolean", _) => true.into(),
        ("null", _) => Value::Null,
        _ => json!({}),
    }
}
