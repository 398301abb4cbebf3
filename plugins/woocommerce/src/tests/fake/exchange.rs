//! Requests as a shop sees them, and its answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What a shop answers.
#[derive(Clone, Debug)]
pub(in crate::tests) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub(in crate::tests) fn json(status: u16, body: &Value) -> Reply {
        let headers = vec![("content-type", "application/json; charset=UTF-8".to_owned())];
        Reply { status, headers, body: body.to_string().into_bytes() }
    }

    pub(in crate::tests) fn html(status: u16) -> Reply {
        let headers = vec![("content-type", "text/html; charset=UTF-8".to_owned())];
        Reply { status, headers, body: b"<!doctype html><title>Shop</title>".to_vec() }
    }

    pub(in crate::tests) fn error(status: u16, code: &str) -> Reply {
        Reply::error_with(status, code, &json!({ "status": status }))
    }

    pub(in crate::tests) fn error_with(status: u16, code: &str, data: &Value) -> Reply {
        Reply::json(status, &json!({ "code": code, "message": "Übersetzt.", "data": data }))
    }

    pub(in crate::tests) fn with(mut self, name: &'static str, value: &str) -> Reply {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// A request as the shop sees it.
#[derive(Clone, Debug)]
pub(in crate::tests) struct Seen {
    pub method: String,
    /// With the scheme and host.
    pub url: String,
    /// Below the API, or the whole path for anything else.
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

impl Seen {
    pub(in crate::tests) fn new(
        method: &str,
        url: &str,
        headers: BTreeMap<String, String>,
        body: &[u8],
    ) -> Seen {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let path = match address.split_once("/wc/v3/") {
            Some((_, path)) => path.to_owned(),
            None => address.splitn(4, '/').nth(3).map_or_else(String::new, |path| format!("/{path}")),
        };
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query = pairs.map(|(name, value)| (name.to_owned(), decode(value))).collect();
        let body = serde_json::from_slice(body).unwrap_or_default();
        Seen { method: method.to_owned(), url: url.to_owned(), path, query, headers, body }
    }

    pub(in crate::tests) fn param(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
