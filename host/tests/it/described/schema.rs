//! Values against the schemas of the description. The description uses a small part
//! of JSON Schema; a keyword outside of it is a fault of its own, so that nothing goes
//! unchecked.

use serde_json::{Map, Value};

use super::Document;

/// Say something, but restrict nothing.
const NOTES: [&str; 12] = [
    "description",
    "default",
    "example",
    "examples",
    "title",
    "format",
    "deprecated",
    "readOnly",
    "writeOnly",
    "propertyNames",
    "contentMediaType",
    "contentEncoding",
];

/// What is wrong with a value, each fault with its place.
pub fn faults(document: &Document, schema: &Value, value: &Value) -> Vec<String> {
    let mut check = Check { document, faults: Vec::new() };
    check.value(schema, value, "");
    check.faults
}

struct Check<'a> {
    document: &'a Document,
    faults: Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        let document = self.document;
        let schema = document.resolve(schema);
        let Some(rules) = schema.as_object() else { return };
        for (rule, bound) in rules {
            if !self.holds(rule, bound, rules, value, at) {
                self.faults.push(format!("{at}: {rule} {bound} does not hold for {value}"));
            }
        }
    }

    fn holds(
        &mut self,
        rule: &str,
        bound: &Value,
        rules: &Map<String, Value>,
        value: &Value,
        at: &str,
    ) -> bool {
        let length = value.as_str().map(|text| text.chars().count() as u64);
        let count = value.as_array().map(|items| items.len() as u64);
        let number = value.as_f64();
        let within = |measured: Option<u64>, fits: fn(u64, u64) -> bool| {
            measured.zip(bound.as_u64()).is_none_or(|(measured, bound)| fits(measured, bound))
        };
        match rule {
            "type" => kinds(bound).any(|kind| is_a(value, kind)),
            "enum" => bound.as_array().is_some_and(|choices| choices.contains(value)),
            "const" => bound == value,
            "minLength" => within(length, |is, least| is >= least),
            "maxLength" => within(length, |is, most| is <= most),
            "minItems" => within(count, |is, least| is >= least),
            "maxItems" => within(count, |is, most| is <= most),
            "minimum" => number.zip(bound.as_f64()).is_none_or(|(is, least)| is >= least),
            "maximum" => number.zip(bound.as_f64()).is_none_or(|(is, most)| is <= most),
            "exclusiveMinimum" => number.zip(bound.as_f64()).is_none_or(|(is, least)| is > least),
            "required" => {
                value.as_object().is_none_or(|fields| names(bound).all(|name| fields.contains_key(name)))
            }
            "properties" => self.fields(bound, value, at),
            "additionalProperties" => self.further(bound, rules, value, at),
            "items" => self.items(bound, value, at),
            "oneOf" => self.fitting(bound, value) == 1,
            "anyOf" => self.fitting(bound, value) >= 1,
            "allOf" => bound.as_array().is_some_and(|all| self.fitting(bound, value) == all.len()),
            note => {
                NOTES.contains(&note)
                    && (note != "format" || has_format(value, bound.as_str().unwrap_or_default()))
            }
        }
    }

    fn fields(&mut self, schemas: &Value, value: &Value, at: &str) -> bool {
        for (name, field) in value.as_object().into_iter().flatten() {
            if let Some(schema) = schemas.get(name) {
                self.value(schema, field, &format!("{at}/{name}"));
            }
        }
        true
    }

    fn further(&mut self, schema: &Value, rules: &Map<String, Value>, value: &Value, at: &str) -> bool {
        let known = rules.get("properties");
        let is_known = |name: &str| known.is_some_and(|known| known.get(name).is_some());
        for (name, field) in value.as_object().into_iter().flatten().filter(|(name, _)| !is_known(name)) {
            if schema == false {
                return false;
            }
            self.value(schema, field, &format!("{at}/{name}"));
        }
        true
    }

    fn items(&mut self, schema: &Value, value: &Value, at: &str) -> bool {
        for (place, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(schema, item, &format!("{at}/{place}"));
        }
        true
    }

    /// How many of several schemas fit.
    fn fitting(&self, schemas: &Value, value: &Value) -> usize {
        let all = schemas.as_array().into_iter().flatten();
        all.filter(|schema| faults(self.document, schema, value).is_empty()).count()
    }
}

fn kinds(bound: &Value) -> impl Iterator<Item = &str> {
    bound.as_str().into_iter().chain(names(bound))
}

fn names(bound: &Value) -> impl Iterator<Item = &str> {
    bound.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}

fn has_format(value: &Value, format: &str) -> bool {
    let Some(text) = value.as_str() else { return true };
    match format {
        "uuid" => uuid::Uuid::parse_str(text).is_ok() && text.len() == 36,
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "date" => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        "email" => text.contains('@'),
        "uri" => url::Url::parse(text).is_ok(),
        _ => true,
    }
}
