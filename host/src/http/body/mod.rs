//! Request bodies as JSON.

mod encoding;
mod syntax;
#[cfg(test)]
mod tests;

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use serde_json::Value;

use super::error::ApiError;
use super::validate::Fault;
use syntax::Flaw;

/// The largest body in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// The body as JSON; `None` when it is empty. A body without a content type counts
/// as JSON.
///
/// # Errors
/// Too large, or not JSON.
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

/// The body as JSON; `None` when it is empty. A body of another type is null: it has no
/// fields, which is found out where they are read, after the question who asks. What it
/// is cannot be told apart from a secret, so it is not repeated.
///
/// # Errors
/// Not JSON.
pub fn parse(headers: &HeaderMap, bytes: &[u8]) -> Result<Option<Value>, ApiError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    if !is_json(headers) {
        return Ok(Some(Value::Null));
    }
    let text = encoding::text(bytes).ok_or_else(unreadable)?;
    serde_json::from_str(&text).map(Some).map_err(|_| refusal(&text))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let kind =
        value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty()
        || kind == "application/json"
        || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Why a text that is not read is not.
fn refusal(text: &str) -> ApiError {
    match syntax::flaw(text) {
        Some(Flaw { at, reason }) => ApiError::invalid(&[Fault::not_json(at, reason)]),
        None => unreadable(),
    }
}

/// Not text, or nested too deeply.
fn unreadable() -> ApiError {
    ApiError::bad_request("There was an error parsing the body")
}
