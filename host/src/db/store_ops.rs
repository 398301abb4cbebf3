//! What an import is about to do to a shop: planned, sent, confirmed. It is written
//! before the first byte leaves, so that a later attempt looks before it creates.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, UpdateMany};
use serde_json::Value;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, UserId};
use uuid::Uuid;

use super::entity::JsonText;
use super::entity::store_ops::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, imports, micros};

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreOpStatus {
    /// Nothing has left yet.
    Planned,
    /// Something may have arrived.
    Sent,
    /// The shop said what came of it.
    Confirmed,
}

impl StoreOpStatus {
    const ALL: [StoreOpStatus; 3] = [StoreOpStatus::Planned, StoreOpStatus::Sent, StoreOpStatus::Confirmed];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            StoreOpStatus::Planned => "planned",
            StoreOpStatus::Sent => "sent",
            StoreOpStatus::Confirmed => "confirmed",
        }
    }
}

/// The operation of an import on a shop.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreOp {
    /// Its id.
    pub id: Uuid,
    /// The import.
    pub job_id: ImportJobId,
    /// The shop.
    pub connection_id: ConnectionId,
    /// What the product can be found by in the shop.
    pub external_key: String,
    /// How far it is.
    pub status: StoreOpStatus,
    /// The shop's id of the product.
    pub remote_id: Option<String>,
    /// Where a buyer sees it.
    pub remote_url: Option<String>,
    /// How the product was before, when there was one.
    pub before_image: Option<Value>,
    /// When it last changed; for one that is sent, when that was.
    pub updated_at: DateTime<Utc>,
}

/// Plan the operation, or get the one that an earlier attempt, or an earlier import
/// of the same product into the same shop, has begun. The status is the one it had
/// before: what is not *planned* may have reached the shop. `None` while another
/// import that has not ended holds it.
///
/// # Errors
/// [`DbError::MissingReference`] when the user has no such import.
pub async fn claim(
    tx: &Tx,
    user: UserId,
    job: ImportJobId,
    connection: ConnectionId,
    external_key: &str,
    now: DateTime<Utc>,
) -> Result<Option<StoreOp>, DbError> {
    let now = micros(now);
    imports::find(tx, user, job).await?.ok_or(DbError::MissingReference)?;
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        job_id: Set(job.0),
        connection_id: Set(connection.0),
        external_key: Set(external_key.to_owned()),
        status: Set(StoreOpStatus::Planned.as_str().to_owned()),
        remote_id: Set(None),
        remote_url: Set(None),
        before_image: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let once = OnConflict::columns([Column::ConnectionId, Column::ExternalKey]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    let held = Entity::find()
        .filter(Column::ConnectionId.eq(connection.0))
        .filter(Column::ExternalKey.eq(external_key))
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(DbError::MissingReference)?;
    let op = from_row(held)?;
    if op.job_id == job {
        return Ok(Some(op));
    }
    let holder = super::worker::find_import(tx, op.job_id).await?;
    if holder.is_some_and(|holder| !holder.status().is_final()) {
        return Ok(None);
    }
    let row = ActiveModel { job_id: Set(job.0), ..ActiveModel::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(op.id)).exec(tx).await?;
    Ok(Some(StoreOp { job_id: job, ..op }))
}

/// The operation of an import on a shop.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    job: ImportJobId,
    connection: ConnectionId,
) -> Result<Option<StoreOp>, DbError> {
    if imports::find(reads, user, job).await?.is_none() {
        return Ok(None);
    }
    let row = Entity::find()
        .filter(Column::JobId.eq(job.0))
        .filter(Column::ConnectionId.eq(connection.0))
        .one(reads.conn())
        .await?;
    row.map(from_row).transpose()
}

/// From now on something may have arrived. Written and committed before the first
/// write leaves; `false` when the operation is confirmed already.
///
/// # Errors
/// When the database cannot be asked.
pub async fn mark_sent(
    tx: &Tx,
    op: &StoreOp,
    before_image: Option<Value>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        status: Set(StoreOpStatus::Sent.as_str().to_owned()),
        before_image: Set(before_image.map(JsonText)),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    let open = held(op).filter(Column::Status.ne(StoreOpStatus::Confirmed.as_str()));
    let written = open.set(row).exec(tx).await?;
    Ok(written.rows_affected == 1)
}

/// A confirmed operation begins anew, because its product is not in the shop any more
/// or was never finished: from now on something may have arrived. Written and
/// committed before the first write leaves; `false` when another import holds it now.
///
/// # Errors
/// When the database cannot be asked.
pub async fn reopen(tx: &Tx, op: &StoreOp, now: DateTime<Utc>) -> Result<bool, DbError> {
    let row = ActiveModel {
        status: Set(StoreOpStatus::Sent.as_str().to_owned()),
        remote_id: Set(None),
        remote_url: Set(None),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    Ok(held(op).set(row).exec(tx).await?.rows_affected == 1)
}

/// The product was taken out of the shop: the next import of it starts from nothing.
/// An operation that is under way stays as it is.
///
/// # Errors
/// When the database cannot be asked.
pub(super) async fn reset(tx: &Tx, connection: ConnectionId, external_key: &str) -> Result<(), DbError> {
    let row = ActiveModel {
        status: Set(StoreOpStatus::Planned.as_str().to_owned()),
        remote_id: Set(None),
        remote_url: Set(None),
        before_image: Set(None),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::ConnectionId.eq(connection.0))
        .filter(Column::ExternalKey.eq(external_key))
        .filter(Column::Status.eq(StoreOpStatus::Confirmed.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The product stands in the shop.
///
/// # Errors
/// When the database cannot be asked.
pub async fn confirm(
    tx: &Tx,
    op: &StoreOp,
    remote_id: &str,
    remote_url: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        status: Set(StoreOpStatus::Confirmed.as_str().to_owned()),
        remote_id: Set(Some(remote_id.to_owned())),
        remote_url: Set(remote_url.map(str::to_owned)),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    Ok(held(op).set(row).exec(tx).await?.rows_affected == 1)
}

/// A change of the operation as long as its import holds it.
fn held(op: &StoreOp) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::Id.eq(op.id)).filter(Column::JobId.eq(op.job_id.0))
}

fn from_row(row: Model) -> Result<StoreOp, DbError> {
    let Model {
        id,
        job_id,
        connection_id,
        external_key,
        status,
        remote_id,
        remote_url,
        before_image,
        created_at: _,
        updated_at,
    } = row;
    let status = StoreOpStatus::ALL
        .into_iter()
        .find(|known| known.as_str() == status)
        .ok_or_else(|| DbError::corrupt("store_ops", "status", id))?;
    Ok(StoreOp {
        id,
        job_id: ImportJobId(job_id),
        connection_id: ConnectionId(connection_id),
        external_key,
        status,
        remote_id,
        remote_url,
        before_image: before_image.map(|json| json.0),
        updated_at,
    })
}
