//! Which part of the site an address means, by the way the site writes addresses.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{Shop, rest, storefront};
use crate::config::Permalinks;
use crate::reply;
use crate::world::World;

/// Answers one request.
pub(super) async fn answer(world: &Arc<World>, shop: &Arc<Shop>, parts: &Parts, body: &[u8]) -> Response {
    if let Err(seconds) = shop.throttle.pass(world.clock.now().timestamp(), shop.config.calls_per_minute) {
        let mut response = reply::html(StatusCode::TOO_MANY_REQUESTS, "<h1>Too many requests (demo)</h1>");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    let whole = parts.uri.path();
    let path = whole.strip_prefix(shop.config.mount.trim_end_matches('/')).unwrap_or(whole);
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    if let Some(file) = path.strip_prefix("/wp-content/uploads/") {
        return upload(world, shop, file).await;
    }
    let inner = path
        .strip_prefix("/index.php")
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .unwrap_or(path);
    if let Some(route) =
        inner.strip_prefix("/wp-json").filter(|rest| rest.is_empty() || rest.starts_with('/'))
    {
        if shop.config.permalinks == Permalinks::Plain {
            return reply::redirect(StatusCode::MOVED_PERMANENTLY, &format!("{}/", shop.home));
        }
        return rest::answer(world, shop, parts, &query, route, body).await;
    }
    let by_query = query.iter().find(|(name, _)| name == "rest_route").map(|(_, route)| route.clone());
    if let Some(route) = by_query {
        return rest::answer(world, shop, parts, &query, &route, body).await;
    }
    storefront::page(shop, inner, &query)
}

async fn upload(world: &World, shop: &Shop, file: &str) -> Response {
    let picture =
        shop.books().media.values().find(|media| media.file == file).map(|media| media.picture.clone());
    let Some(picture) = picture else { return reply::html(StatusCode::NOT_FOUND, "<h1>404 (demo)</h1>") };
    match world.gallery.picture(&picture).await {
        Ok(picture) => reply::typed(StatusCode::OK, picture.content_type, picture.bytes),
        Err(_) => reply::html(StatusCode::NOT_FOUND, "<h1>404 (demo)</h1>"),
    }
}
