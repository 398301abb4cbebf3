//! Imports. Every step of one goes through [`record_step`], which refuses when the
//! import has moved on meanwhile.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Select,
};
use serde_json::Value;
use sourcepilot_domain::billing_month::BillingMonth;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, StoreProductId, UserId};
use sourcepilot_domain::import_job::{HistoryEntry, ImportJob, ImportStatus, Stage};
use sourcepilot_domain::raw_json::RawJson;

use super::entity::RawText;
use super::entity::import_jobs::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, import_history, micros};

/// An import to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewImport {
    /// Where to; the default shop when absent.
    pub store_id: Option<ConnectionId>,
    /// The plugin that reads the product.
    pub source: String,
    /// The product's page.
    pub source_url: String,
    /// What the merchant asked for, as sent.
    pub config: Option<Value>,
    /// Whether it came in a list.
    pub bulk: bool,
}

/// Which imports to show.
#[derive(Clone, Debug, Default)]
pub struct ImportFilter {
    /// Only in this stage.
    pub status: Option<ImportStatus>,
    /// Only to this shop.
    pub store_id: Option<ConnectionId>,
    /// How many of the newest to leave out.
    pub skip: u64,
    /// How many to show.
    pub limit: u64,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// How many the whole list has.
    pub total: u64,
}

/// Make an import and its first line of history. The caller has taken the quota
/// ([`super::usage::take`]) in the same transaction.
///
/// # Errors
/// When the database cannot be asked.
pub async fn create(tx: &Tx, user: UserId, new: NewImport, now: DateTime<Utc>) -> Result<ImportJob, DbError> {
    let NewImport { store_id, source, source_url, config, bulk } = new;
    let now = micros(now);
    let created = HistoryEntry::created(&source_url, &source, bulk);
    let job = ImportJob {
        id: ImportJobId::generate(),
        user_id: user,
        store_id,
        source,
        source_url: Some(source_url),
        source_product_id: None,
        product_data: None,
        config: config.as_ref().map(RawJson::from),
        stage: Stage::Pending,
        progress_percent: 0,
        progress_note: None,
        created_at: now,
        updated_at: now,
    };
    let row = ActiveModel {
        id: Set(job.id.0),
        user_id: Set(user.0),
        store_id: Set(job.store_id.map(Into::into)),
        source: Set(job.source.clone()),
        source_url: Set(job.source_url.clone()),
        source_product_id: Set(None),
        status: Set(job.status().as_str().to_owned()),
        product_data: Set(None),
        config: Set(job.config.clone().map(RawText)),
        error_message: Set(None),
        created_product_id: Set(None),
        progress_percent: Set(0),
        progress_note: Set(None),
        quota_month: Set(BillingMonth::of(now).to_string()),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    import_history::append(tx, job.id, &created, now).await?;
    Ok(job)
}

/// One of the user's imports.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(reads: &R, user: UserId, id: ImportJobId) -> Result<Option<ImportJob>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// One of the user's imports, held until the transaction ends. Take it before a
/// step, so that of a cancel and a completion at the same time only one is done.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lock(tx: &Tx, user: UserId, id: ImportJobId) -> Result<Option<ImportJob>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).lock_exclusive().one(tx).await?;
    row.map(from_row).transpose()
}

/// A part of the user's imports.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The part.
    pub items: Vec<ImportJob>,
    /// How many the whole list has.
    pub total: u64,
    /// Where the products of the part stand.
    pub links: HashMap<StoreProductId, String>,
}

/// The user's imports, newest first, by one query.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R, user: UserId, filter: &ImportFilter) -> Result<Listing, DbError> {
    let ImportFilter { skip, limit, .. } = *filter;
    let rows = newest_first(user, filter)
        .column_as(total(user, filter), Listed::TOTAL)
        .offset(skip.min(i64::MAX as u64))
        .limit(limit)
        .into_model::<Listed>()
        .all(reads.conn())
        .await?;
    let total = match rows.first() {
        Some(first) => u64::try_from(first.total).unwrap_or(0),
        // The count stands beside rows only.
        None if skip == 0 && limit > 0 => 0,
        None => filtered(user, filter).count(reads.conn()).await?,
    };
    let items = rows.into_iter().map(|row| Ok((from_row(row.job)?, row.url)));
    let (jobs, urls): (Vec<_>, Vec<_>) = items.collect::<Result<Vec<_>, DbError>>()?.into_iter().unzip();
    let links =
        jobs.iter().zip(urls).filter_map(|(job, url)| Some((job.created_product_id()?, url?))).collect();
    Ok(Listing { items: jobs, total, links })
}

/// The user's imports before a place in the list, newest first, with where their
/// products stand: for going through all of them part by part.
///
/// # Errors
/// When the database cannot be asked.
pub async fn part<R: Reads>(
    reads: &R,
    user: UserId,
    filter: &ImportFilter,
    before: Option<(DateTime<Utc>, ImportJobId)>,
    most: u64,
) -> Result<Vec<(ImportJob, Option<String>)>, DbError> {
    let mut query = newest_first(user, filter);
    if let Some((at, id)) = before {
        let at = micros(at);
        let same = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.lt(id.0));
        query = query.filter(Condition::any().add(Column::CreatedAt.lt(at)).add(same));
    }
    let none = Expr::value(0_i64);
    let rows =
        query.column_as(none, Listed::TOTAL).limit(most).into_model::<Listed>().all(reads.conn()).await?;
    rows.into_iter().map(|row| Ok((from_row(row.job)?, row.url))).collect()
}

