//! What happened to imports, in order.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use sourcepilot_domain::ids::{ImportJobId, UserId};
use sourcepilot_domain::import_job::HistoryEntry;
use uuid::Uuid;

use super::entity::JsonText;
use super::entity::import_history::{ActiveModel, Column, Entity, Model};
use super::newest::keep_newest;
use super::{DbError, Reads, Tx, imports, micros};

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    /// Its id.
    pub id: Uuid,
    /// What happened.
    pub entry: HistoryEntry,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Add a line. Steps add theirs by themselves; this is for what lies between.
///
/// # Errors
/// When the database cannot be asked.
pub async fn append(
    tx: &Tx,
    job: ImportJobId,
    entry: &HistoryEntry,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let HistoryEntry { action, details } = entry;
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        job_id: Set(job.0),
        action: Set(action.clone()),
        details: Set(Some(JsonText(details.clone()))),
        created_at: Set(micros(now)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// So many lines about attempts are kept of an import: the latest. One that waits for
/// somebody else's limit may be tried for days.
const KEEP_ATTEMPTS: u64 = 40;
/// What an attempt that did not get through leaves.
const ATTEMPT: [&str; 2] = ["started", "postponed"];

/// Forget the oldest attempts of an import that was tried very often.
///
/// # Errors
/// When the database cannot be asked.
pub async fn thin(tx: &Tx, job: ImportJobId) -> Result<(), DbError> {
    let attempts = Entity::find().filter(Column::JobId.eq(job.0)).filter(Column::Action.is_in(ATTEMPT));
    keep_newest(tx, attempts, (Column::Id, Column::CreatedAt), KEEP_ATTEMPTS).await
}

/// The history of one of the user's imports, oldest first; `None` when the user
/// has no such import.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(
    reads: &R,
    user: UserId,
    job: ImportJobId,
) -> Result<Option<Vec<HistoryLine>>, DbError> {
    if imports::find(reads, user, job).await?.is_none() {
        return Ok(None);
    }
    let rows = Entity::find()
        .filter(Column::JobId.eq(job.0))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(reads.conn())
        .await?;
    Ok(Some(rows.into_iter().map(from_row).collect()))
}

fn from_row(row: Model) -> HistoryLine {
    let Model { id, job_id: _, action, details, created_at } = row;
    HistoryLine {
        id,
        entry: HistoryEntry { action, details: details.map_or(Value::Null, |json| json.0) },
        created_at,
    }
}
