//! The few queries that know no user: for the worker, which begins with a job's id,
//! and for housekeeping.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sourcepilot_domain::ids::ImportJobId;
use sourcepilot_domain::import_job::ImportJob;

use super::entity::{idempotency_keys, import_jobs, product_cache, refresh_tokens};
use super::{DbError, Reads, Tx, imports, micros};

/// An import, whoever's it is.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_import<R: Reads>(reads: &R, id: ImportJobId) -> Result<Option<ImportJob>, DbError> {
    let row = import_jobs::Entity::find_by_id(id.0).one(reads.conn()).await?;
    row.map(imports::from_row).transpose()
}

/// An import, whoever's it is, held until the transaction ends.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lock_import(tx: &Tx, id: ImportJobId) -> Result<Option<ImportJob>, DbError> {
    let row = import_jobs::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?;
    row.map(imports::from_row).transpose()
}

/// Remove what has expired: cached products, idempotency keys, refresh tokens.
/// Answers how many rows went.
///
/// # Errors
/// When the database cannot be asked.
pub async fn remove_expired(tx: &Tx, now: DateTime<Utc>) -> Result<u64, DbError> {
    let now = micros(now);
    let cached = product_cache::Entity::delete_many()
        .filter(product_cache::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    let keys = idempotency_keys::Entity::delete_many()
        .filter(idempotency_keys::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    let tokens = refresh_tokens::Entity::delete_many()
        .filter(refresh_tokens::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    Ok(cached.rows_affected + keys.rows_affected + tokens.rows_affected)
}
