//! Which customer of the payment provider a user is: one, for good.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sourcepilot_domain::ids::UserId;

use super::entity::billing_customers::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Rule, Tx, micros};

/// The provider's id of the user.
///
/// # Errors
/// When the database cannot be asked.
pub async fn of_user<R: Reads>(reads: &R, user: UserId) -> Result<Option<String>, DbError> {
    let row = Entity::find_by_id(user.0).one(reads.conn()).await?;
    Ok(row.map(|row| row.stripe_customer_id))
}

/// Keep the provider's id of the user, unless there is one, and answer which one is
/// kept. Of two at the same time the first stays.
///
/// # Errors
/// [`super::Rule::BillingCustomer`] when it is another user's.
pub async fn remember(tx: &Tx, user: UserId, customer: &str, now: DateTime<Utc>) -> Result<String, DbError> {
    let row = ActiveModel {
        user_id: Set(user.0),
        stripe_customer_id: Set(customer.to_owned()),
        created_at: Set(micros(now)),
    };
    // No column is named: of two at the same time PostgreSQL lets the second one wait
    // only at the indexes that are named, and both rows hold the same customer.
    let first = OnConflict::new().do_nothing().to_owned();
    Entity::insert(row).on_conflict(first).exec_without_returning(tx).await?;
    of_user(tx, user).await?.ok_or(DbError::Unique(Rule::BillingCustomer))
}

/// Forget the provider's id of the user, if it is still this one.
///
/// # Errors
/// When the database cannot be asked.
pub async fn forget(tx: &Tx, user: UserId, customer: &str) -> Result<bool, DbError> {
    let gone = Entity::delete_many()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::StripeCustomerId.eq(customer))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected == 1)
}
