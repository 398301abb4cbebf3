//! What administrators see of all accounts.

use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder, QuerySelect};

use super::entity::users::{Column, Entity};
use super::imports::Page;
use super::users::{self, User};
use super::{DbError, Reads};

/// A part of all accounts, the newest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn users<R: Reads>(reads: &R, skip: u64, limit: u64) -> Result<Page<User>, DbError> {
    let total = Entity::find().count(reads.conn()).await?;
    let rows = Entity::find()
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        // Both databases count in 64 bits with a sign.
        .offset(skip.min(i64::MAX.unsigned_abs()))
        .limit(limit)
        .all(reads.conn())
        .await?;
    let items: Result<Vec<User>, DbError> = rows.into_iter().map(users::user_from_row).collect();
    Ok(Page { items: items?, total })
}
