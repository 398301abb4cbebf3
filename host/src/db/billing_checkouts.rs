//! The payment page that a user was sent to last.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use sourcepilot_domain::ids::UserId;

use super::entity::billing_checkouts::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Tx, micros};

/// The page that the user was sent to last.
///
/// # Errors
/// When the database cannot be asked.
pub async fn of_user<R: Reads>(reads: &R, user: UserId) -> Result<Option<String>, DbError> {
    Ok(Entity::find_by_id(user.0).one(reads.conn()).await?.map(|row| row.stripe_session_id))
}

/// Put a page in the place of the last one and answer that one, when it is another.
/// The caller holds the user ([`super::users::lock`]).
///
/// # Errors
/// When the database cannot be asked.
pub async fn replace(
    tx: &Tx,
    user: UserId,
    session: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, DbError> {
    let before = of_user(tx, user).await?;
    let row = ActiveModel {
        user_id: Set(user.0),
        stripe_session_id: Set(session.to_owned()),
        created_at: Set(micros(now)),
    };
    let newer = OnConflict::column(Column::UserId)
        .update_columns([Column::StripeSessionId, Column::CreatedAt])
        .to_owned();
    Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(before.filter(|before| before != session))
}
