//! API keys, known only by their hashes. A revoked one stays as a row, so that its
//! owner sees that there was one.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use sourcepilot_domain::ids::{ApiKeyId, UserId};
use sourcepilot_domain::scope::Scopes;

use super::entity::JsonText;
use super::entity::api_keys::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, micros};

/// A key without what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: String,
    /// The first characters of the key, to tell keys apart.
    pub prefix: String,
    /// What it may do.
    pub scopes: Scopes,
    /// `false` once it was revoked.
    pub is_active: bool,
    /// Useless from then on; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the key in hexadecimal digits.
    pub key_hash: String,
    /// The first characters of the key.
    pub prefix: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Useless from then on.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Make a key.
///
/// # Errors
/// [`super::Rule::ApiKeyHash`] when the same key exists.
pub async fn create(tx: &Tx, user: UserId, new: NewApiKey, now: DateTime<Utc>) -> Result<ApiKey, DbError> {
    let NewApiKey { id, name, key_hash, prefix, scopes, expires_at } = new;
    let row = ActiveModel {
        id: Set(id.0),
        user_id: Set(user.0),
        name: Set(name.clone()),
        key_hash: Set(key_hash),
        key_prefix: Set(prefix.clone()),
        scopes: Set(JsonText(scopes.0.iter().cloned().collect())),
        is_active: Set(true),
        expires_at: Set(expires_at.map(micros)),
        last_used_at: Set(None),
        created_at: Set(micros(now)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(ApiKey {
        id,
        user_id: user,
        name,
        prefix,
        scopes,
        is_active: true,
        expires_at: expires_at.map(micros),
        last_used_at: None,
        created_at: micros(now),
    })
}

/// All keys of the user, revoked ones included, the newest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R, user: UserId) -> Result<Vec<ApiKey>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(reads.conn())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// One key of the user.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(reads: &R, user: UserId, key: ApiKeyId) -> Result<Option<ApiKey>, DbError> {
    let row = Entity::find_by_id(key.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// The key with this hash, whoever's it is: who asks is what it tells.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_by_hash<R: Reads>(reads: &R, key_hash: &str) -> Result<Option<ApiKey>, DbError> {
    let row = Entity::find().filter(Column::KeyHash.eq(key_hash)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// Revoke a key. `false` when the user has no such key; again is no harm.
///
/// # Errors
/// When the database cannot be asked.
pub async fn revoke(tx: &Tx, user: UserId, key: ApiKeyId) -> Result<bool, DbError> {
    let revoked = Entity::update_many()
        .col_expr(Column::IsActive, Expr::value(false))
        .filter(Column::Id.eq(key.0))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected == 1)
}

/// Note that a key was used, unless that was noted after `before`.
///
/// # Errors
/// When the database cannot be asked.
pub async fn touch(
    tx: &Tx,
    user: UserId,
    key: ApiKeyId,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let stale =
        Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lte(micros(before)));
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(key.0))
        .filter(Column::UserId.eq(user.0))
        .filter(stale)
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: Model) -> Result<ApiKey, DbError> {
    let Model {
        id,
        user_id,
        name,
        key_hash: _,
        key_prefix,
        scopes,
        is_active,
        expires_at,
        last_used_at,
        created_at,
    } = row;
    let scopes = serde_json::from_value(scopes.0).map_err(|_| DbError::corrupt("api_keys", "scopes", id))?;
    Ok(ApiKey {
        id: ApiKeyId(id),
        user_id: UserId(user_id),
        name,
        prefix: key_prefix,
        scopes,
        is_active,
        expires_at,
        last_used_at,
        created_at,
    })
}
