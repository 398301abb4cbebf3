//! The API's documentation in a browser, with nothing fetched from elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};

use super::error::ApiError;
use crate::app::App;

#[derive(Embed)]
#[folder = "assets/"]
struct Assets;

/// Both viewers style elements from scripts and draw icons from `data:` addresses;
/// Redoc searches in a worker of its own making. Scripts still come from here only.
const VIEWER_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:";

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/docs", get(|| async { page("pages/docs.html") }))
        .route("/redoc", get(|| async { page("pages/redoc.html") }))
        .route("/docs/assets/{*path}", get(asset))
}

fn page(path: &str) -> Response {
    match Assets::get(path) {
        Some(file) => ([(CONTENT_SECURITY_POLICY, VIEWER_POLICY)], shown(file, "no-cache")).into_response(),
        None => ApiError::no_route().into_response(),
    }
}

async fn asset(Path(path): Path<String>) -> Response {
    match Assets::get(&path) {
        Some(file) => shown(file, "public, max-age=3600"),
        None => ApiError::no_route().into_response(),
    }
}

fn shown(file: EmbeddedFile, cache: &'static str) -> Response {
    let kind = file.metadata.mimetype().to_owned();
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, cache.to_owned())], file.data).into_response()
}
