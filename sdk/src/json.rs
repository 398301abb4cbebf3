//! Reading JSON that is sent in several shapes.
//!
//! Many services send numbers as text and flags as numbers, wrap a list into an
//! object, or send a single element without its list. The functions read a value in
//! any of those shapes; those of the same names in [`de`] serve as
//! `#[serde(deserialize_with = "…")]`.

use serde_json::Value;

/// Text that is not blank, whether sent as text, number or flag.
pub fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A whole number from 0, as number or text; a fraction of zeros is cut off.
pub fn whole(value: &Value) -> Option<u64> {
    let text = text(value)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    fraction.bytes().all(|byte| byte == b'0').then(|| whole.parse().ok())?
}

/// `true`, `"true"`, `1`, `"yes"`, `"Y"`, `"on"` and their opposites.
pub fn flag(value: &Value) -> Option<bool> {
    match text(value)?.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "on" => Some(true),
        "false" | "0" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// The elements of a list: sent as a list, as an object with one list in it, as a
/// single element, or not at all (`null`, `""`, `{}`).
pub fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(elements) => elements.iter().filter(|element| !element.is_null()).collect(),
        Value::Object(members) if members.is_empty() => Vec::new(),
        Value::Object(members) if members.len() == 1 => match members.values().next() {
            Some(inner @ Value::Array(_)) => list(inner),
            _ => vec![value],
        },
        Value::Null => Vec::new(),
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        single => vec![single],
    }
}

/// The functions of this module for `#[serde(deserialize_with = "…")]`. Use
/// `#[serde(default)]` beside them for members that may be absent.
///
/// ```
/// use serde::Deserialize;
/// use sourcepilot_sdk::json::de;
///
/// #[derive(Deserialize)]
/// struct Item {
///     #[serde(default, deserialize_with = "de::text")]
///     id: Option<String>,
///     #[serde(default, deserialize_with = "de::list")]
///     tags: Vec<String>,
/// }
/// let item: Item = serde_json::from_str(r#"{"id": 17, "tags": {"tag": ["a", "b"]}}"#)?;
/// assert_eq!(item.id.as_deref(), Some("17"));
/// assert_eq!(item.tags, ["a", "b"]);
/// # Ok::<_, serde_json::Error>(())
/// ```
pub mod de {
    use serde::de::{DeserializeOwned, Error};
    use serde::{Deserialize, Deserializer};
    use serde_json::Value;

    /// See [`text`](super::text).
    ///
    /// # Errors
    /// Only those of the format.
    pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
        Ok(super::text(&Value::deserialize(deserializer)?))
    }

    /// See [`whole`](super::whole).
    ///
    /// # Errors
    /// Only those of the format.
    pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
        Ok(super::whole(&Value::deserialize(deserializer)?))
    }

    /// See [`flag`](super::flag).
    ///
    /// # Errors
    /// Only those of the format.
    pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
        Ok(super::flag(&Value::deserialize(deserializer)?))
    }

    /// See [`list`](super::list).
    ///
    /// # Errors
    /// When an element does not fit `T`.
    pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        super::list(&value)
            .into_iter()
            .map(|element| T::deserialize(element).map_err(D::Error::custom))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_come_in_many_shapes() {
        for (value, length) in [
            (json!([1, 2, null]), 2),
            (json!({"item": [1, 2, 3]}), 3),
            (json!({"id": 1}), 1),
            (json!({"id": 1, "tags": [1, 2]}), 1),
            (json!("one"), 1),
            (json!({}), 0),
            (json!(""), 0),
            (json!(null), 0),
        ] {
            assert_eq!(list(&value).len(), length, "{value}");
        }
    }

    #[test]
    fn scalars_come_as_each_other() {
        assert_eq!(
            [json!("12"), json!(12), json!("12.0"), json!(12.0)].map(|value| whole(&value)),
            [Some(12); 4]
        );
        assert_eq!([json!("12.5"), json!(-1), json!(""), json!([1])].map(|value| whole(&value)), [None; 4]);
        assert_eq!([json!("TRUE"), json!(1), json!("yes")].map(|value| flag(&value)), [Some(true); 3]);
        assert_eq!([json!("maybe"), json!(2), json!(null)].map(|value| flag(&value)), [None; 3]);
        assert_eq!(text(&json!(12000044000000001_u64)).as_deref(), Some("12000044000000001"));
        assert_eq!(text(&json!("  ")), None);
    }
}
