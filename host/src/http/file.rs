//! Requests of a merchant whose body is a file.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::body;
use super::error::ApiError;
use super::extract::Authorized;
use super::validate::Input;
use crate::app::App;
use crate::service::auth::Session;
use crate::service::once::Once;

/// As [`Authorized`], with the body as text of a table.
#[derive(Clone, Debug)]
pub struct WithTable<T> {
    pub session: Session,
    pub input: T,
    pub once: Option<Once>,
    pub table: Bytes,
}

impl<T: Input> FromRequest<Arc<App>> for WithTable<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let head = Request::from_parts(parts.clone(), Body::empty());
        let Authorized { session, input, once } = Authorized::<T>::from_request(head, app).await?;
        if !is_table(&parts.headers) {
            let sentence = "Send the list as text/csv, one product per line.";
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
        }
        let table = body::bytes(body).await?;
        let once = once.map(|Once { key, request_hash }| {
            let whole = Sha256::new().chain_update(request_hash).chain_update(&table).finalize();
            Once { key, request_hash: hex::encode(whole) }
        });
        Ok(WithTable { session, input, once, table })
    }
}

fn is_table(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    ["text/csv", "text/plain", "application/csv"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}
