//! Permissions to set a password anew, known only by their hashes.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sourcepilot_domain::ids::UserId;
use uuid::Uuid;

use super::entity::password_resets::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Tx, micros};

/// Give a permission in place of all earlier ones of the user.
///
/// # Errors
/// When the database cannot be asked.
pub async fn replace(
    tx: &Tx,
    user: UserId,
    token_hash: String,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    withdraw(tx, user).await?;
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        user_id: Set(user.0),
        token_hash: Set(token_hash),
        expires_at: Set(micros(expires_at)),
        used_at: Set(None),
        created_at: Set(micros(now)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Whose permission this is, while it is good.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, DbError> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(micros(now)))
        .one(reads.conn())
        .await?;
    Ok(row.map(|row| UserId(row.user_id)))
}

/// Use a permission up. Of two parallel uses only one gets `true`.
///
/// # Errors
/// When the database cannot be asked.
pub async fn use_once(tx: &Tx, user: UserId, token_hash: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let now = micros(now);
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Take back all permissions of the user.
///
/// # Errors
/// When the database cannot be asked.
pub async fn withdraw(tx: &Tx, user: UserId) -> Result<(), DbError> {
    Entity::delete_many().filter(Column::UserId.eq(user.0)).exec(tx).await?;
    Ok(())
}
