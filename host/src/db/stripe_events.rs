//! Which events of the payment provider have been dealt with. They belong to no
//! user: some arrive before anybody is known to be meant.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::entity::stripe_events::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Tx, micros};

/// An event that is being dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The provider's id of it.
    pub event_id: String,
    /// Such as `customer.subscription.updated`.
    pub kind: String,
    /// Which subscription it is about.
    pub stripe_subscription_id: Option<String>,
    /// Which customer it is about.
    pub stripe_customer_id: Option<String>,
    /// What was done with it, in one word.
    pub outcome: &'static str,
}

/// Whether an event has been dealt with.
///
/// # Errors
/// When the database cannot be asked.
pub async fn is_known<R: Reads>(reads: &R, event_id: &str) -> Result<bool, DbError> {
    Ok(Entity::find_by_id(event_id.to_owned()).one(reads.conn()).await?.is_some())
}

/// Note an event; `false` when it has been dealt with before. In the transaction
/// that does what it asks for: both happen, or neither.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record(tx: &Tx, event: Received, now: DateTime<Utc>) -> Result<bool, DbError> {
    let Received { event_id, kind, stripe_subscription_id, stripe_customer_id, outcome } = event;
    let row = ActiveModel {
        event_id: Set(event_id),
        kind: Set(kind),
        stripe_subscription_id: Set(stripe_subscription_id),
        stripe_customer_id: Set(stripe_customer_id),
        outcome: Set(outcome.to_owned()),
        received_at: Set(micros(now)),
    };
    let once = OnConflict::column(Column::EventId).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(tx).await? == 1)
}
