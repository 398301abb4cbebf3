//! Imports as merchants ask for them. The work itself is a job.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sourcepilot_domain::billing_month::BillingMonth;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, UserId};
use sourcepilot_domain::import_job::{ImportJob, Stepped, TransitionError};
use sourcepilot_domain::plan::Plan;
use sourcepilot_jobs_engine::{EngineError, Queue};

use super::events;
use super::once::{self, KeyReused, Once, Turn};
use crate::app::App;
use crate::db::import_history::{self, HistoryLine};
use crate::db::imports::{self, ImportFilter, Listing, NewImport};
use crate::db::usage::{self, Metric};
use crate::db::users::User;
use crate::db::{DbError, Tx};
use crate::queue;

/// What a merchant asks for.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    pub product_url: String,
    /// The id or alias of a supplier.
    pub source: String,
    pub store_id: Option<ConnectionId>,
    pub config: Option<Value>,
}

/// What a merchant asks for, many at once.
#[derive(Clone, Debug)]
pub struct BulkRequest {
    pub product_urls: Vec<String>,
    pub source: String,
    pub store_id: Option<ConnectionId>,
    pub config: Option<Value>,
}

/// Why an import was not done, or not changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("Import limit reached for {0} plan. Upgrade your plan for more imports.")]
    LimitReached(Plan),
    #[error("Invalid source '{name}'. Valid sources: {}", known.join(", "))]
    InvalidSource { name: String, known: Vec<String> },
    #[error("Import job not found")]
    NotFound,
    #[error(transparent)]
    Transition(#[from] TransitionError),
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<EngineError> for ImportError {
    fn from(error: EngineError) -> Self {
        ImportError::Db(match error {
            EngineError::Database(error) => error.into(),
            EngineError::ShuttingDown => DbError::ShuttingDown,
            // Only a fault in the engine itself can cause these here.
            EngineError::Payload(_) | EngineError::Row(_) => DbError::EscapedTransaction,
        })
    }
}

/// Ask for one import.
///
/// # Errors
/// When the plan is used up, or there is no such source.
pub async fn create(
    app: &App,
    user: &User,
    request: ImportRequest,
    once: Option<Once>,
) -> Result<ImportJob, ImportError> {
    let ImportRequest { product_url, source, store_id, config } = request;
    let bulk = BulkRequest { product_urls: vec![product_url], source, store_id, config };
    let mut jobs = create_all(app, user, bulk, Batch { operation: "imports", bulk: false, once }).await?;
    jobs.pop().ok_or(ImportError::NotFound)
}

/// Ask for many imports: all of them or none.
///
/// # Errors
/// When they do not all fit into the plan, or there is no such source.
pub async fn create_bulk(
    app: &App,
    user: &User,
    request: BulkRequest,
    once: Option<Once>,
) -> Result<Vec<ImportJob>, ImportError> {
    create_all(app, user, request, Batch { operation: "imports.bulk", bulk: true, once }).await
}

/// Ask for the import of a product that scored well. `same` names the product: as
/// long as it is remembered, a repeat answers with the first one's import.
///
/// # Errors
/// When the plan is used up, or there is no such source.
pub async fn create_scored(
    app: &App,
    user: &User,
    request: ImportRequest,
    same: Once,
) -> Result<ImportJob, ImportError> {
    let ImportRequest { product_url, source, store_id, config } = request;
    let bulk = BulkRequest { product_urls: vec![product_url], source, store_id, config };
    let batch = Batch { operation: "webhooks.product-scored", bulk: false, once: Some(same) };
    let mut jobs = create_all(app, user, bulk, batch).await?;
    jobs.pop().ok_or(ImportError::NotFound)
}

/// How a call asked.
struct Batch {
    /// The name under which its repeats are recognised.
    operation: &'static str,
    bulk: bool,
    once: Option<Once>,
}

async fn create_all(
    app: &App,
    user: &User,
    request: BulkRequest,
    batch: Batch,
) -> Result<Vec<ImportJob>, ImportError> {
    let Batch { operation, bulk, once } = batch;
    let catalogue = app.plugins.catalogue();
    let source = catalogue.supplier(&request.source).map(|supplier| supplier.id().to_owned());
    let known = catalogue.source_ids();
    let (user, now, queue) = (user.clone(), app.now(), app.queue.clone());
    let jobs = app
        .db
        .transaction(async move |tx| {
            let turn: Turn<Vec<ImportJobId>> =
                once::begin::<_, ImportError>(&tx, user.id, operation, once.as_ref(), now).await?;
            let promise = match turn {
                Turn::Repeat(ids) => return made_before(&tx, user.id, ids).await,
                Turn::First(promise) => promise,
            };
            take_quota(&tx, &user, request.product_urls.len(), now).await?;
            // The order of the refusals is the contract's: first the plan, then the source.
            let source = source.ok_or(ImportError::InvalidSource { name: request.source.clone(), known })?;
            let jobs = insert(&tx, &queue, &user, request, &source, bulk, now).await?;
            let ids: Vec<ImportJobId> = jobs.iter().map(|job| job.id).collect();
            promise.keep(&tx, &ids).await?;
            Ok::<_, ImportError>(jobs)
        })
        .await?;
    app.queue.wake();
    for job in &jobs {
        events::import_changed(app, job, "Waiting for a worker.");
    }
    Ok(jobs)
}

async fn insert(
    tx: &Tx,
    queue: &Queue,
    user: &User,
    request: BulkRequest,
    source: &str,
    bulk: bool,
    now: DateTime<Utc>,
) -> Result<Vec<ImportJob>, ImportError> {
    let BulkRequest { product_urls, source: _, store_id, config } = request;
    let mut jobs = Vec::with_capacity(product_urls.len());
    for source_url in product_urls {
        let new = NewImport { store_id, source: source.to_owned(), source_url, config: config.clone(), bulk };
        jobs.push(put(tx, queue, user.id, new, now).await?);
    }
    Ok(jobs)
}

/// Make an import and queue it. The quota is taken.
pub(super) async fn put(
    tx: &Tx,
    queue: &Queue,
    user: UserId,
    new: NewImport,
    now: DateTime<Utc>,
) -> Result<ImportJob, ImportError> {
    let bulk = new.bulk;
    let job = imports::create(tx, user, new, now).await?;
    queue::process_import::enqueue(queue, tx, &job, bulk).await?;
    Ok(job)
}

/// What the first request with the same key made, as it is now.
pub(super) async fn made_before(
    tx: &Tx,
    user: UserId,
    ids: Vec<ImportJobId>,
) -> Result<Vec<ImportJob>, ImportError> {
    let mut jobs = Vec::with_capacity(ids.len());
    for id in ids {
        jobs.push(imports::find(tx, user, id).await?.ok_or(ImportError::NotFound)?);
    }
    Ok(jobs)
}

async fn take_quota(tx: &Tx, user: &User, wanted: usize, now: DateTime<Utc>) -> Result<(), ImportError> {
    let allowance = user.plan.terms().max_items;
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    if usage::take(tx, user.id, Metric::Imports, BillingMonth::of(now), allowance, wanted).await? {
        Ok(())
    } else {
        Err(ImportError::LimitReached(user.plan))
    }
}

/// The merchant's imports, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, user: &User, filter: &ImportFilter) -> Result<Listing, ImportError> {
    Ok(imports::list(&app.db, user.id, filter).await?)
}

