//! The credentials that requests carried, in clear: for tests which make sure that they
//! are nowhere else.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use serde_json::Value;

const HEADERS: [&str; 3] = ["authorization", "cj-access-token", "x-shopify-access-token"];
const FIELDS: [&str; 6] =
    ["access_token", "session", "refresh_token", "refreshToken", "client_secret", "consumer_secret"];

/// Names and values, each pair once.
#[derive(Default)]
pub(crate) struct Presented(Mutex<BTreeSet<(String, String)>>);

impl Presented {
    /// Remembers what this request carried; `form` is a decoded query or form, or JSON.
    pub(crate) fn note(&self, headers: &HeaderMap, forms: [&str; 2]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut add = |name: &str, value: &str| {
            known.insert((name.to_owned(), value.to_owned()));
        };
        for name in HEADERS {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            if let Some(value) = value.and_then(|value| value.split_whitespace().last()) {
                add(name, value);
            }
        }
        for form in forms {
            let json: Value = serde_json::from_str(form).unwrap_or_default();
            for name in FIELDS {
                if let Some(value) = json[name].as_str() {
                    add(name, value);
                }
            }
            for (name, value) in form.split('&').filter_map(|pair| pair.split_once('=')) {
                if FIELDS.contains(&name) {
                    add(name, value);
                }
            }
        }
    }

    pub(crate) fn all(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[test]
fn headers_forms_and_json_are_read() {
    let presented = Presented::default();
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Bearer abc".parse().expect("a header"));
    presented.note(&headers, ["a=b&session=def", "{\"refreshToken\":\"ghi\",\"name\":\"x\"}"]);
    let values: Vec<String> = presented.all().into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, ["abc", "ghi", "def"]);
}
