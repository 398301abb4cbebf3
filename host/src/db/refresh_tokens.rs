//! Refresh tokens, known only by their hashes. Each use of one makes a child; the
//! chain from a login on is a family.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sourcepilot_domain::ids::UserId;
use uuid::Uuid;

use super::entity::refresh_tokens::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, micros};

/// A refresh token that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its row.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: UserId,
    /// The login that it goes back to.
    pub family_id: Uuid,
    /// The one that it replaced.
    pub parent_id: Option<Uuid>,
    /// Useless from then on.
    pub expires_at: DateTime<Utc>,
    /// When it was first exchanged.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was called back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was given out.
    pub created_at: DateTime<Utc>,
}

/// A refresh token to be remembered.
#[derive(Clone, Debug)]
pub struct NewRefreshToken {
    /// Its row, which the token names.
    pub id: Uuid,
    /// The login that it goes back to; the token's own id for a login.
    pub family_id: Uuid,
    /// The one that it replaces.
    pub parent_id: Option<Uuid>,
    /// SHA-256 of the token in hexadecimal digits.
    pub token_hash: String,
    /// Useless from then on.
    pub expires_at: DateTime<Utc>,
}

/// Remember a token. The same token twice is remembered once.
///
/// # Errors
/// When the database cannot be asked.
pub async fn remember(
    tx: &Tx,
    user: UserId,
    new: NewRefreshToken,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let NewRefreshToken { id, family_id, parent_id, token_hash, expires_at } = new;
    let row = ActiveModel {
        id: Set(id),
        user_id: Set(user.0),
        family_id: Set(family_id),
        parent_id: Set(parent_id),
        token_hash: Set(token_hash),
        expires_at: Set(micros(expires_at)),
        used_at: Set(None),
        revoked_at: Set(None),
        created_at: Set(micros(now)),
    };
    let once = OnConflict::column(Column::TokenHash).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

/// The token with this hash.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(reads: &R, token_hash: &str) -> Result<Option<RefreshToken>, DbError> {
    let row = Entity::find().filter(Column::TokenHash.eq(token_hash)).one(reads.conn()).await?;
    Ok(row.as_ref().map(from_row))
}

/// The token with this hash, held until the transaction ends.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lock(tx: &Tx, token_hash: &str) -> Result<Option<RefreshToken>, DbError> {
    let row = Entity::find().filter(Column::TokenHash.eq(token_hash)).lock_exclusive().one(tx).await?;
    Ok(row.as_ref().map(from_row))
}

/// The newest token of a family: the one that was not exchanged yet.
///
/// # Errors
/// When the database cannot be asked.
pub async fn tip(
    tx: &Tx,
    user: UserId,
    family: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<RefreshToken>, DbError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::FamilyId.eq(family))
        .filter(Column::UsedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(micros(now)))
        .order_by_desc(Column::CreatedAt)
        .one(tx)
        .await?;
    Ok(row.as_ref().map(from_row))
}

/// Mark a token as used. `false` when it was used, called back or expired before:
/// of two parallel uses only one gets `true`.
///
/// # Errors
/// When the database cannot be asked.
pub async fn use_once(tx: &Tx, user: UserId, token: Uuid, now: DateTime<Utc>) -> Result<bool, DbError> {
    let now = micros(now);
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Id.eq(token))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::UsedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Call back every token that goes back to one login.
///
/// # Errors
/// When the database cannot be asked.
pub async fn revoke_family(tx: &Tx, user: UserId, family: Uuid, now: DateTime<Utc>) -> Result<u64, DbError> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(now)))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::FamilyId.eq(family))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected)
}

/// Call back every token of the user.
///
/// # Errors
/// When the database cannot be asked.
pub async fn revoke_all(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<u64, DbError> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(now)))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected)
}

fn from_row(row: &Model) -> RefreshToken {
    let &Model {
        id,
        user_id,
        family_id,
        parent_id,
        token_hash: _,
        expires_at,
        used_at,
        revoked_at,
        created_at,
    } = row;
    RefreshToken {
        id,
        user_id: UserId(user_id),
        family_id,
        parent_id,
        expires_at,
        used_at,
        revoked_at,
        created_at,
    }
}
