//! A creation that is asked for twice is done once: the caller names it with a key,
//! and a repeat gets what the first one made.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sourcepilot_domain::ids::UserId;
use uuid::Uuid;

use crate::db::idempotency::{self, Claim};
use crate::db::{DbError, Tx};

/// How long a key is remembered.
const KEEP: TimeDelta = TimeDelta::hours(24);
/// What is stored as the status; the answer itself is made anew.
const CREATED: u16 = 201;

/// The caller's name for one creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    pub key: String,
    /// Tells whether a repeat asks for the same.
    pub request_hash: String,
}

/// The key was used for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This Idempotency-Key was used for another request")]
pub struct KeyReused;

/// What a key turned out to be.
#[derive(Debug)]
pub enum Turn<T> {
    /// Do it, then [`Promise::keep`].
    First(Promise),
    /// It was done; this is what was kept.
    Repeat(T),
}

/// A creation that is about to be done. Without a key nothing is remembered.
#[derive(Debug)]
pub struct Promise(Option<(UserId, Uuid)>);

/// Find out whether this is the first time. The key is held until the transaction
/// ends, so of two requests at the same time one waits and becomes the repeat.
///
/// # Errors
/// [`KeyReused`], or that the database does not answer.
pub async fn begin<T, E>(
    tx: &Arc<Tx>,
    user: UserId,
    operation: &str,
    once: Option<&Once>,
    now: DateTime<Utc>,
) -> Result<Turn<T>, E>
where
    T: DeserializeOwned,
    E: From<KeyReused> + From<DbError>,
{
    let Some(Once { key, request_hash }) = once else { return Ok(Turn::First(Promise(None))) };
    match idempotency::claim(tx, user, operation, key, request_hash, now, KEEP).await? {
        Claim::New(claim) => Ok(Turn::First(Promise(Some((user, claim))))),
        Claim::Answered { status: _, answer } => {
            serde_json::from_value(answer).map(Turn::Repeat).map_err(|_| KeyReused.into())
        }
        Claim::Mismatch => Err(KeyReused.into()),
    }
}

impl Promise {
    /// Remember what was made.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep<T: Serialize>(self, tx: &Arc<Tx>, made: &T) -> Result<(), DbError> {
        let Some((user, claim)) = self.0 else { return Ok(()) };
        let made = serde_json::to_value(made).unwrap_or(Value::Null);
        idempotency::finish(tx, user, claim, CREATED, made).await
    }
}
