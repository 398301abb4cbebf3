//! JSON that is passed on as it was written.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// JSON text that is known to be well formed and is not taken apart: a list of imports
/// carries a whole product per line, and reading and writing each of them again would
/// cost more than all the rest of the answer.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// What it says; null where that is more than a value can hold, such as a number
    /// beyond all bounds.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::from_str(self.as_str()).unwrap_or_default()
    }
}

impl From<&Value> for RawJson {
    fn from(value: &Value) -> Self {
        // The keys of a value are strings, so that it can always be written.
        RawJson(to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl FromStr for RawJson {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text.to_owned()).map(RawJson)
    }
}

impl fmt::Display for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RawJson;

    #[test]
    fn text_comes_back_as_it_was_written() {
        let text = r#"{"b":1,"a":[1.50,"ä\u0000"]}"#;
        let raw: RawJson = text.parse().expect("JSON");
        assert_eq!(raw.to_string(), text);
        assert_eq!(serde_json::to_string(&Some(&raw)).expect("text"), text);
        assert_eq!(raw.value()["b"], 1);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "{}{}", "nul", "\"a", "[1,]"] {
            assert!(text.parse::<RawJson>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_becomes_its_shortest_text() {
        let value = json!({"z": [1, {"a": null}], "a": "\u{1f600}\n"});
        assert_eq!(RawJson::from(&value).as_str(), value.to_string());
        assert_eq!(RawJson::from(&value).value(), value);
        let unbounded: RawJson = "1e999".parse().expect("well formed");
        assert_eq!(unbounded.value(), Value::Null);
    }
}