fn filtered(user: UserId, filter: &ImportFilter) -> Select<Entity> {
    let mut query = Entity::find().filter(Column::UserId.eq(user.0));
    if let Some(status) = filter.status {
        query = query.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(store_id) = filter.store_id {
        query = query.filter(Column::StoreId.eq(store_id.0));
    }
    query
}

/// How many the whole list has. A window over the rows would carry the products of all
/// of them along; this one is counted in an index.
fn total(user: UserId, filter: &ImportFilter) -> Expr {
    let count = filtered(user, filter).select_only().expr(Expr::cust("COUNT(*)"));
    Expr::SubQuery(None, Box::new(count.into_query().into()))
}

fn newest_first(user: UserId, filter: &ImportFilter) -> Select<Entity> {
    let link = "(SELECT p.remote_url FROM store_products p
        WHERE p.id = import_jobs.created_product_id AND p.user_id = import_jobs.user_id)";
    filtered(user, filter)
        .column_as(Expr::cust(link), Listed::LINK)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
}

/// A row of a list: the import, how many the list has, where the product stands.
struct Listed {
    job: Model,
    total: i64,
    url: Option<String>,
}

impl Listed {
    const TOTAL: &str = "listed_total";
    const LINK: &str = "listed_link";
}

impl FromQueryResult for Listed {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Listed {
            job: Model::from_query_result(row, prefix)?,
            total: row.try_get(prefix, Self::TOTAL)?,
            url: row.try_get(prefix, Self::LINK)?,
        })
    }
}

/// Write a step: the import as it is after it, and the line of history. `false`
/// when the import is no longer in stage `from`; nothing is written then.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record_step(
    tx: &Tx,
    from: ImportStatus,
    job: &ImportJob,
    entry: &HistoryEntry,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        status: Set(job.status().as_str().to_owned()),
        store_id: Set(job.store_id.map(Into::into)),
        source_product_id: Set(job.source_product_id.clone()),
        product_data: Set(job.product_data.clone().map(RawText)),
        error_message: Set(job.error_message().map(str::to_owned)),
        created_product_id: Set(job.created_product_id().map(Into::into)),
        progress_percent: Set(i32::from(job.progress_percent)),
        progress_note: Set(job.progress_note.clone()),
        updated_at: Set(micros(job.updated_at)),
        ..ActiveModel::default()
    };
    let written = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(job.id.0))
        .filter(Column::UserId.eq(job.user_id.0))
        .filter(Column::Status.eq(from.as_str()))
        .exec(tx)
        .await?;
    if written.rows_affected == 0 {
        return Ok(false);
    }
    import_history::append(tx, job.id, entry, job.updated_at).await?;
    Ok(true)
}

/// Show how far a running import is. `false` when it is not running.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record_progress(
    tx: &Tx,
    user: UserId,
    id: ImportJobId,
    percent: u8,
    note: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        progress_percent: Set(i32::from(percent.min(100))),
        progress_note: Set(note.map(str::to_owned)),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    update_running(tx, user, id, row).await
}

/// Keep the product that a running import has read. `false` when it is not
/// running.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record_product(
    tx: &Tx,
    user: UserId,
    id: ImportJobId,
    source_product_id: &str,
    product_data: &Value,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        source_product_id: Set(Some(source_product_id.to_owned())),
        product_data: Set(Some(RawText(product_data.into()))),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    update_running(tx, user, id, row).await
}

/// Keep the shop that a running import without one goes to. `false` when it is
/// not running.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record_store(
    tx: &Tx,
    user: UserId,
    id: ImportJobId,
    store: ConnectionId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row =
        ActiveModel { store_id: Set(Some(store.0)), updated_at: Set(micros(now)), ..ActiveModel::default() };
    update_running(tx, user, id, row).await
}

async fn update_running(tx: &Tx, user: UserId, id: ImportJobId, row: ActiveModel) -> Result<bool, DbError> {
    let written = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Status.eq(ImportStatus::Running.as_str()))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}

pub(super) fn from_row(row: Model) -> Result<ImportJob, DbError> {
    let Model {
        id,
        user_id,
        store_id,
        source,
        source_url,
        source_product_id,
        status,
        product_data,
        config,
        error_message,
        created_product_id,
        progress_percent,
        progress_note,
        quota_month: _,
        created_at,
        updated_at,
    } = row;
    let status = status.parse::<ImportStatus>().map_err(|_| DbError::corrupt("import_jobs", "status", id))?;
    let stage = match status {
        ImportStatus::Pending => Stage::Pending,
        ImportStatus::Running => Stage::Running,
        ImportStatus::Cancelled => Stage::Cancelled,
        ImportStatus::Failed => Stage::Failed { reason: error_message.unwrap_or_default() },
        ImportStatus::Completed => Stage::Completed {
            product: created_product_id
                .map(StoreProductId)
                .ok_or_else(|| DbError::corrupt("import_jobs", "created_product_id", id))?,
        },
    };
    Ok(ImportJob {
        id: ImportJobId(id),
        user_id: UserId(user_id),
        store_id: store_id.map(ConnectionId),
        source,
        source_url,
        source_product_id,
        product_data: product_data.map(|json| json.0),
        config: config.map(|json| json.0),
        stage,
        progress_percent: u8::try_from(progress_percent).unwrap_or(0),
        progress_note,
        created_at,
        updated_at,
    })
}
