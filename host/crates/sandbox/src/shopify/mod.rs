//! A Shopify shop, as far as its Admin GraphQL API and its tokens go: documents are
//! parsed, validated against the schema, reckoned, throttled and executed; products
//! obey the platform's limits; pictures and large products take their time.

mod cost;
mod graphql;
mod model;
mod mutations;
mod oauth;
mod query;
mod render;
mod search;
mod storefront;
mod tokens;
mod tree;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::config::ShopifyConfig;
use crate::reply;
use crate::world::World;
use cost::Bucket;
pub(crate) use model::Books;
use tokens::Tokens;

/// The version of the API that is served; others are answered by it, as Shopify does
/// with versions that it does not serve any more.
pub(crate) const API_VERSION: &str = "2026-10";
/// Path of its shop window below the sandbox's address.
const PAGES: &str = "/shopify/products";

/// One running shop.
pub(crate) struct Shop {
    pub(crate) config: ShopifyConfig,
    base_url: String,
    books: Mutex<Books>,
    bucket: Bucket,
    tokens: Tokens,
    changed: AtomicBool,
}

impl Shop {
    pub(crate) fn new(config: ShopifyConfig, base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            bucket: Bucket::new(config.points, config.points_per_second),
            tokens: Tokens::default(),
            books: Mutex::default(),
            changed: AtomicBool::new(false),
            config,
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where buyers see a product.
    fn page(&self, handle: &str) -> String {
        format!("{}{PAGES}/{handle}", self.base_url)
    }

    pub(crate) fn reset(&self) {
        *self.books() = Books::default();
        self.bucket.reset();
        self.tokens.reset();
        self.touched();
    }

    fn touched(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Whether the contents differ from the snapshot; asked once per change.
    pub(crate) fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::Relaxed)
    }

    pub(crate) fn to_snapshot(&self) -> Books {
        self.books().clone()
    }

    pub(crate) fn restore(&self, books: Books) {
        *self.books() = books;
    }

    /// Everything in the shop as JSON.
    pub(crate) fn inventory(&self, world: &World) -> Value {
        self.contents(&self.books(), world.clock.now())
    }

    /// Makes every token that ends, ended or not, invalid.
    pub(crate) fn revoke_tokens(&self) {
        self.tokens.reset();
    }

    /// Takes a SKU away from its variant.
    pub(crate) fn blank_sku(&self, sku: &str) {
        let mut books = self.books();
        let variants = books.products.values_mut().flat_map(|product| &mut product.variants);
        variants.filter(|one| one.sku.as_deref() == Some(sku)).for_each(|one| one.sku = None);
    }

    /// A collection that fills itself by rules, into which nothing can be put.
    pub(crate) fn add_smart_collection(&self, title: &str, handle: &str) {
        let mut books = self.books();
        let id = books.id();
        let one = model::Collection {
            id,
            title: title.to_owned(),
            handle: handle.to_owned(),
            smart: true,
            published: true,
        };
        books.collections.insert(id, one);
    }
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/admin/api/{version}/graphql.json", post(ask))
        .route("/admin/oauth/access_token", post(oauth::token))
        .route("/admin/oauth/authorize", get(oauth::authorize))
        .route("/shopify/products/{handle}", get(storefront::page))
}

/// Shops are told apart by the host that was asked for, as Shopify does.
fn shop_of(world: &World, headers: &HeaderMap) -> Option<Arc<Shop>> {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_own = world.base_url.strip_prefix("http://") == Some(host);
    world.shopify.iter().find(|shop| is_own || shop.config.domain.eq_ignore_ascii_case(host)).cloned()
}

fn unknown_shop() -> Response {
    reply::json(StatusCode::NOT_FOUND, &json!({"errors": "Not Found"}))
}

async fn ask(
    State(world): State<Arc<World>>,
    Path(_version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(shop) = shop_of(&world, &headers) else { return unknown_shop() };
    let token =
        headers.get("x-shopify-access-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(scopes) = shop.scopes_of(token, world.clock.now()) else {
        let message = "[API] Invalid API key or access token (unrecognized login or wrong password)";
        return reply::json(StatusCode::UNAUTHORIZED, &json!({"errors": message}));
    };
    // Parsing and executing large documents takes a while.
    let answered = tokio::task::spawn_blocking(move || graphql::answer(&world, &shop, &scopes, &body)).await;
    let Ok(answer) = answered else {
        return reply::html(StatusCode::INTERNAL_SERVER_ERROR, "<h1>500 (demo)</h1>");
    };
    let mut response = reply::json(StatusCode::OK, &answer);
    response.headers_mut().insert("x-shopify-api-version", header::HeaderValue::from_static(API_VERSION));
    response
}
