//! Request bodies as JSON.

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use serde_json::Value;

use super::error::ApiError;
use super::validate::Fault;

/// The largest body in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// The body as JSON; `None` when it is empty. A body without a content type counts
/// as JSON.
///
/// # Errors
/// Too large, not JSON, or of another type.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Option<Value>, ApiError> {
    parse(headers, &bytes(body).await?)
}

/// The body as it was sent.
///
/// # Errors
/// Too large.
pub async fn bytes(body: Body) -> Result<Bytes, ApiError> {
    to_bytes(body, LARGEST).await.map_err(|_| ApiError::too_large(LARGEST))
}

/// The body as JSON; `None` when it is empty.
///
/// # Errors
/// Not JSON, or of another type.
pub fn parse(headers: &HeaderMap, bytes: &[u8]) -> Result<Option<Value>, ApiError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    if !is_json(headers) {
        // What it is cannot be told apart from a secret, so it is not repeated.
        return Err(ApiError::invalid(&[Fault::not_an_object(Value::Null)]));
    }
    serde_json::from_slice(bytes).map(Some).map_err(|error| ApiError::invalid(&[syntax(bytes, &error)]))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let kind =
        value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty()
        || kind == "application/json"
        || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn syntax(bytes: &[u8], error: &serde_json::Error) -> Fault {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    // A text that ends too early is wrong at its end.
    let at = if error.is_eof() { characters(bytes) } else { position(bytes, error.line(), error.column()) };
    Fault::not_json(at, reason)
}

/// How many characters stand before a place that is given by line and column, both
/// counted from one, the column in bytes.
fn position(bytes: &[u8], line: usize, column: usize) -> usize {
    let start: usize =
        bytes.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let end = (start + column.saturating_sub(1)).min(bytes.len());
    characters(&bytes[..end])
}

fn characters(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::validate::Step;

    #[test]
    fn the_place_of_a_mistake_is_counted_in_characters() {
        for (text, at) in [("{", 1), ("{\"ä\": }", 6), ("{\n \"ä\": \"x\" 1}", 12), ("{} x", 3), ("nope", 1)]
        {
            let error = serde_json::from_str::<Value>(text).expect_err("wrong");
            let fault = syntax(text.as_bytes(), &error);
            assert_eq!(fault.loc, [Step::Name("body"), Step::Position(at)], "{text}: {error}");
        }
    }
}
