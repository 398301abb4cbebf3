//! Recorded conversations with a remote side, as JSON files.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::replay::Seen;

/// Conversations of one file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// In the order in which they are looked through.
    pub exchanges: Vec<Exchange>,
}

/// One request and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Which requests it answers.
    pub request: Expected,
    /// The answer.
    pub response: Answer,
}

/// What a request must be like. Whatever is not named may be anything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `GET` when absent.
    #[serde(default = "get")]
    pub method: String,
    /// The address without its query, as the plugin asks for it.
    pub url: String,
    /// Pairs that the query must have, decoded.
    #[serde(default)]
    pub query: Map<String, Value>,
    /// Headers that it must have.
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// Pairs that a form body must have, decoded.
    #[serde(default)]
    pub form: Map<String, Value>,
    /// What a JSON body must have: each member named here, and its members in turn.
    pub json: Option<Value>,
}

/// An answer: one of `json`, `text` and `file`, or an empty body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// 200 when absent.
    #[serde(default = "ok")]
    pub status: u16,
    /// Headers of the answer.
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// A JSON body.
    pub json: Option<Value>,
    /// A body as text.
    pub text: Option<String>,
    /// A file with the body, beside the recording.
    pub file: Option<PathBuf>,
}

fn get() -> String {
    "GET".into()
}

fn ok() -> u16 {
    200
}

impl Recording {
    /// Reads a file and the bodies that it names.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn read(path: &Path) -> Result<Recording, String> {
        let bad = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| bad(&error))?;
        let mut recording: Recording = serde_json::from_str(&text).map_err(|error| bad(&error))?;
        for exchange in &mut recording.exchanges {
            Url::parse(&exchange.request.url).map_err(|error| bad(&error))?;
            if let Some(file) = exchange.response.file.take() {
                let body = path.with_file_name(&file);
                let text = std::fs::read_to_string(&body).map_err(|error| bad(&error))?;
                exchange.response.text = Some(text);
            }
        }
        Ok(recording)
    }
}

impl Exchange {
    /// An exchange of one's own making.
    pub fn new(method: &str, url: &str, response: Answer) -> Self {
        Exchange {
            request: Expected { method: method.into(), url: url.into(), ..Expected::default() },
            response,
        }
    }
}

impl Answer {
    /// A JSON answer.
    pub fn json(status: u16, json: Value) -> Self {
        Answer { status, headers: Map::new(), json: Some(json), text: None, file: None }
    }

    /// A web page.
    pub fn html(text: impl Into<String>) -> Self {
        let headers = Map::from_iter([("content-type".to_owned(), Value::from("text/html; charset=utf-8"))]);
        Answer { status: 200, headers, json: None, text: Some(text.into()), file: None }
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        match (&self.json, &self.text) {
            (Some(json), _) => json.to_string().into_bytes(),
            (None, Some(text)) => text.clone().into_bytes(),
            (None, None) => Vec::new(),
        }
    }

    pub(crate) fn header_pairs(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), plain(value))).collect();
        if self.json.is_some() && !pairs.iter().any(|(name, _)| name == "content-type") {
            pairs.push(("content-type".into(), "application/json".into()));
        }
        pairs
    }
}

impl Expected {
    pub(crate) fn fits(&self, seen: &Seen) -> bool {
        let has = |wanted: &Map<String, Value>, pairs: &[(String, String)]| {
            wanted
                .iter()
                .all(|(name, value)| pairs.iter().any(|(have, given)| have == name && *given == plain(value)))
        };
        let headers =
            self.headers.iter().all(|(name, value)| seen.header(name) == Some(plain(value).as_str()));
        let json = self.json.as_ref().is_none_or(|wanted| holds(&seen.json(), wanted));
        self.method == seen.method
            && same_page(&self.url, &seen.url)
            && headers
            && has(&self.query, &seen.query())
            && has(&self.form, &seen.form())
            && json
    }
}

fn same_page(wanted: &str, asked: &str) -> bool {
    let page = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        Some(url)
    };
    page(wanted) == page(asked)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a value has everything that another one has.
fn holds(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(have), Value::Object(want)) => {
            want.iter().all(|(name, want)| have.get(name).is_some_and(|have| holds(have, want)))
        }
        (Value::Array(have), Value::Array(want)) => {
            have.len() == want.len() && have.iter().zip(want).all(|(have, want)| holds(have, want))
        }
        _ => value == wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(expected: Value, seen: &Seen) -> bool {
        serde_json::from_value::<Expected>(expected).unwrap().fits(seen)
    }

    #[test]
    fn only_what_is_named_counts() {
        let seen = Seen {
            method: "POST".into(),
            url: "https://a.example/x?page=2&q=a%20b".into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: br#"{"a": {"b": 1, "c": 2}, "d": [1]}"#.to_vec(),
            expected: false,
        };
        for (more, fitting) in [
            (json!({}), true),
            (json!({"query": {"page": 2, "q": "a b"}}), true),
            (json!({"query": {"page": 3}}), false),
            (json!({"headers": {"Content-Type": "application/json"}}), true),
            (json!({"headers": {"x": "y"}}), false),
            (json!({"json": {"a": {"b": 1}}}), true),
            (json!({"json": {"a": {"b": 2}}}), false),
            (json!({"json": {"d": [1, 2]}}), false),
            (json!({"form": {"a": "b"}}), false),
            (json!({"method": "GET"}), false),
            (json!({"url": "https://a.example/y"}), false),
        ] {
            let mut expected = json!({"method": "POST", "url": "https://a.example/x"});
            expected.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(fits(expected.clone(), &seen), fitting, "{expected}");
        }
    }
}
