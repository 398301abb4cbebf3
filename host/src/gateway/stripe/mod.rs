//! Stripe: customers, payment pages, portal pages, subscriptions.
//!
//! Requests are built by the `async-stripe` crates, answers are read as plain JSON:
//! an account may be pinned to an older version of the API than the crates know.

mod failure;
mod requests;

use std::time::Duration;

use miniserde::json::Value as WireValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeRequest};

pub use failure::StripeFailure;
pub use requests::NewCheckout;

/// One attempt, from connecting to the last byte.
const PATIENCE: Duration = Duration::from_secs(10);
/// For reading while somebody waits for an answer of ours.
const SHORT_PATIENCE: Duration = Duration::from_secs(4);
/// Attempts of a request that changes something.
const ATTEMPTS: u32 = 3;
/// Before the second attempt; doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// A page of Stripe's on which a merchant pays.
#[derive(Clone, Debug)]
pub struct CheckoutPage {
    pub id: String,
    /// Absent when it has been used already.
    pub url: Option<String>,
}

/// What has become of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckoutState {
    /// Nobody has paid on it yet.
    Open { plan: Option<String>, url: String },
    /// Somebody has.
    Paid { subscription: Option<String> },
    /// Nobody can any more.
    Expired,
}

/// The way to Stripe's API with one key.
#[derive(Clone, Debug)]
pub struct Stripe {
    client: Client,
}

impl Stripe {
    /// # Errors
    /// When key or address cannot stand in a request.
    pub fn new(key: &SecretString, api_base: &str) -> Result<Self, StripeFailure> {
        // The client appends `v1/…` to the text as it is.
        let base = format!("{}/", api_base.trim_end_matches('/'));
        let client = ClientBuilder::new(key.expose_secret().to_owned())
            .url(base)
            .timeout(PATIENCE)
            .app_info("SourcePilot", Some(env!("CARGO_PKG_VERSION").to_owned()), None)
            .build()
            .map_err(|error| StripeFailure::of(&error))?;
        Ok(Stripe { client })
    }

    /// Make a customer; the same key makes the same one.
    ///
    /// # Errors
    /// When Stripe does not.
    pub async fn create_customer(&self, user: &str, email: &str, key: &str) -> Result<String, StripeFailure> {
        let answer = self.change(&requests::customer(user, email), key).await?;
        text(&answer, "id")
    }

    /// Make a page on which a plan is paid for; the same key makes the same one.
    ///
    /// # Errors
    /// When Stripe does not.
    pub async fn create_checkout(
        &self,
        new: &NewCheckout<'_>,
        key: &str,
    ) -> Result<CheckoutPage, StripeFailure> {
        let answer = self.change(&requests::checkout(new), key).await?;
        Ok(CheckoutPage { id: text(&answer, "id")?, url: text(&answer, "url").ok() })
    }

    /// Close a page on which nobody has paid.
    ///
    /// # Errors
    /// When Stripe does not, also because it has been paid on.
    pub async fn expire_checkout(&self, id: &str) -> Result<(), StripeFailure> {
        let key = format!("expire:{id}");
        self.change(&requests::expire(id), &key).await.map(|_| ())
    }

    /// A page as it is now.
    ///
    /// # Errors
    /// When Stripe does not tell.
    pub async fn checkout(&self, id: &str) -> Result<CheckoutState, StripeFailure> {
        let answer = self.read(&requests::retrieve_checkout(id)).await?;
        let subscription = &answer["subscription"];
        Ok(match answer["status"].as_str() {
            Some("open") => CheckoutState::Open {
                plan: text(&answer["metadata"], "plan").ok(),
                url: text(&answer, "url")?,
            },
            Some("complete") => CheckoutState::Paid {
                subscription: subscription.as_str().or(subscription["id"].as_str()).map(str::to_owned),
            },
            _ => CheckoutState::Expired,
        })
    }

    /// Make a page on which a customer manages payments. Its address opens it, so it is
    /// shown once and kept nowhere.
    ///
    /// # Errors
    /// When Stripe does not.
    pub async fn create_portal(&self, customer: &str, back: &str) -> Result<String, StripeFailure> {
        let key = format!("portal:{}", uuid::Uuid::new_v4());
        let answer = self.change(&requests::portal(customer, back), &key).await?;
        text(&answer, "url")
    }

    /// A subscription as it is now, in the form in which events carry it.
    ///
    /// # Errors
    /// When Stripe does not tell.
    pub async fn subscription(&self, id: &str) -> Result<Value, StripeFailure> {
        self.read(&requests::subscription(id)).await
    }

    async fn read(&self, request: &impl StripeRequest) -> Result<Value, StripeFailure> {
        let sent = request.build().customize::<WireValue>().timeout(SHORT_PATIENCE).send(&self.client);
        let answer = Box::pin(sent).await.map_err(|error| StripeFailure::of(&error))?;
        readable(&answer)
    }

    /// Send a request that changes something. It is repeated under the same key where
    /// that is safe; Stripe answers a key whose request failed on its side with the
    /// same failure for good, so that takes another one.
    async fn change(&self, request: &impl StripeRequest, key: &str) -> Result<Value, StripeFailure> {
        let (mut attempt, mut key) = (1, key.to_owned());
        loop {
            let named = IdempotencyKey::new(&key).map_err(|_| StripeFailure::Unreadable)?;
            let strategy = RequestStrategy::Idempotent(named);
            let sent = request.build().customize::<WireValue>().request_strategy(strategy).send(&self.client);
            let failure = match Box::pin(sent).await {
                Ok(answer) => return readable(&answer),
                Err(error) => StripeFailure::of(&error),
            };
            if attempt == ATTEMPTS || !failure.is_passing() {
                return Err(failure);
            }
            if failure.is_kept_under_the_key() {
                key = format!("{key}:{attempt}");
            }
            tokio::time::sleep(FIRST_WAIT * 2_u32.pow(attempt - 1)).await;
            attempt += 1;
        }
    }
}

fn readable(answer: &WireValue) -> Result<Value, StripeFailure> {
    serde_json::from_str(&miniserde::json::to_string(answer)).map_err(|_| StripeFailure::Unreadable)
}

fn text(answer: &Value, field: &str) -> Result<String, StripeFailure> {
    answer[field].as_str().map(str::to_owned).ok_or(StripeFailure::Unreadable)
}
