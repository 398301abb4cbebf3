//! The secrets of one supplier account or shop, as they are sealed at rest.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Named secrets and when each ends. Only ever stored sealed.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Credentials {
    /// As the merchant sent them, or as a token answer carried them.
    #[serde(default)]
    values: Map<String, Value>,
    /// Ends of life of those that have one.
    #[serde(default)]
    expires: BTreeMap<String, DateTime<Utc>>,
}

/// How many characters of a long secret stay readable, so that a merchant can
/// tell two keys apart.
const SHOWN: usize = 4;
const MASK: &str = "••••••••";

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Credentials {
    /// Take in what a merchant sent.
    #[must_use]
    pub fn from_input(values: Map<String, Value>) -> Self {
        Credentials { values, expires: BTreeMap::new() }
    }

    /// Nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value as text, when it is a text or a number.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// When the named secret ends, if it is known.
    #[must_use]
    pub fn expires_at(&self, name: &str) -> Option<DateTime<Utc>> {
        self.expires.get(name).copied()
    }

    /// Keep one secret, replacing what was there.
    pub fn set(&mut self, name: &str, value: &str, expires_at: Option<DateTime<Utc>>) {
        self.values.insert(name.to_owned(), Value::String(value.to_owned()));
        match expires_at {
            Some(at) => self.expires.insert(name.to_owned(), at),
            None => self.expires.remove(name),
        };
    }

    /// Everything that can be handed to the egress layer, by name.
    #[must_use]
    pub fn secrets(&self) -> BTreeMap<String, SecretString> {
        self.values
            .keys()
            .filter_map(|name| Some((name.clone(), SecretString::from(self.get(name)?))))
            .collect()
    }

    /// The names with masked values: what an answer may carry.
    #[must_use]
    pub fn masked(&self) -> Map<String, Value> {
        self.values.iter().map(|(name, value)| (name.clone(), mask(value))).collect()
    }

    /// Take in an update. A value that is the mask of the stored one means
    /// "unchanged"; a new value forgets the old one's end of life. Tokens that were
    /// obtained with what changed are forgotten with it: they may be another account's.
    pub fn update(&mut self, input: Map<String, Value>) {
        let (mut values, mut changed) = (Map::new(), false);
        for (name, value) in input {
            let unchanged = self.values.get(&name).filter(|stored| mask(stored) == value).cloned();
            if unchanged.is_none() {
                self.expires.remove(&name);
                changed = true;
            }
            values.insert(name, unchanged.unwrap_or(value));
        }
        if changed {
            for (name, _) in std::mem::take(&mut self.expires) {
                values.remove(&name);
            }
        }
        self.expires.retain(|name, _| values.contains_key(name));
        self.values = values;
    }
}

fn mask(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) if text.is_empty() => value.clone(),
        Value::String(text) if text.chars().count() >= 4 * SHOWN => {
            let tail: String = text.chars().skip(text.chars().count() - SHOWN).collect();
            Value::String(format!("{MASK}{tail}"))
        }
        Value::Object(fields) => Value::Object(fields.iter().map(|(k, v)| (k.clone(), mask(v))).collect()),
        Value::String(_) | Value::Number(_) | Value::Array(_) => Value::String(MASK.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stored(value: Value) -> Credentials {
        let Value::Object(values) = value else { panic!("an object") };
        Credentials::from_input(values)
    }

    #[test]
    fn an_answer_never_carries_a_secret() {
        let credentials =
            stored(json!({"app_key": "1234", "token": "abcdefghijklmnop-tail", "n": {"deep": "secret"}}));
        let shown = serde_json::to_string(&credentials.masked()).unwrap_or_default();
        assert!(shown.contains("tail") && !shown.contains("abcdef") && !shown.contains("1234"), "{shown}");
        assert!(!shown.contains("\"secret\""), "{shown}");
        assert!(!format!("{credentials:?}").contains("abcdef"));
    }

    #[test]
    fn a_mask_sent_back_changes_nothing() {
        let mut credentials = stored(json!({"token": "abcdefghijklmnop-tail", "key": "old"}));
        let Value::Object(mut input) = json!({"key": "new"}) else { panic!("an object") };
        input.insert("token".into(), credentials.masked()["token"].clone());
        credentials.update(input);
        assert_eq!(credentials.get("token").as_deref(), Some("abcdefghijklmnop-tail"));
        assert_eq!(credentials.get("key").as_deref(), Some("new"));
    }

    #[test]
    fn tokens_obtained_with_an_old_key_go_with_it() {
        let mut credentials = stored(json!({"key": "an old key of some length"}));
        credentials.set("token", "abcdefghijklmnop-tail", Some(DateTime::UNIX_EPOCH));
        let mut same = credentials.clone();
        same.update(credentials.masked());
        assert_eq!(same, credentials);
        let mut input = credentials.masked();
        input.insert("key".into(), "a new key of some length".into());
        credentials.update(input);
        assert_eq!((credentials.get("token"), credentials.expires_at("token")), (None, None));
        assert_eq!(credentials.get("key").as_deref(), Some("a new key of some length"));
    }

    #[test]
    fn what_is_left_out_of_an_update_is_gone() {
        let mut credentials = stored(json!({"a": "1", "b": "2"}));
        credentials.set("b", "3", Some(DateTime::UNIX_EPOCH));
        let Value::Object(input) = json!({"a": "1"}) else { panic!("an object") };
        credentials.update(input);
        assert_eq!(credentials.get("b"), None);
        assert_eq!(credentials.expires_at("b"), None);
    }
}
