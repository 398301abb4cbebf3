//! Answers about wrong requests repeat what was sent, except secrets.

use serde_json::Value;

pub(super) const MASK: &str = "**********";

/// Whether the values of fields of this name are secrets.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "secret", "token", "api_key", "apikey", "credential", "authorization"]
        .iter()
        .any(|word| name.contains(word))
}

/// A value with everything secret in it replaced.
pub(super) fn masked(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| {
                    (name.clone(), if is_secret(name) { hidden(value) } else { masked(value) })
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(masked).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// A value of which only the outer form may be seen.
pub(super) fn hidden(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), hidden(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(hidden).collect()),
        Value::Null => Value::Null,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::String(MASK.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_at_any_depth_and_the_rest_is_kept() {
        let sent = json!({"email": "a@b.example", "password": "hunter2", "credentials": {"app_key": 1, "x": [true]},
            "list": [{"api_key": "k"}], "refresh_token": null});
        assert_eq!(
            masked(&sent),
            json!({"email": "a@b.example", "password": MASK, "credentials": {"app_key": MASK, "x": [MASK]},
                "list": [{"api_key": MASK}], "refresh_token": null})
        );
    }
}
