//! The parameters of a call, from the query and a form body.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::errors::Refusal;

/// Every parameter of a call, in byte order of the names.
#[derive(Clone, Debug, Default)]
pub(super) struct Params(pub(super) BTreeMap<String, String>);

impl Params {
    /// Reads the query and, when it is a form, the body.
    pub(super) fn read(query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut all = BTreeMap::new();
        all.extend(url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned());
        let form = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        if form {
            all.extend(url::form_urlencoded::parse(body).into_owned());
        }
        Self(all)
    }

    /// A value; an empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A value that has to be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A JSON object inside a parameter.
    pub(super) fn need_object(&self, name: &str) -> Result<Value, Refusal> {
        let text = self.need(name)?;
        match serde_json::from_str(text) {
            Ok(value @ Value::Object(_)) => Ok(value),
            _ => Err(Refusal::unsupported(name)),
        }
    }
}

/// A member of a JSON parameter as text, whether it was sent as text or as a number.
pub(super) fn member(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The same, refused when it is not there.
pub(super) fn need_member(object: &Value, name: &str) -> Result<String, Refusal> {
    member(object, name).ok_or_else(|| Refusal::missing(name))
}
