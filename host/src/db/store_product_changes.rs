//! What merchants changed on products in shops: sent, then what came of it. It is
//! written before the first byte leaves, with how the product was before.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use sourcepilot_domain::ids::{StoreProductId, UserId};
use uuid::Uuid;

use super::entity::JsonText;
use super::entity::store_product_changes::{ActiveModel, Column, Entity, Model};
use super::newest::keep_newest;
use super::{DbError, Reads, Tx, micros};

/// How far a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeStatus {
    /// Something may have arrived.
    Sent,
    /// It was read back from the shop.
    Confirmed,
    /// The shop refused all or part of it.
    Failed,
    /// Nobody could say what came of it.
    Unknown,
}

impl ChangeStatus {
    const ALL: [ChangeStatus; 4] =
        [ChangeStatus::Sent, ChangeStatus::Confirmed, ChangeStatus::Failed, ChangeStatus::Unknown];

    /// The name in the database and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeStatus::Sent => "sent",
            ChangeStatus::Confirmed => "confirmed",
            ChangeStatus::Failed => "failed",
            ChangeStatus::Unknown => "unknown",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreProductChange {
    /// Its id.
    pub id: Uuid,
    /// How far it is.
    pub status: ChangeStatus,
    /// What was asked for.
    pub wanted: Value,
    /// How the product was before.
    pub before: Value,
    /// How it was afterwards, when that could be read.
    pub after: Option<Value>,
    /// What went wrong, in sentences.
    pub problem: Option<String>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When its end was written.
    pub updated_at: DateTime<Utc>,
}

/// So many of the latest changes of a product are kept: each holds two images of it.
pub const KEEP: u64 = 100;

/// Begin a change, and forget the oldest ones beyond [`KEEP`]. `None` while another one
/// of this product is under way; one that has been so for longer than `patience` was left
/// behind by a process that died, and is given up.
///
/// # Errors
/// When the database cannot be asked.
pub async fn begin(
    tx: &Tx,
    user: UserId,
    product: StoreProductId,
    wanted: Value,
    before: Value,
    patience: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, DbError> {
    let now = micros(now);
    let lost = ActiveModel {
        status: Set(ChangeStatus::Unknown.as_str().to_owned()),
        problem: Set(Some("The change was interrupted; what came of it is not known.".to_owned())),
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(lost)
        .filter(Column::StoreProductId.eq(product.0))
        .filter(Column::Status.eq(ChangeStatus::Sent.as_str()))
        .filter(Column::CreatedAt.lt(now - patience))
        .exec(tx)
        .await?;
    let under_way = Entity::find()
        .filter(Column::StoreProductId.eq(product.0))
        .filter(Column::Status.eq(ChangeStatus::Sent.as_str()))
        .one(tx)
        .await?;
    if under_way.is_some() {
        return Ok(None);
    }
    let id = Uuid::now_v7();
    let row = ActiveModel {
        id: Set(id),
        user_id: Set(user.0),
        store_product_id: Set(product.0),
        status: Set(ChangeStatus::Sent.as_str().to_owned()),
        wanted: Set(JsonText(wanted)),
        before_image: Set(JsonText(before)),
        after_image: Set(None),
        problem: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    let changes = Entity::find().filter(Column::StoreProductId.eq(product.0));
    keep_newest(tx, changes, (Column::Id, Column::CreatedAt), KEEP).await?;
    Ok(Some(id))
}

/// Write down what came of it.
///
/// # Errors
/// When the database cannot be asked.
pub async fn end(
    tx: &Tx,
    id: Uuid,
    status: ChangeStatus,
    after: Option<Value>,
    problem: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let row = ActiveModel {
        status: Set(status.as_str().to_owned()),
        after_image: Set(after.map(JsonText)),
        problem: Set(problem),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(ChangeStatus::Sent.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The changes of one of the user's products, newest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(
    reads: &R,
    user: UserId,
    product: StoreProductId,
    limit: u64,
) -> Result<Vec<StoreProductChange>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::StoreProductId.eq(product.0))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(reads.conn())
        .await?;
    rows.into_iter().map(from_row).collect()
}

fn from_row(row: Model) -> Result<StoreProductChange, DbError> {
    let Model {
        id,
        user_id: _,
        store_product_id: _,
        status,
        wanted,
        before_image,
        after_image,
        problem,
        created_at,
        updated_at,
    } = row;
    let status = ChangeStatus::ALL
        .into_iter()
        .find(|known| known.as_str() == status)
        .ok_or_else(|| DbError::corrupt("store_product_changes", "status", id))?;
    Ok(StoreProductChange {
        id,
        status,
        wanted: wanted.0,
        before: before_image.0,
        after: after_image.map(|json| json.0),
        problem,
        created_at,
        updated_at,
    })
}
