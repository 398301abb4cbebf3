//! Plans: what there is, paying for one, and which one a user has.

mod checkout;
mod mock;
mod portal;

use sourcepilot_domain::subscription::Subscription;

use super::once::{KeyReused, Once};
use super::usage::{self, Usage};
use crate::app::App;
use crate::config::StripeConfig;
use crate::db::users::User;
use crate::db::{DbError, subscriptions};
use crate::gateway::stripe::{Stripe, StripeFailure};

pub use checkout::{Checkout, checkout};
pub use portal::portal;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    #[error("Cannot checkout for free plan")]
    FreePlan,
    #[error("User already has an active subscription")]
    Subscribed,
    #[error("User has no billing account")]
    NoCustomer,
    #[error("Plans cannot be paid for here: {0}")]
    Off(&'static str),
    #[error(transparent)]
    Stripe(#[from] StripeFailure),
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The way to Stripe, when there is one.
///
/// # Errors
/// When key or address cannot be used.
pub fn gateway(config: &StripeConfig) -> Result<Option<Stripe>, StripeFailure> {
    let is_real = config.mode() == crate::config::BillingMode::Stripe;
    is_real.then(|| Stripe::new(&config.secret_key, &config.api_base)).transpose()
}

/// The user's subscription: the one in force, else the last one.
///
/// # Errors
/// When the database does not answer.
pub async fn current(app: &App, user: &User) -> Result<Option<Subscription>, DbError> {
    Ok(subscriptions::list(&app.db, user.id).await?.into_iter().next())
}

/// Everything about the user's plan at once.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(app: &App, user: &User) -> Result<(Option<Subscription>, Usage), DbError> {
    Ok((current(app, user).await?, usage::now(app, user).await?))
}
