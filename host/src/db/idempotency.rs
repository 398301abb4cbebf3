//! Answers to requests that carry an `Idempotency-Key`. The claim, the work and
//! the answer share one transaction: a parallel request with the same key waits
//! for it and then gets the same answer, and an undone one leaves no claim.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use sourcepilot_domain::ids::UserId;
use uuid::Uuid;

use super::entity::JsonText;
use super::entity::idempotency_keys::{ActiveModel, Column, Entity};
use super::{DbError, Tx, micros};

/// What a key turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// New: do the work, then [`finish`].
    New(Uuid),
    /// Answered before: give this status code and body again.
    Answered {
        /// The status code.
        status: u16,
        /// The body.
        answer: Value,
    },
    /// Used before for another request.
    Mismatch,
}

/// Claim a key for an operation. `request_hash` tells requests apart.
///
/// # Errors
/// When the database cannot be asked.
pub async fn claim(
    tx: &Tx,
    user: UserId,
    operation: &str,
    key: &str,
    request_hash: &str,
    now: DateTime<Utc>,
    keep: TimeDelta,
) -> Result<Claim, DbError> {
    let now = micros(now);
    forget_expired(tx, user, operation, key, now).await?;
    let id = Uuid::now_v7();
    let row = ActiveModel {
        id: Set(id),
        user_id: Set(user.0),
        operation: Set(operation.to_owned()),
        idem_key: Set(key.to_owned()),
        request_hash: Set(request_hash.to_owned()),
        status_code: Set(None),
        answer: Set(None),
        created_at: Set(now),
        expires_at: Set(micros(now + keep)),
    };
    let once =
        OnConflict::columns([Column::UserId, Column::Operation, Column::IdemKey]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    let found = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Operation.eq(operation))
        .filter(Column::IdemKey.eq(key))
        .one(tx)
        .await?
        .ok_or(DbError::MissingReference)?;
    if found.id == id {
        return Ok(Claim::New(id));
    }
    if found.request_hash != request_hash {
        return Ok(Claim::Mismatch);
    }
    let corrupt = || DbError::corrupt("idempotency_keys", "status_code", found.id);
    let status = found.status_code.and_then(|code| u16::try_from(code).ok()).ok_or_else(corrupt)?;
    Ok(Claim::Answered { status, answer: found.answer.map_or(Value::Null, |json| json.0) })
}

/// Keep the answer for later requests with the same key.
///
/// # Errors
/// When the database cannot be asked.
pub async fn finish(tx: &Tx, user: UserId, claim: Uuid, status: u16, answer: Value) -> Result<(), DbError> {
    let row = ActiveModel {
        status_code: Set(Some(i32::from(status))),
        answer: Set(Some(JsonText(answer))),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(claim))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(())
}

async fn forget_expired(
    tx: &Tx,
    user: UserId,
    operation: &str,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Operation.eq(operation))
        .filter(Column::IdemKey.eq(key))
        .filter(Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    Ok(())
}
