//! The supplier's own pages and short links, as far as an importer meets them.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::catalogue;
use super::product::{self, image_url};
use crate::reply::{self, escape};
use crate::seed::Seeded;
use crate::world::World;

const SITE: &str = "https://www.aliexpress.com";

/// The product behind a short code: always the same one.
fn id_of_code(world: &World, code: &str) -> u64 {
    1_005_000_000_000_000 + Seeded::new(world.config.seed, &["short link", code]).below(9_990_000_000)
}

/// `s.click.aliexpress.com/e/_...`: straight to the product.
pub(super) async fn click_link(State(world): State<Arc<World>>, Path(code): Path<String>) -> Response {
    target(&world, &code, |id| format!("{SITE}/item/{id}.html?aff_fcid=demo&sk={code}"))
}

/// `a.aliexpress.com/_m...`: first to a page for sharing. None for other paths.
pub(crate) fn short_link(world: &World, path: &str) -> Option<Response> {
    let code = path.strip_prefix("/_m").filter(|code| !code.is_empty() && !code.contains('/'))?;
    Some(target(world, code, |id| {
        let item = format!("{SITE}/item/{id}.html?src=share");
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("redirectUrl", &item).finish();
        format!("https://star.aliexpress.com/share/share.htm?{query}")
    }))
}

fn target(world: &World, code: &str, address: impl FnOnce(u64) -> String) -> Response {
    let lower = code.to_lowercase();
    if lower.contains("nowhere") {
        return reply::redirect(StatusCode::FOUND, "https://www.aliexpress.com/p/login/index.html");
    }
    if lower.contains("loop") {
        return reply::redirect(StatusCode::FOUND, &format!("https://a.aliexpress.com/_m{code}"));
    }
    if lower.contains("outside") {
        return reply::redirect(StatusCode::FOUND, "http://169.254.169.254/item/1005001111222333.html");
    }
    reply::redirect(StatusCode::FOUND, &address(id_of_code(world, code)))
}

/// `star.aliexpress.com/share/share.htm`: on to the address it carries.
pub(super) async fn share_page(Query(query): Query<HashMap<String, String>>) -> Response {
    match query.get("redirectUrl").filter(|url| url.starts_with(SITE)) {
        Some(url) => reply::redirect(StatusCode::FOUND, url),
        None => reply::html(StatusCode::OK, "<h1>Share (demo)</h1>"),
    }
}

/// `/item/<id>.html`: a page for people.
pub(super) async fn item_page(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let id = file.strip_suffix(".html").and_then(catalogue::main_id);
    let Some(id) = id else { return reply::html(StatusCode::NOT_FOUND, "<h1>Page not found (demo)</h1>") };
    let item = product::item(&world, id);
    let title = escape(&item.title);
    let images: String = item
        .images
        .iter()
        .map(|name| format!("<img width=\"220\" alt=\"\" src=\"{}\">", escape(&image_url(name))))
        .collect();
    reply::html(
        StatusCode::OK,
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1>{images}</body></html>"
        ),
    )
}
