//! Reading an answer.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use crate::http::{Request, address, failure_for_status};
use crate::{Effect, Failure, Result};

/// An answer with its whole body.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    url: String,
    possible_effect: Effect,
}

impl Response {
    /// An answer of one's own making, for tests and transports.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Response {
            status,
            headers: Vec::new(),
            body: body.into(),
            url: String::new(),
            possible_effect: Effect::Unknown,
        }
    }

    /// An answer with a JSON body, for tests.
    pub fn new_json(status: u16, body: &serde_json::Value) -> Self {
        Response::new(status, body.to_string()).with_header("content-type", "application/json")
    }

    /// Adds a header, for tests and transports.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into().to_ascii_lowercase(), value.into()));
        self
    }

    pub(crate) fn answering(mut self, request: &Request) -> Self {
        request.url().clone_into(&mut self.url);
        self.possible_effect = request.possible_effect();
        self
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// True for 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The address of a redirect (301, 302, 303, 307, 308), made absolute.
    pub fn redirect(&self) -> Option<String> {
        let target =
            self.header("location").filter(|_| matches!(self.status, 301 | 302 | 303 | 307 | 308))?;
        address::join(&self.url, target)
    }

    /// A header's value by its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All headers in order, their names in lower case.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The address that was asked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// True when the answer is a web page, by its type or by its beginning.
    pub fn is_html(&self) -> bool {
        let typed =
            self.header("content-type").is_some_and(|value| value.to_ascii_lowercase().contains("html"));
        let start: Vec<u8> =
            self.body.iter().copied().skip_while(|byte| !byte.is_ascii_graphic()).take(9).collect();
        let start = start.to_ascii_lowercase();
        typed || start.starts_with(b"<!doctype") || start.starts_with(b"<html")
    }

    /// The answer itself when its status says success.
    ///
    /// # Errors
    /// [`Response::failure`] for every other status.
    pub fn success(self) -> Result<Self> {
        if self.is_success() { Ok(self) } else { Err(self.failure()) }
    }

    /// The failure that the status stands for; see [`failure_for_status`].
    pub fn failure(&self) -> Failure {
        failure_for_status(self.status, self.header("retry-after"), self.header("date"), self.possible_effect)
    }

    /// The body as JSON. The status is not looked at; call [`Response::success`]
    /// first unless failures come as JSON too.
    ///
    /// # Errors
    /// `upstream-changed` when the body is no JSON, a web page, cut short, or lacks
    /// what `T` needs. The effect of a write is unknown then.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> Failure {
        let message = if self.is_html() {
            "The other side answered with a web page instead of data: the address may be wrong, or something stands in between."
        } else if error.is_eof() {
            "The answer of the other side was cut short."
        } else {
            "The answer of the other side is not understood any more: the plugin may need an update."
        };
        Failure::upstream_changed(message)
            .effect(self.possible_effect)
            .with_detail("status", self.status.to_string())
            .with_detail("reason", error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ErrorKind;

    fn to(request: &Request, response: Response) -> Response {
        response.answering(request)
    }

    #[test]
    fn unreadable_answers_are_told_apart() {
        let write = Request::post("https://shop.example/products");
        for (body, word) in [
            ("<!DOCTYPE html><p>Maintenance", "web page"),
            ("\u{feff} <HTML>", "web page"),
            ("{\"id\": 1, \"name\": \"Cu", "cut short"),
            ("", "cut short"),
            ("id=1", "not understood"),
        ] {
            let failure = to(&write, Response::new(200, body)).json::<Value>().unwrap_err();
            assert_eq!(
                (failure.kind, failure.effect),
                (ErrorKind::UpstreamChanged, Effect::Unknown),
                "{body}"
            );
            assert!(failure.message.contains(word), "{body}: {}", failure.message);
        }
        let read = Request::get("https://shop.example/products");
        assert_eq!(to(&read, Response::new(200, "x")).json::<Value>().unwrap_err().effect, Effect::None);
    }

    #[test]
    fn a_status_becomes_a_failure_with_its_pause() {
        let throttled =
            Response::new_json(503, &json!({})).with_header("Retry-After", "Tue, 24 Nov 2026 08:00:30 GMT");
        let throttled = throttled.with_header("Date", "Tue, 24 Nov 2026 08:00:00 GMT");
        let failure = to(&Request::put("https://shop.example/x"), throttled).success().unwrap_err();
        assert_eq!((failure.kind, failure.effect), (ErrorKind::Unavailable, Effect::Unknown));
        assert_eq!((failure.retry_after_ms, failure.code.as_deref()), (Some(30_000), Some("503")));
        assert!(Response::new(204, "").success().is_ok());
    }

    #[test]
    fn redirects_are_made_absolute() {
        let redirect = |status, location: &str| {
            to(
                &Request::get("https://a.example/x/y"),
                Response::new(status, "").with_header("Location", location),
            )
            .redirect()
        };
        assert_eq!(redirect(302, "../z").as_deref(), Some("https://a.example/z"));
        assert_eq!(redirect(308, "//b.example").as_deref(), Some("https://b.example/"));
        assert_eq!(redirect(200, "/z"), None);
        assert_eq!(redirect(304, "/z"), None);
    }
}
