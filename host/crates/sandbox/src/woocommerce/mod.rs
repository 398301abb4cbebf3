//! WordPress with WooCommerce, as far as its REST API v3 and its shop window go:
//! the behaviour was observed on a real shop, its silent rules included.

mod auth;
mod batch;
mod error;
mod listing;
mod media;
mod model;
mod oauth1;
mod products;
mod render;
mod rest;
mod schema;
mod site;
pub(crate) mod snapshot;
mod store_api;
mod storefront;
mod system;
mod terms;
mod throttle;
mod values;
mod write;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};

use crate::config::{ApiKey, ShopConfig};
use crate::world::World;
use model::Books;
use oauth1::Nonces;
use throttle::Throttle;

/// One running shop.
pub(crate) struct Shop {
    pub(crate) config: ShopConfig,
    /// The address it believes it has, without a trailing slash.
    pub(crate) home: String,
    books: Mutex<Books>,
    nonces: Mutex<HashMap<String, Nonces>>,
    throttle: Throttle,
    creations: AtomicU64,
    changed: AtomicBool,
}

impl Shop {
    pub(crate) fn new(config: ShopConfig, base_url: &str) -> Self {
        let home = config.home.clone().unwrap_or_else(|| format!("{base_url}{}", config.mount));
        Self {
            home: home.trim_end_matches('/').to_owned(),
            config,
            books: Mutex::default(),
            nonces: Mutex::default(),
            throttle: Throttle::default(),
            creations: AtomicU64::new(0),
            changed: AtomicBool::new(false),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, consumer_key: &str) -> Option<&ApiKey> {
        self.config.keys.iter().find(|key| key.consumer_key == consumer_key)
    }

    /// The contents differ from the snapshot.
    fn touched(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn reset(&self) {
        *self.books() = Books::default();
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.throttle.reset();
        self.creations.store(0, Ordering::Relaxed);
        self.touched();
    }

    /// Everything in the shop: products with their variations, pictures, terms.
    pub(crate) fn inventory(&self) -> Value {
        let books = self.books();
        let shown = |product: &model::Product| {
            let mut value = self.rendered(&books, product);
            let below = books.variations(product.id).map(|variation| self.rendered(&books, variation));
            value["variations"] = below.collect();
            value
        };
        let used: Vec<u64> = books.products.values().flat_map(|product| product.images.clone()).collect();
        let media: Vec<Value> = books
            .media
            .values()
            .map(|media| json!({"id": media.id, "src": self.media_url(media), "origin": media.origin, "used": used.contains(&media.id)}))
            .collect();
        json!({
            "demo": true,
            "name": self.config.name,
            "mount": self.config.mount,
            "home": self.home,
            "products": books.products.values().filter(|one| !one.is_variation()).map(shown).collect::<Vec<_>>(),
            "media": media,
            "categories": books.categories.values().map(|term| term.name.clone()).collect::<Vec<_>>(),
            "tags": books.tags.values().map(|term| term.name.clone()).collect::<Vec<_>>(),
        })
    }
}

/// Everything below the shop's path. A shop at the root is reached through the fallback instead.
pub(crate) fn routes(shop: &Arc<Shop>) -> Router<Arc<World>> {
    let mount = shop.config.mount.trim_end_matches('/');
    if mount.is_empty() {
        return Router::new();
    }
    let handler = {
        let shop = shop.clone();
        move |State(world): State<Arc<World>>, request: Request| {
            let shop = shop.clone();
            async move { serve(&world, &shop, request).await }
        }
    };
    Router::new()
        .route(mount, any(handler.clone()))
        .route(&format!("{mount}/"), any(handler.clone()))
        .route(&format!("{mount}/{{*rest}}"), any(handler))
}

/// One request to a shop.
pub(crate) async fn serve(world: &Arc<World>, shop: &Arc<Shop>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_else(|_| Bytes::new());
    site::answer(world, shop, &parts, &bytes).await
}
