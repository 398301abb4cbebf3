//! The AliExpress open platform for dropshippers, as its published documents and
//! recorded answers describe it.

mod business;
mod catalogue;
mod category;
mod consent;
mod errors;
mod freight;
mod gateway;
mod links;
mod money;
mod oddities;
mod params;
mod product;
mod search;
mod shape;
mod signature;
pub mod special;
mod throttle;
mod tokens;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::{any, get};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::world::World;
use throttle::Throttle;
use tokens::Tokens;

pub(crate) use catalogue::words;
pub(crate) use links::short_link;

/// The origins that a real installation talks to and that are simulated here.
pub(crate) const ORIGINS: [&str; 8] = [
    "https://api-sg.aliexpress.com",
    "https://ae01.alicdn.com",
    "https://www.aliexpress.com",
    "https://aliexpress.com",
    "https://www.aliexpress.us",
    "https://s.click.aliexpress.com",
    "https://a.aliexpress.com",
    "https://star.aliexpress.com",
];

/// A change of a product that somebody ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemChange {
    /// Its prices in percent of the usual ones.
    pub price_percent: Option<u64>,
    /// The stock of each of its variants.
    pub stock: Option<u64>,
    /// Its status, such as `offline`.
    pub status: Option<String>,
}

/// What the gateway remembers.
#[derive(Debug, Default)]
pub(crate) struct AliExpress {
    tokens: Tokens,
    throttle: Throttle,
    changes: Mutex<HashMap<u64, ItemChange>>,
    calls: Mutex<HashMap<u64, u64>>,
    answers: AtomicU64,
}

impl AliExpress {
    /// Changes a product until the next reset.
    pub(crate) fn change(&self, id: &str, change: ItemChange) {
        if let Some(id) = catalogue::main_id(id) {
            lock(&self.changes).insert(id, change);
        }
    }

    fn changed(&self, id: u64) -> ItemChange {
        lock(&self.changes).get(&id).cloned().unwrap_or_default()
    }

    /// How often a product was asked for before.
    fn count_call(&self, id: u64) -> u64 {
        let mut calls = lock(&self.calls);
        let count = calls.entry(id).or_default();
        *count += 1;
        *count - 1
    }

    /// A number for an answer, in the platform's form.
    fn request_id(&self) -> String {
        format!("2101demo{:016}", self.answers.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(crate) fn revoke_all(&self, now: DateTime<Utc>) {
        self.tokens.revoke_all(now);
    }

    pub(crate) fn reset(&self) {
        self.tokens.reset();
        self.throttle.reset();
        lock(&self.changes).clear();
        lock(&self.calls).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/sync", any(gateway::business))
        .route("/rest", any(gateway::system_by_field))
        .route("/rest/{*path}", any(gateway::system_by_path))
        .route("/oauth/authorize", get(consent::authorize))
        .route("/item/{file}", get(links::item_page))
        .route("/e/{code}", get(links::click_link))
        .route("/share/share.htm", get(links::share_page))
}
