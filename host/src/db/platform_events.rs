//! What the platform has told. An event is known by its digest, so the same one
//! told again is counted and not taken for another.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sourcepilot_domain::ids::UserId;

use super::entity::platform_events::{ActiveModel, Column, Entity};
use super::{DbError, Tx, micros};

/// An event, without what it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformEvent {
    /// Of the bytes as they were signed.
    pub digest: String,
    /// Such as `product.created`.
    pub event: String,
    /// Whom it concerns here.
    pub user_id: Option<UserId>,
    /// Such as `product`.
    pub resource_type: Option<String>,
    /// The platform's id.
    pub resource_id: Option<String>,
}

/// Keep an event; `false` when it was known already.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record(tx: &Tx, event: PlatformEvent, now: DateTime<Utc>) -> Result<bool, DbError> {
    let PlatformEvent { digest, event, user_id, resource_type, resource_id } = event;
    let row = ActiveModel {
        digest: Set(digest.clone()),
        event: Set(event),
        user_id: Set(user_id.map(Into::into)),
        resource_type: Set(resource_type),
        resource_id: Set(resource_id),
        deliveries: Set(1),
        received_at: Set(micros(now)),
    };
    let once = OnConflict::column(Column::Digest).do_nothing().to_owned();
    if Entity::insert(row).on_conflict(once).exec_without_returning(tx).await? == 1 {
        return Ok(true);
    }
    Entity::update_many()
        .col_expr(Column::Deliveries, Expr::col(Column::Deliveries).add(1))
        .filter(Column::Digest.eq(digest))
        .exec(tx)
        .await?;
    Ok(false)
}
