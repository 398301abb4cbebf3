//! Products that we put into shops.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, StoreProductId, UserId};

use super::entity::JsonText;
use super::entity::store_products::{ActiveModel, Column, Entity, Model};
use super::imports::Page;
use super::{DbError, Reads, Tx, micros, store_ops};

/// A product of ours in a shop.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreProduct {
    /// Our id: `created_product_id` of the HTTP API.
    pub id: StoreProductId,
    /// Whose it is.
    pub user_id: UserId,
    /// The shop.
    pub connection_id: ConnectionId,
    /// The import that made it, as long as it is kept.
    pub import_job_id: Option<ImportJobId>,
    /// The supplier's plugin.
    pub source: String,
    /// The supplier's id.
    pub source_product_id: String,
    /// The supplier's page.
    pub source_url: Option<String>,
    /// Its title in the shop.
    pub title: String,
    /// What it can be found by in the shop.
    pub external_key: String,
    /// The shop's id.
    pub remote_id: String,
    /// Where a buyer sees it.
    pub remote_url: Option<String>,
    /// Where the merchant edits it.
    pub remote_admin_url: Option<String>,
    /// For each variant: our key, the shop's id, the supplier's id.
    pub variants: Value,
    /// When it was put there.
    pub created_at: DateTime<Utc>,
    /// When we last changed it.
    pub updated_at: DateTime<Utc>,
}

/// A product to be remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct NewStoreProduct {
    /// The shop.
    pub connection_id: ConnectionId,
    /// The import that made it.
    pub import_job_id: ImportJobId,
    /// The supplier's plugin.
    pub source: String,
    /// The supplier's id.
    pub source_product_id: String,
    /// The supplier's page.
    pub source_url: Option<String>,
    /// Its title in the shop.
    pub title: String,
    /// What it can be found by in the shop.
    pub external_key: String,
    /// The shop's id.
    pub remote_id: String,
    /// Where a buyer sees it.
    pub remote_url: Option<String>,
    /// Where the merchant edits it.
    pub remote_admin_url: Option<String>,
    /// For each variant: our key, the shop's id, the supplier's id.
    pub variants: Value,
}

/// Remember a product. One that is known by its key keeps its id.
///
/// # Errors
/// When the database cannot be asked.
pub async fn remember(
    tx: &Tx,
    user: UserId,
    new: NewStoreProduct,
    now: DateTime<Utc>,
) -> Result<StoreProductId, DbError> {
    let now = micros(now);
    let NewStoreProduct {
        connection_id,
        import_job_id,
        source,
        source_product_id,
        source_url,
        title,
        external_key,
        remote_id,
        remote_url,
        remote_admin_url,
        variants,
    } = new;
    let row = ActiveModel {
        id: Set(StoreProductId::generate().0),
        user_id: Set(user.0),
        connection_id: Set(connection_id.0),
        import_job_id: Set(Some(import_job_id.0)),
        source: Set(source),
        source_product_id: Set(source_product_id),
        source_url: Set(source_url),
        title: Set(title),
        external_key: Set(external_key.clone()),
        remote_id: Set(remote_id),
        remote_url: Set(remote_url),
        remote_admin_url: Set(remote_admin_url),
        variants: Set(JsonText(variants)),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let known = OnConflict::columns([Column::ConnectionId, Column::ExternalKey])
        .update_columns([
            Column::Title,
            Column::RemoteId,
            Column::RemoteUrl,
            Column::RemoteAdminUrl,
            Column::Variants,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    let kept = find_by_key(tx, user, connection_id, &external_key).await?;
    kept.map(|product| product.id).ok_or(DbError::MissingReference)
}

/// One of the user's products.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    id: StoreProductId,
) -> Result<Option<StoreProduct>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    Ok(row.map(from_row))
}

/// The product with this key in one of the user's shops.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_by_key<R: Reads>(
    reads: &R,
    user: UserId,
    connection: ConnectionId,
    external_key: &str,
) -> Result<Option<StoreProduct>, DbError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::ConnectionId.eq(connection.0))
        .filter(Column::ExternalKey.eq(external_key))
        .one(reads.conn())
        .await?;
    Ok(row.map(from_row))
}

/// The user's products, newest first; only those in one shop when it is named.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(
    reads: &R,
    user: UserId,
    connection: Option<ConnectionId>,
    skip: u64,
    limit: u64,
) -> Result<Page<StoreProduct>, DbError> {
    let mut query = Entity::find().filter(Column::UserId.eq(user.0));
    if let Some(connection) = connection {
        query = query.filter(Column::ConnectionId.eq(connection.0));
    }
    let total = query.clone().count(reads.conn()).await?;
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .offset(skip.min(i64::MAX as u64))
        .limit(limit)
        .all(reads.conn())
        .await?;
    Ok(Page { items: rows.into_iter().map(from_row).collect(), total })
}

/// Forget a product that is not in its shop any more, with its changes. A later
/// import of it starts from nothing.
///
/// # Errors
/// When the database cannot be asked.
pub async fn forget(tx: &Tx, user: UserId, id: StoreProductId) -> Result<bool, DbError> {
    let Some(product) = find(tx, user, id).await? else { return Ok(false) };
    Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::UserId.eq(user.0)).exec(tx).await?;
    store_ops::reset(tx, product.connection_id, &product.external_key).await?;
    Ok(true)
}

/// Which of these products of a shop are ours.
///
/// # Errors
/// When the database cannot be asked.
pub async fn ours<R: Reads>(
    reads: &R,
    user: UserId,
    connection: ConnectionId,
    remote_ids: &[String],
) -> Result<HashSet<String>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::ConnectionId.eq(connection.0))
        .filter(Column::RemoteId.is_in(remote_ids))
        .all(reads.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.remote_id).collect())
}

fn from_row(row: Model) -> StoreProduct {
    let Model {
        id,
        user_id,
        connection_id,
        import_job_id,
        source,
        source_product_id,
        source_url,
        title,
        external_key,
        remote_id,
        remote_url,
        remote_admin_url,
        variants,
        created_at,
        updated_at,
    } = row;
    StoreProduct {
        id: StoreProductId(id),
        user_id: UserId(user_id),
        connection_id: ConnectionId(connection_id),
        import_job_id: import_job_id.map(ImportJobId),
        source,
        source_product_id,
        source_url,
        title,
        external_key,
        remote_id,
        remote_url,
        remote_admin_url,
        variants: variants.0,
        created_at,
        updated_at,
    }
}
