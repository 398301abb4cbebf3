//! The `Idempotency-Key` header.

use axum::http::HeaderName;
use axum::http::request::Parts;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::ApiError;
use crate::service::once::Once;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST: usize = 255;

/// The caller's name for this request, if it has one.
///
/// # Errors
/// When the name is empty, too long or not plain text.
pub fn once(parts: &Parts, body: Option<&Value>) -> Result<Option<Once>, ApiError> {
    let Some(value) = parts.headers.get(HEADER) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > LONGEST {
        return Err(ApiError::bad_request("Idempotency-Key must have 1 to 255 plain characters"));
    }
    let request =
        format!("{} {}\n{}", parts.method, parts.uri.path(), body.map(Value::to_string).unwrap_or_default());
    Ok(Some(Once { key: key.to_owned(), request_hash: hex::encode(Sha256::digest(request)) }))
}
