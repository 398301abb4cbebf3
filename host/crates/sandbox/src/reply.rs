//! Small parts of answers that all simulators need.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures::StreamExt as _;
use serde_json::Value;

/// Marks an answer for which the server cuts the connection instead of sending it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutConnection;

/// An answer with a body of a type.
pub(crate) fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, value: &Value) -> Response {
    typed(status, "application/json; charset=UTF-8", value.to_string())
}

/// A web page.
pub(crate) fn html(status: StatusCode, page: impl Into<Body>) -> Response {
    typed(status, "text/html; charset=UTF-8", page)
}

/// A redirect with a small body, as web servers send it.
pub(crate) fn redirect(status: StatusCode, location: &str) -> Response {
    let page = format!(
        "<html><head><title>Moved</title></head><body><a href=\"{}\">here</a></body></html>",
        escape(location)
    );
    let mut response = html(status, page);
    match HeaderValue::from_str(location) {
        Ok(value) => {
            response.headers_mut().insert(header::LOCATION, value);
            response
        }
        Err(_) => typed(StatusCode::BAD_REQUEST, "text/plain; charset=UTF-8", "no such address"),
    }
}

/// The connection is cut without an answer.
pub(crate) fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CutConnection);
    response
}

/// A body that promises all of `full` and breaks off after `keep` bytes.
pub(crate) fn truncated(mut response: Response, full: &[u8], keep: usize) -> Response {
    let kept = bytes::Bytes::copy_from_slice(&full[..keep.min(full.len().saturating_sub(1))]);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(full.len().max(1)));
    let breaking = futures::stream::once(async {
        // A moment, so that what was promised has left before the end.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        Err(std::io::Error::other("the demo world breaks off here"))
    });
    let pieces = futures::stream::iter([Ok(kept)]).chain(breaking);
    *response.body_mut() = Body::from_stream(pieces);
    response
}

/// A body of so many bytes, made while it is sent.
pub(crate) fn huge(content_type: &'static str, opening: &str, bytes: u64) -> Response {
    const PIECE: usize = 64 * 1024;
    let opening = bytes::Bytes::copy_from_slice(opening.as_bytes());
    let filler = bytes::Bytes::from(vec![b'x'; PIECE]);
    let pieces = bytes.div_ceil(PIECE as u64);
    let stream = futures::stream::iter(
        std::iter::once(opening)
            .chain(std::iter::repeat_n(filler, usize::try_from(pieces).unwrap_or(usize::MAX)))
            .map(Ok::<_, std::io::Error>),
    );
    typed(StatusCode::OK, content_type, Body::from_stream(stream))
}

/// Text made safe for HTML, attributes included.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#039;"),
            other => escaped.push(other),
        }
    }
    escaped
}
