//! The API's documentation in a browser, with nothing fetched from elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use rust_embed::Embed;

use super::files;
use crate::app::App;

#[derive(Embed)]
#[folder = "assets/"]
struct Assets;

/// Both viewers style elements from scripts and draw icons from `data:` addresses;
/// Redoc searches in a worker of its own making. Scripts still come from here only.
const VIEWER_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:",
);

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/docs", get(|asked: HeaderMap| async move { page("pages/docs.html", &asked) }))
        .route("/redoc", get(|asked: HeaderMap| async move { page("pages/redoc.html", &asked) }))
        .route("/docs/assets/{*path}", get(asset))
}

fn page(path: &str, asked: &HeaderMap) -> Response {
    files::answer(Assets::get(path), asked, Some(VIEWER_POLICY))
}

async fn asset(Path(path): Path<String>, asked: HeaderMap) -> Response {
    files::answer(Assets::get(&path), &asked, None)
}
