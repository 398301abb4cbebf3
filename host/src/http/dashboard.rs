//! The dashboard's files. The page calls the API below `/api` of the same origin.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::error::ApiError;
use super::files;
use crate::app::App;

#[derive(Embed)]
#[folder = "../dashboard/public/"]
struct Page;

/// Pictures are fetched with a token and shown from memory.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'self'; img-src 'self' blob: data:");

/// A file, or the page itself for addresses inside it.
pub async fn file(uri: Uri, asked: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    // An address with an ending names a file; without one it is a place in the page.
    let file = Page::get(path).or_else(|| if name.contains('.') { None } else { Page::get("index.html") });
    files::answer(file, &asked, Some(POLICY))
}

/// What the page fills its forms with in the demo world.
pub async fn demo(State(app): State<Arc<App>>) -> Response {
    match &app.config.demo {
        Some(facts) => Json(facts).into_response(),
        None => ApiError::no_route().into_response(),
    }
}
