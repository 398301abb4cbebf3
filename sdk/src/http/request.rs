//! Building a request.

use std::time::Duration;

use serde::Serialize;

use crate::encode;
use crate::http::{Client, Response};
use crate::{Effect, Result};

/// The HTTP methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the HTTP standard")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

impl Method {
    /// The name as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
        }
    }
}

/// A request to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    timeout: Option<Duration>,
    read_only: bool,
    problem: Option<String>,
}

impl Request {
    /// A request to an absolute address.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let read_only = matches!(method, Method::Get | Method::Head | Method::Options);
        Request {
            method,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            timeout: None,
            read_only,
            problem: None,
        }
    }

    /// A GET request.
    pub fn get(url: impl Into<String>) -> Self {
        Request::new(Method::Get, url)
    }

    /// A POST request.
    pub fn post(url: impl Into<String>) -> Self {
        Request::new(Method::Post, url)
    }

    /// A PUT request.
    pub fn put(url: impl Into<String>) -> Self {
        Request::new(Method::Put, url)
    }

    /// A PATCH request.
    pub fn patch(url: impl Into<String>) -> Self {
        Request::new(Method::Patch, url)
    }

    /// A DELETE request.
    pub fn delete(url: impl Into<String>) -> Self {
        Request::new(Method::Delete, url)
    }

    /// Adds a pair to the query, percent-encoded. Placeholders of credentials stay
    /// whole.
    #[must_use]
    pub fn query(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let fragment = self.url.find('#').map(|at| self.url.split_off(at)).unwrap_or_default();
        let separator = match self.url.find('?') {
            None => "?",
            Some(at) if at + 1 == self.url.len() => "",
            Some(_) => "&",
        };
        let pair = encode::pairs([(name.as_ref(), value.as_ref())]);
        self.url.push_str(separator);
        self.url.push_str(&pair);
        self.url.push_str(&fragment);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into().to_ascii_lowercase(), value.into()));
        self
    }

    /// Sends a body as it is.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(name, _)| name != "content-type");
        self.body = Some(body.into());
        self.header("content-type", content_type)
    }

    /// Sends a value as JSON.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body("application/json", body),
            Err(error) => {
                self.problem = Some(format!("A request could not be written as JSON: {error}."));
                self
            }
        }
    }

    /// Sends pairs as a form. Placeholders of credentials stay whole.
    #[must_use]
    pub fn form<N: AsRef<str>, V: AsRef<str>>(self, pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let body = encode::pairs(pairs);
        self.body("application/x-www-form-urlencoded", body)
    }

    /// How long to wait for the answer to begin, and between its pieces. Without it
    /// the host's own limits hold.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Declares that the request changes nothing although its method could, such as a
    /// query sent by POST: its failures then have no effect.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sends the request; any status is an answer.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn send(&self, client: &Client) -> Result<Response> {
        client.send(self)
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The whole address, with its query.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address without query and fragment.
    pub fn path_url(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default()
    }

    /// The headers in order, their names in lower case.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// A header's value by its name.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The decoded pairs of the query, in order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let query =
            self.url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// The decoded pairs of a form body, in order.
    pub fn form_pairs(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.body_bytes()).into_owned().collect()
    }

    /// The body as JSON, `null` when it is none.
    pub fn body_json(&self) -> serde_json::Value {
        serde_json::from_slice(self.body_bytes()).unwrap_or_default()
    }

    /// The body, empty when there is none.
    pub fn body_bytes(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// The time limit of [`Request::timeout`].
    pub fn timeout_value(&self) -> Option<Duration> {
        self.timeout
    }

    /// What a failure may have changed, if the request left.
    pub(crate) fn possible_effect(&self) -> Effect {
        if self.read_only { Effect::None } else { Effect::Unknown }
    }

    /// Why it cannot be sent at all.
    pub(crate) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_pairs_are_added_in_every_position() {
        for (url, expected) in [
            ("https://a.example/x", "https://a.example/x?q=1%202"),
            ("https://a.example/x?", "https://a.example/x?q=1%202"),
            ("https://a.example/x?a=b", "https://a.example/x?a=b&q=1%202"),
            ("https://a.example/x#part", "https://a.example/x?q=1%202#part"),
        ] {
            assert_eq!(Request::get(url).query("q", "1 2").url(), expected);
        }
    }

    #[test]
    fn a_body_has_one_content_type() {
        let request =
            Request::post("https://a.example").json(&1).form([("a", "ü&"), ("t", "{{credential:token}}")]);
        assert_eq!(
            request.headers(),
            [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())]
        );
        assert_eq!(request.body_bytes(), b"a=%C3%BC%26&t={{credential:token}}");
        assert_eq!(request.form_pairs()[0], ("a".to_owned(), "ü&".to_owned()));
    }

    #[test]
    fn only_reads_are_without_effect() {
        assert_eq!(Request::get("x").possible_effect(), Effect::None);
        assert_eq!(Request::delete("x").possible_effect(), Effect::Unknown);
        assert_eq!(Request::post("x").read_only().possible_effect(), Effect::None);
    }
}
