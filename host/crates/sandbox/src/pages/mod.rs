//! Ordinary product pages, in the dialects that shop systems speak.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::reply;
use crate::world::World;

/// A page: its name in the address, what is special about it, its text.
struct Page {
    name: &'static str,
    what: &'static str,
    html: &'static str,
}

macro_rules! pages {
    ($($name:literal $what:literal;)*) => {
        &[$(Page { name: $name, what: $what, html: include_str!(concat!("html/", $name, ".html")) }),*]
    };
}

const PAGES: &[Page] = pages! {
    "desk-lamp" "JSON-LD graph with one offer";
    "mug" "JSON-LD product group with variants";
    "backpack" "JSON-LD aggregate offer, Open Graph beside it";
    "scarf" "microdata only";
    "poster" "Open Graph only";
    "chair" "German page, decimal comma, microdata with contents";
    "sneakers" "a broken JSON-LD block, then a list of blocks with numbers for prices";
    "sold-out" "JSON-LD, out of stock, gallery of relative pictures";
    "journal" "an article, no product";
    "trap" "hostile names, pictures and prices";
};

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/pages", get(index)).route("/pages/", get(index)).route("/pages/{name}", get(page))
}

async fn index() -> Response {
    let links: String = PAGES
        .iter()
        .map(|page| format!("<li><a href=\"/pages/{0}\">{0}</a>: {1}</li>", page.name, page.what))
        .collect();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Product pages (demo)</title></head>\
         <body><h1>Product pages of the demo world</h1><ul>{links}</ul></body></html>"
    );
    reply::html(StatusCode::OK, html)
}

async fn page(State(world): State<Arc<World>>, Path(name): Path<String>) -> Response {
    let name = name.trim_end_matches(".html");
    match PAGES.iter().find(|page| page.name == name) {
        Some(page) => reply::html(StatusCode::OK, page.html.replace("{{base}}", &world.base_url)),
        None => reply::html(StatusCode::NOT_FOUND, "<h1>404 (demo)</h1>"),
    }
}
