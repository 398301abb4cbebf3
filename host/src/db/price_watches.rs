//! Watched prices, and what they were.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use sourcepilot_domain::Money;
use sourcepilot_domain::ids::{ConnectionId, PriceWatchId, UserId};
use sourcepilot_domain::price_watch::{Threshold, WatchedPrice};
use uuid::Uuid;

use super::entity::{price_watches, watch_prices};
use super::{DbError, Reads, Tx, micros};
use price_watches::{ActiveModel, Column, Entity, Model};

/// A watched price.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceWatch {
    /// Its id.
    pub id: PriceWatchId,
    /// Whose it is.
    pub user_id: UserId,
    /// The shop it is meant for; not necessarily one that exists.
    pub store_id: Option<ConnectionId>,
    /// The product's page, as sent.
    pub product_url: String,
    /// The supplier's plugin, or what was sent when there is none of this name.
    pub source: String,
    /// From which change on the merchant is told.
    pub threshold: Threshold,
    /// Whether it is looked at.
    pub is_active: bool,
    /// The supplier's id, once it is known.
    pub source_product_id: Option<String>,
    /// The supplier's own address of the product, once it is known.
    pub source_url: Option<String>,
    /// What was seen.
    pub price: WatchedPrice,
    /// When a change was found last.
    pub changed_at: Option<DateTime<Utc>>,
    /// When a price was read last.
    pub last_checked_at: Option<DateTime<Utc>>,
    /// Why the last look failed, in one sentence; absent when it did not.
    pub problem: Option<String>,
    /// How many looks in a row failed.
    pub failures: u32,
    /// When it is looked at next.
    pub due_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, by a person or by a look.
    pub updated_at: DateTime<Utc>,
}

/// A price that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenPrice {
    /// Its id.
    pub id: Uuid,
    /// What the supplier asked.
    pub price: Money,
    /// Whether it could be bought, when the supplier tells.
    pub in_stock: Option<bool>,
    /// When it was seen first.
    pub observed_at: DateTime<Utc>,
}

/// Make a watch. The caller holds the user's row ([`super::users::lock`]) when
/// their number is limited.
///
/// # Errors
/// When the database cannot be asked.
pub async fn create(tx: &Tx, watch: &PriceWatch) -> Result<(), DbError> {
    Entity::insert(to_row(watch)).exec_without_returning(tx).await?;
    Ok(())
}

/// How many the user has, paused ones included.
///
/// # Errors
/// When the database cannot be asked.
pub async fn count<R: Reads>(reads: &R, user: UserId) -> Result<u64, DbError> {
    Ok(Entity::find().filter(Column::UserId.eq(user.0)).count(reads.conn()).await?)
}

/// One of the user's watches.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    id: PriceWatchId,
) -> Result<Option<PriceWatch>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// One of the user's watches, held until the transaction ends.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lock(tx: &Tx, user: UserId, id: PriceWatchId) -> Result<Option<PriceWatch>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).lock_exclusive().one(tx).await?;
    row.map(from_row).transpose()
}

/// The user's watches, newest first; with `store`, those for this shop.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(
    reads: &R,
    user: UserId,
    store: Option<ConnectionId>,
) -> Result<Vec<PriceWatch>, DbError> {
    let mut query = Entity::find().filter(Column::UserId.eq(user.0));
    if let Some(store) = store {
        query = query.filter(Column::StoreId.eq(store.0));
    }
    let rows = query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(reads.conn()).await?;
    rows.into_iter().map(from_row).collect()
}

