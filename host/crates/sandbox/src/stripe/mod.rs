//! Stripe below `/stripe`: customers, payment pages, portal pages, subscriptions and
//! their events, as the API of autumn 2026 has them.
//!
//! Bodies are forms with brackets, unknown parameters are refused, idempotency keys are
//! honoured for failures of Stripe's own as well. Events are signed and delivered on
//! demand: shuffled, twice, with bad signatures.

mod api;
mod books;
mod control;
mod deliver;
mod form;
mod life;
mod pages;
mod refusal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};

use crate::demo;
use crate::world::World;
use books::Books;

pub use control::StripeControl;
pub use deliver::{Delivery, Mischief};
pub use life::Turn;

/// Stripe's side.
#[derive(Clone, Debug)]
pub struct StripeConfig {
    /// The key that the API accepts.
    pub secret_key: String,
    /// Events are signed with it.
    pub webhook_secret: String,
    /// Where events are sent as they happen; nowhere when absent.
    pub webhook_url: Option<String>,
    /// The prices that can be paid for.
    pub prices: Vec<String>,
    /// Whether periods stand on the subscription, as before 2025, and not on its items.
    pub old_periods: bool,
}

impl Default for StripeConfig {
    fn default() -> Self {
        Self {
            secret_key: demo::STRIPE_SECRET_KEY.to_owned(),
            webhook_secret: demo::STRIPE_WEBHOOK_SECRET.to_owned(),
            webhook_url: None,
            prices: demo::STRIPE_PRICES.map(str::to_owned).to_vec(),
            old_periods: false,
        }
    }
}

/// What Stripe remembers.
#[derive(Debug, Default)]
pub(crate) struct Stripe(Mutex<Books>);

impl Stripe {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reset(&self) {
        *self.books() = Books::default();
    }
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/stripe/v1/{*path}", post(api::change).get(api::read))
        .route("/stripe/pay/{session}", get(pages::checkout).post(pages::pay))
        .route("/stripe/portal/{session}", get(pages::portal).post(pages::manage))
}
