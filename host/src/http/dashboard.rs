//! The dashboard's files. The page calls the API below `/api` of the same origin.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::error::ApiError;
use crate::app::App;

#[derive(Embed)]
#[folder = "../dashboard/public/"]
struct Page;

/// Pictures are fetched with a token and shown from memory.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'self'; img-src 'self' blob: data:");

/// A file, or the page itself for addresses inside it.
pub async fn file(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    match Page::get(path) {
        Some(file) => shown(file),
        // An address with an ending names a file, and that file is not there.
        None if name.contains('.') => ApiError::no_route().into_response(),
        None => Page::get("index.html").map_or_else(|| ApiError::no_route().into_response(), shown),
    }
}

/// What the page fills its forms with in the demo world.
pub async fn demo(State(app): State<Arc<App>>) -> Response {
    match &app.config.demo {
        Some(facts) => Json(facts).into_response(),
        None => ApiError::no_route().into_response(),
    }
}

fn shown(file: EmbeddedFile) -> Response {
    let kind = HeaderValue::from_str(file.metadata.mimetype());
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    response
}