/// The merchant's imports before a place in the list, newest first, with where their
/// products stand.
///
/// # Errors
/// When the database does not answer.
pub async fn part(
    app: &App,
    user: &User,
    filter: &ImportFilter,
    before: Option<(DateTime<Utc>, ImportJobId)>,
    most: u64,
) -> Result<Vec<(ImportJob, Option<String>)>, ImportError> {
    Ok(imports::part(&app.db, user.id, filter, before, most).await?)
}

/// One import.
///
/// # Errors
/// `NotFound` when it is not there or somebody else's.
pub async fn get(app: &App, user: &User, id: ImportJobId) -> Result<ImportJob, ImportError> {
    imports::find(&app.db, user.id, id).await?.ok_or(ImportError::NotFound)
}

/// What happened to an import, oldest first.
///
/// # Errors
/// `NotFound` when it is not there or somebody else's.
pub async fn history(app: &App, user: &User, id: ImportJobId) -> Result<Vec<HistoryLine>, ImportError> {
    import_history::list(&app.db, user.id, id).await?.ok_or(ImportError::NotFound)
}

/// End an import. Whoever works on it loses the right to: nothing more of it leaves
/// the host, and a product that the shop made meanwhile is taken out again.
///
/// # Errors
/// `NotFound`, or that the import has ended already.
pub async fn cancel(app: &App, user: &User, id: ImportJobId) -> Result<ImportJob, ImportError> {
    let (user, now, queue) = (user.id, app.now(), app.queue.clone());
    let (job, running) = app
        .db
        .transaction(async move |tx| {
            let job = step(&tx, user, id, |job| job.cancel(now)).await?;
            let running = queue::process_import::cancel(&queue, &tx, id).await?;
            Ok::<_, ImportError>((job, running))
        })
        .await?;
    if let Some(running) = running {
        app.queue.announce_cancelled(running);
    }
    events::import_changed(app, &job, "Cancelled.");
    Ok(job)
}

/// Begin a failed or cancelled import again. It costs no quota.
///
/// # Errors
/// `NotFound`, or that the import did not fail.
pub async fn retry(app: &App, user: &User, id: ImportJobId) -> Result<ImportJob, ImportError> {
    let (user, now, queue) = (user.id, app.now(), app.queue.clone());
    let job = app
        .db
        .transaction(async move |tx| {
            let job = step(&tx, user, id, |job| job.retry(now)).await?;
            queue::process_import::enqueue(&queue, &tx, &job, false).await?;
            Ok::<_, ImportError>(job)
        })
        .await?;
    app.queue.wake();
    events::import_changed(app, &job, "Waiting for a worker.");
    Ok(job)
}

async fn step(
    tx: &Tx,
    user: UserId,
    id: ImportJobId,
    step: impl FnOnce(ImportJob) -> Stepped,
) -> Result<ImportJob, ImportError> {
    let job = imports::lock(tx, user, id).await?.ok_or(ImportError::NotFound)?;
    let from = job.status();
    let (job, entry) = step(job)?;
    // Locked above, so nobody can have moved it.
    if imports::record_step(tx, from, &job, &entry).await? { Ok(job) } else { Err(ImportError::NotFound) }
}
