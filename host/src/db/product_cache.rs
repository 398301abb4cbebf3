//! Suppliers' products as they were read lately. They belong to no merchant.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;

use super::entity::JsonText;
use super::entity::product_cache::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Tx, micros};

/// What an answer of a supplier depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey {
    /// The plugin's id.
    pub plugin: String,
    /// The supplier's id of the product.
    pub source_product_id: String,
    /// Locale, currency and country, such as `en-US/USD/US`.
    pub context: String,
}

/// A product that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct CachedProduct {
    /// The product as JSON.
    pub product: Value,
    /// The version of the plugin that read it.
    pub plugin_version: String,
    /// When it was read.
    pub fetched_at: DateTime<Utc>,
    /// Too old from then on.
    pub expires_at: DateTime<Utc>,
}

/// The product, unless it is too old.
///
/// # Errors
/// When the database cannot be asked.
pub async fn get<R: Reads>(
    reads: &R,
    key: &CacheKey,
    now: DateTime<Utc>,
) -> Result<Option<CachedProduct>, DbError> {
    let id = (key.plugin.clone(), key.source_product_id.clone(), key.context.clone());
    let row = Entity::find_by_id(id).filter(Column::ExpiresAt.gt(micros(now))).one(reads.conn()).await?;
    Ok(row.map(|row| CachedProduct {
        product: row.product.0,
        plugin_version: row.plugin_version,
        fetched_at: row.fetched_at,
        expires_at: row.expires_at,
    }))
}

/// Keep a product in place of an older one.
///
/// # Errors
/// When the database cannot be asked.
pub async fn put(tx: &Tx, key: &CacheKey, cached: CachedProduct) -> Result<(), DbError> {
    let CachedProduct { product, plugin_version, fetched_at, expires_at } = cached;
    let row = ActiveModel {
        plugin: Set(key.plugin.clone()),
        source_product_id: Set(key.source_product_id.clone()),
        context: Set(key.context.clone()),
        plugin_version: Set(plugin_version),
        product: Set(JsonText(product)),
        fetched_at: Set(micros(fetched_at)),
        expires_at: Set(micros(expires_at)),
    };
    let newer = OnConflict::columns([Column::Plugin, Column::SourceProductId, Column::Context])
        .update_columns([Column::PluginVersion, Column::Product, Column::FetchedAt, Column::ExpiresAt])
        .to_owned();
    Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}
