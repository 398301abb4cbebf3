//! The shop window: one page per product that buyers may see.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::reply::{self, escape};
use crate::world::World;

/// `GET /shopify/products/{handle}`
pub(super) async fn page(State(world): State<Arc<World>>, Path(handle): Path<String>) -> Response {
    for shop in &world.shopify {
        let books = shop.books();
        let visible = |one: &&super::model::Product| {
            one.handle == handle && one.status == "ACTIVE" && one.published.is_some()
        };
        if let Some(product) = books.products.values().find(visible) {
            let mut rows = String::new();
            for variant in &product.variants {
                let _never = write!(
                    rows,
                    "<tr><td>{}</td><td>{} {}</td></tr>",
                    escape(&variant.values.join(" / ")),
                    escape(&variant.price),
                    escape(&shop.config.currency)
                );
            }
            return reply::html(
                StatusCode::OK,
                format!(
                    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\
                     <p><b>DEMO</b></p><h1>{title}</h1>{description}<table>{rows}</table></body></html>",
                    title = escape(&product.title),
                    description = ammonia::clean(&product.description)
                ),
            );
        }
    }
    reply::html(StatusCode::NOT_FOUND, "<h1>404 (demo)</h1>")
}
