//! Bodies as Stripe's API takes them: forms whose names have brackets.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::refusal::{Refusal, needed, unknown};

/// The parameters of one request by their full name, such as `metadata[user_id]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(body: &[u8]) -> Self {
        Form(url::form_urlencoded::parse(body).into_owned().collect())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| needed(name))
    }

    /// The pairs below a name.
    pub(super) fn pairs(&self, name: &str) -> Map<String, Value> {
        let prefix = format!("{name}[");
        self.0
            .iter()
            .filter_map(|(key, value)| {
                let inner = key.strip_prefix(&prefix)?.strip_suffix(']')?;
                (!inner.contains(['[', ']'])).then(|| (inner.to_owned(), Value::String(value.clone())))
            })
            .collect()
    }

    /// Refuse what an operation does not know; a name that ends in `[` stands for all
    /// below it.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let fits = |name: &str| {
            known
                .iter()
                .any(|known| if known.ends_with('[') { name.starts_with(known) } else { name == *known })
        };
        match self.0.keys().find(|name| !fits(name)) {
            Some(name) => Err(unknown(name)),
            None => Ok(()),
        }
    }
}
