//! Logins of browsers, known only by the hashes of their cookies.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sourcepilot_domain::ids::UserId;
use uuid::Uuid;

use super::entity::browser_sessions::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Tx, micros};

/// A login of a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Its row.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: UserId,
    /// Useless from then on.
    pub expires_at: DateTime<Utc>,
}

/// Begin a session.
///
/// # Errors
/// When the database cannot be asked.
pub async fn create(
    tx: &Tx,
    user: UserId,
    token_hash: String,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<BrowserSession, DbError> {
    let session = BrowserSession { id: Uuid::now_v7(), user_id: user, expires_at: micros(expires_at) };
    let row = ActiveModel {
        id: Set(session.id),
        user_id: Set(user.0),
        token_hash: Set(token_hash),
        expires_at: Set(session.expires_at),
        created_at: Set(micros(now)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(session)
}

/// The session of this cookie, while it is good.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<BrowserSession>, DbError> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Column::ExpiresAt.gt(micros(now)))
        .one(reads.conn())
        .await?;
    Ok(row.map(|row| BrowserSession { id: row.id, user_id: UserId(row.user_id), expires_at: row.expires_at }))
}

/// End one session of the user.
///
/// # Errors
/// When the database cannot be asked.
pub async fn end(tx: &Tx, user: UserId, session: Uuid) -> Result<(), DbError> {
    Entity::delete_many().filter(Column::Id.eq(session)).filter(Column::UserId.eq(user.0)).exec(tx).await?;
    Ok(())
}

/// End all sessions of the user but this one.
///
/// # Errors
/// When the database cannot be asked.
pub async fn end_all(tx: &Tx, user: UserId, but: Option<Uuid>) -> Result<(), DbError> {
    let all = Entity::delete_many().filter(Column::UserId.eq(user.0));
    let some = but.into_iter().fold(all, |all, kept| all.filter(Column::Id.ne(kept)));
    some.exec(tx).await?;
    Ok(())
}
