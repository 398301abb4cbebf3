//! A plugin's settings: what its schema says, what the admin set, what the
//! merchant set for one account or shop; the last word wins.

use serde_json::{Map, Value};

/// Why a value cannot be a plugin's setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the setting `{name}` {problem}")]
pub struct SettingError {
    pub name: String,
    pub problem: String,
}

/// Put the layers together. Names that the schema does not know are left out.
///
/// # Errors
/// The first value that does not fit the schema.
pub fn resolve(schema: &Value, layers: &[&Map<String, Value>]) -> Result<Value, SettingError> {
    let mut settings = Map::new();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Ok(Value::Object(settings));
    };
    for (name, property) in properties {
        let given = layers.iter().rev().filter_map(|layer| layer.get(name)).find(|value| !value.is_null());
        if let Some(value) = given.or_else(|| property.get("default")) {
            check(name, property, value)?;
            settings.insert(name.clone(), value.clone());
        }
    }
    Ok(Value::Object(settings))
}

fn check(name: &str, property: &Value, value: &Value) -> Result<(), SettingError> {
    let refuse = |problem: String| Err(SettingError { name: name.to_owned(), problem });
    let kind = property.get("type").and_then(Value::as_str).unwrap_or_default();
    let fits = match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    if !fits {
        return refuse(format!("must be of type {kind}"));
    }
    if let Some(allowed) =
        property.get("enum").and_then(Value::as_array).filter(|allowed| !allowed.contains(value))
    {
        let words: Vec<String> = allowed.iter().map(Value::to_string).collect();
        return refuse(format!("must be one of {}", words.join(", ")));
    }
    let limit = |key: &str| property.get(key).and_then(Value::as_f64);
    let number = value.as_f64();
    if number.zip(limit("minimum")).is_some_and(|(n, min)| n < min)
        || number.zip(limit("maximum")).is_some_and(|(n, max)| n > max)
    {
        return refuse("is outside its limits".to_owned());
    }
    if value.as_str().is_some_and(|text| text.len() > 10_000) {
        return refuse("is longer than 10,000 bytes".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn layer(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    #[test]
    fn the_last_layer_wins_and_defaults_fill_the_rest() {
        let schema = json!({"properties": {"a": {"type": "string", "default": "x"}, "b": {"type": "integer"}, "c": {"type": "boolean", "default": true}}});
        let (admin, merchant) =
            (layer(json!({"a": "y", "b": 1, "zork": 1})), layer(json!({"b": 2, "a": null})));
        let settings = resolve(&schema, &[&admin, &merchant]).expect("fits");
        assert_eq!(settings, json!({"a": "y", "b": 2, "c": true}));
    }

    #[test]
    fn a_value_that_does_not_fit_is_named() {
        let schema =
            json!({"properties": {"n": {"type": "integer", "minimum": 1}, "e": {"enum": ["a", "b"]}}});
        for (value, part) in
            [(json!({"n": "1"}), "integer"), (json!({"n": 0}), "limits"), (json!({"e": "c"}), "one of")]
        {
            let problem = resolve(&schema, &[&layer(value)]).expect_err("does not fit").to_string();
            assert!(problem.contains(part), "{problem}");
        }
    }
}
