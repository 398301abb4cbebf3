//! Keeping the newest rows of a list that only grows.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::{DbError, Tx};

/// Rows that are forgotten in one go; the next time takes more.
const MOST_AT_ONCE: u64 = 1000;

/// Forget all but the newest `keep` of these rows, by when they were written and, within
/// the same moment, by their ids.
///
/// # Errors
/// When the database cannot be asked.
pub(super) async fn keep_newest<E: EntityTrait>(
    tx: &Tx,
    rows: Select<E>,
    (id, created_at): (E::Column, E::Column),
    keep: u64,
) -> Result<(), DbError> {
    let old: Vec<Uuid> = rows
        .select_only()
        .column(id)
        .order_by_desc(created_at)
        .order_by_desc(id)
        .offset(keep)
        .limit(MOST_AT_ONCE)
        .into_tuple()
        .all(tx)
        .await?;
    if !old.is_empty() {
        E::delete_many().filter(id.is_in(old)).exec(tx).await?;
    }
    Ok(())
}
