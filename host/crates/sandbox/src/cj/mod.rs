//! The API 2.0 of CJ Dropshipping, as its published documentation and recorded
//! answers describe it.

mod catalogue;
mod door;
mod freight;
mod product;
mod refusal;
mod search;
pub mod special;
mod stock;
mod throttle;
mod tokens;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::any;

use crate::aliexpress::ItemChange;
use crate::world::World;
use throttle::Throttle;
use tokens::Tokens;

/// The origins that a real installation talks to and that are simulated here.
pub(crate) const ORIGINS: [&str; 2] =
    ["https://developers.cjdropshipping.com", "https://cf.cjdropshipping.com"];

/// The path of the API below its origin.
const API: &str = "/api2.0/v1";

/// What the API remembers.
#[derive(Debug, Default)]
pub(crate) struct Cj {
    tokens: Tokens,
    throttle: Throttle,
    changes: Mutex<HashMap<String, ItemChange>>,
    /// Products by the ids of variants that were told to somebody.
    variants: Mutex<HashMap<String, String>>,
    /// Requests per second and account; unlimited when absent.
    rate: Mutex<Option<u32>>,
    answers: AtomicU64,
}

impl Cj {
    /// Changes a product until the next reset.
    pub(crate) fn change(&self, id: &str, change: ItemChange) {
        lock(&self.changes).insert(id.to_ascii_uppercase(), change);
    }

    fn changed(&self, id: &str) -> ItemChange {
        lock(&self.changes).get(id).cloned().unwrap_or_default()
    }

    /// Limits every account from now on.
    pub(crate) fn limit(&self, requests_per_second: Option<u32>) {
        *lock(&self.rate) = requests_per_second;
    }

    fn rate(&self) -> Option<u32> {
        *lock(&self.rate)
    }

    fn tell_variant(&self, vid: &str, pid: &str) {
        lock(&self.variants).insert(vid.to_owned(), pid.to_owned());
    }

    fn product_of(&self, vid: &str) -> Option<String> {
        lock(&self.variants).get(vid).cloned()
    }

    /// A number for an answer.
    fn request_id(&self) -> String {
        format!("demo{:028x}", self.answers.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Ends every token, as a logout does.
    pub(crate) fn revoke_all(&self) {
        self.tokens.revoke_all();
    }

    pub(crate) fn reset(&self) {
        self.tokens.reset();
        self.throttle.reset();
        lock(&self.changes).clear();
        lock(&self.variants).clear();
        *lock(&self.rate) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route(&format!("{API}/{{*path}}"), any(door::answer))
}
