//! Secrets with which other services sign for a merchant.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sourcepilot_domain::ids::{UserId, WebhookSecretId};

use super::entity::webhook_secrets::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Sealed, Tx, micros};

/// A secret.
#[derive(Clone, Debug, PartialEq)]
pub struct WebhookSecret {
    /// What a signed call names it by.
    pub id: WebhookSecretId,
    /// For whom it signs.
    pub user_id: UserId,
    /// For people.
    pub name: String,
    /// The secret itself.
    pub secret: Sealed,
    /// When a call was signed with it last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Keep a secret.
///
/// # Errors
/// When the database cannot be asked.
pub async fn create(tx: &Tx, secret: WebhookSecret) -> Result<(), DbError> {
    let WebhookSecret { id, user_id, name, secret, last_used_at, created_at } = secret;
    let row = ActiveModel {
        id: Set(id.0),
        user_id: Set(user_id.0),
        name: Set(name),
        secret: Set(secret.into_row()),
        last_used_at: Set(last_used_at.map(micros)),
        created_at: Set(micros(created_at)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// How many the user has.
///
/// # Errors
/// When the database cannot be asked.
pub async fn count<R: Reads>(reads: &R, user: UserId) -> Result<u64, DbError> {
    Ok(Entity::find().filter(Column::UserId.eq(user.0)).count(reads.conn()).await?)
}

/// The user's secrets, newest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R, user: UserId) -> Result<Vec<WebhookSecret>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(reads.conn())
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// One of the user's secrets.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    id: WebhookSecretId,
) -> Result<Option<WebhookSecret>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    Ok(row.map(from_row))
}

/// Remember that a secret was used.
///
/// # Errors
/// When the database cannot be asked.
pub async fn used(tx: &Tx, user: UserId, id: WebhookSecretId, now: DateTime<Utc>) -> Result<(), DbError> {
    let row = ActiveModel { last_used_at: Set(Some(micros(now))), ..ActiveModel::default() };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forget a secret; `false` when there is none.
///
/// # Errors
/// When the database cannot be asked.
pub async fn delete(tx: &Tx, user: UserId, id: WebhookSecretId) -> Result<bool, DbError> {
    let gone =
        Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::UserId.eq(user.0)).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

pub(super) fn from_row(row: Model) -> WebhookSecret {
    let Model { id, user_id, name, secret, last_used_at, created_at } = row;
    WebhookSecret {
        id: WebhookSecretId(id),
        user_id: UserId(user_id),
        name,
        secret: Sealed::from_row(secret),
        last_used_at,
        created_at,
    }
}
