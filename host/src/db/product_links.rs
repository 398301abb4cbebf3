//! Only the addresses of products in shops, for lists of imports.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sourcepilot_domain::ids::{StoreProductId, UserId};
use uuid::Uuid;

use super::entity::store_products::{Column, Entity};
use super::{DbError, Reads};

/// The addresses of those of these products that have one.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    products: &[StoreProductId],
) -> Result<HashMap<StoreProductId, String>, DbError> {
    let found: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::RemoteUrl])
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Id.is_in(products.iter().map(|id| id.0)))
        .filter(Column::RemoteUrl.is_not_null())
        .into_tuple()
        .all(reads.conn())
        .await?;
    Ok(found.into_iter().map(|(id, url)| (StoreProductId(id), url)).collect())
}