/// The user's active watches, those that were not looked at for longest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn active<R: Reads>(reads: &R, user: UserId, most: u64) -> Result<Vec<PriceWatch>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::IsActive.eq(true))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(reads.conn())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Write a watch that was locked and changed.
///
/// # Errors
/// When the database cannot be asked.
pub async fn save(tx: &Tx, watch: &PriceWatch) -> Result<(), DbError> {
    Entity::update_many()
        .set(to_row(watch))
        .filter(Column::Id.eq(watch.id.0))
        .filter(Column::UserId.eq(watch.user_id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Remove a watch and what it saw. `false` when there is none.
///
/// # Errors
/// When the database cannot be asked.
pub async fn delete(tx: &Tx, user: UserId, id: PriceWatchId) -> Result<bool, DbError> {
    let gone =
        Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::UserId.eq(user.0)).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// Keep a price that a watch has seen.
///
/// # Errors
/// When the database cannot be asked.
pub async fn remember(
    tx: &Tx,
    id: PriceWatchId,
    price: Money,
    in_stock: Option<bool>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let row = watch_prices::ActiveModel {
        id: Set(Uuid::now_v7()),
        watch_id: Set(id.0),
        price: Set(price.amount.to_string()),
        currency: Set(price.currency.as_str().to_owned()),
        in_stock: Set(in_stock),
        observed_at: Set(micros(now)),
    };
    watch_prices::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The prices that a watch has seen, newest first. `None` when the user has no
/// such watch.
///
/// # Errors
/// When the database cannot be asked.
pub async fn seen<R: Reads>(
    reads: &R,
    user: UserId,
    id: PriceWatchId,
    most: u64,
) -> Result<Option<Vec<SeenPrice>>, DbError> {
    if find(reads, user, id).await?.is_none() {
        return Ok(None);
    }
    let rows = watch_prices::Entity::find()
        .filter(watch_prices::Column::WatchId.eq(id.0))
        .order_by_desc(watch_prices::Column::ObservedAt)
        .order_by_desc(watch_prices::Column::Id)
        .limit(most)
        .all(reads.conn())
        .await?;
    rows.into_iter().map(seen_from_row).collect::<Result<_, _>>().map(Some)
}

fn seen_from_row(row: watch_prices::Model) -> Result<SeenPrice, DbError> {
    let watch_prices::Model { id, watch_id: _, price, currency, in_stock, observed_at } = row;
    let price = Money::parse(&price, &currency).map_err(|_| DbError::corrupt("watch_prices", "price", id))?;
    Ok(SeenPrice { id, price, in_stock, observed_at })
}

fn to_row(watch: &PriceWatch) -> ActiveModel {
    let PriceWatch {
        id,
        user_id,
        store_id,
        product_url,
        source,
        threshold,
        is_active,
        source_product_id,
        source_url,
        price: WatchedPrice { last, current, currency, changed },
        changed_at,
        last_checked_at,
        problem,
        failures,
        due_at,
        created_at,
        updated_at,
    } = watch.clone();
    ActiveModel {
        id: Set(id.0),
        user_id: Set(user_id.0),
        store_id: Set(store_id.map(Into::into)),
        product_url: Set(product_url),
        source: Set(source),
        threshold: Set(i32::try_from(threshold.hundredths()).unwrap_or(i32::MAX)),
        is_active: Set(is_active),
        source_product_id: Set(source_product_id),
        source_url: Set(source_url),
        currency: Set(currency.map(|currency| currency.as_str().to_owned())),
        last_price: Set(last.map(|price| price.to_string())),
        current_price: Set(current.map(|price| price.to_string())),
        price_changed: Set(changed),
        changed_at: Set(changed_at.map(micros)),
        last_checked_at: Set(last_checked_at.map(micros)),
        problem: Set(problem),
        failures: Set(i32::try_from(failures).unwrap_or(i32::MAX)),
        due_at: Set(micros(due_at)),
        created_at: Set(micros(created_at)),
        updated_at: Set(micros(updated_at)),
    }
}

pub(super) fn from_row(row: Model) -> Result<PriceWatch, DbError> {
    let corrupt = |column| DbError::corrupt("price_watches", column, row.id);
    let decimal = |text: &Option<String>, column| {
        text.as_deref().map(str::parse::<Decimal>).transpose().map_err(|_| corrupt(column))
    };
    let (last, current) =
        (decimal(&row.last_price, "last_price")?, decimal(&row.current_price, "current_price")?);
    let currency = row.currency.as_deref().map(str::parse).transpose().map_err(|_| corrupt("currency"))?;
    let threshold = u32::try_from(row.threshold).ok().and_then(Threshold::from_hundredths);
    let threshold = threshold.ok_or_else(|| corrupt("threshold"))?;
    Ok(PriceWatch {
        id: PriceWatchId(row.id),
        user_id: UserId(row.user_id),
        store_id: row.store_id.map(ConnectionId),
        product_url: row.product_url,
        source: row.source,
        threshold,
        is_active: row.is_active,
        source_product_id: row.source_product_id,
        source_url: row.source_url,
        price: WatchedPrice { last, current, currency, changed: row.price_changed },
        changed_at: row.changed_at,
        last_checked_at: row.last_checked_at,
        problem: row.problem,
        failures: u32::try_from(row.failures).unwrap_or(0),
        due_at: row.due_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
