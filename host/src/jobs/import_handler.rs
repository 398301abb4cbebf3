//! What the queue runs for an import, and how each ending is written down: the
//! job's row, the import and its history always change together.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sourcepilot_domain::Failure;
use sourcepilot_domain::ids::{ImportJobId, StoreProductId};
use sourcepilot_domain::import_job::{ImportJob, ImportStatus, Stepped};
use sourcepilot_jobs_engine::{
    Handler, HandlerError, Job, JobContext, Lease, SettleError, Settlement, Verdict,
};

use super::fence::LeaseFence;
use super::process_import::{Done, Outcome, Permit, process, undo};
use super::verdict::{self, judge, spread};
use crate::app::App;
use crate::db::store_products::{self, NewStoreProduct};
use crate::db::{DbError, import_history, imports, store_ops, worker};
use crate::queue::process_import::ProcessImport;
use crate::service::events;

/// Runs imports. It holds the application weakly: the application holds the worker.
pub struct ImportHandler(pub Weak<App>);

#[async_trait]
impl Handler for ImportHandler {
    async fn run(&self, context: JobContext) -> Result<Verdict, HandlerError> {
        let Some(app) = self.0.upgrade() else { return Ok(later()) };
        let JobContext { job, lease } = context;
        let ProcessImport { import_id } = job.payload()?;
        let fence = Arc::new(LeaseFence::new(lease.clone(), app.queue.config()));
        let permit = Permit { fence, cancelled: lease.ended() };
        match Box::pin(process(&app, import_id, permit)).await {
            Ok(Outcome::Gone) => Ok(Verdict::Done),
            Ok(Outcome::Done(done)) => finish(&app, &lease, *done).await,
            Err(failure) => give_back(&app, &job, &lease, import_id, &failure).await,
        }
    }

    async fn given_up(&self, tx: &DatabaseTransaction, job: &Job, reason: &str) -> Result<(), HandlerError> {
        let Some(app) = self.0.upgrade() else { return Err("the application is gone".into()) };
        let ProcessImport { import_id } = job.payload()?;
        let now = app.now();
        let Some(import) = worker::lock_import(tx, import_id).await? else { return Ok(()) };
        if let Ok(failed) = write_step(tx, import, |import| import.fail(reason, now)).await? {
            // After the commit, which follows at once.
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(200)).await;
                events::import_changed(&app, &failed, "The import failed.");
            });
        }
        Ok(())
    }
}

fn later() -> Verdict {
    Verdict::Later { reason: "the process is ending".to_owned(), after: Duration::from_secs(1) }
}

/// Why an ending was not written.
#[derive(Debug, thiserror::Error)]
enum EndError {
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the import has ended meanwhile")]
    Ended,
}

/// The product stands in the shop: say so everywhere at once.
async fn finish(app: &Arc<App>, lease: &Lease, done: Done) -> Result<Verdict, HandlerError> {
    let now = app.now();
    let (fenced, product, remote) = (lease.clone(), new_product(&done), done.remote.clone());
    let (op, id) = (done.op.clone(), done.job.id);
    let ended = app
        .db
        .transaction(async move |tx| {
            let settlement = fenced.complete(&*tx).await?;
            let import = worker::lock_import(&tx, id).await?.ok_or(EndError::Ended)?;
            let product = store_products::remember(&tx, import.user_id, product, now).await?;
            store_ops::confirm(&tx, &op, &remote.id, remote.url.as_deref(), now).await?;
            let import =
                write_step(&tx, import, |import| completed_with(import, product, &remote.warnings, now))
                    .await?;
            Ok::<_, EndError>((settlement, import.map_err(|_| EndError::Ended)?))
        })
        .await;
    match ended {
        Ok((settlement, import)) => {
            events::import_changed(app, &import, &completed(&done));
            Ok(Verdict::Settled(settlement))
        }
        Err(EndError::Settle(SettleError::Stale) | EndError::Ended) => {
            undo(app, &done).await;
            Ok(Verdict::Done)
        }
        Err(error) => Err(error.into()),
    }
}

/// What could not be carried over, or has to be known, stays in the import's history.
fn completed_with(
    import: ImportJob,
    product: StoreProductId,
    warnings: &[String],
    now: DateTime<Utc>,
) -> Stepped {
    let (import, mut entry) = import.complete(product, now)?;
    if !warnings.is_empty() {
        entry.details["warnings"] = serde_json::json!(warnings);
    }
    Ok((import, entry))
}

fn completed(done: &Done) -> String {
    match done.remote.warnings.as_slice() {
        [] => format!("“{}” stands in {}.", done.planned.plan.listing.title, done.connection.store_name),
        warnings => {
            format!(
                "“{}” stands in {}. {}",
                done.planned.plan.listing.title,
                done.connection.store_name,
                warnings.join(" ")
            )
        }
    }
}

fn new_product(done: &Done) -> NewStoreProduct {
    let Done { job, connection, op, product, planned, remote, source } = done;
    let id_of = |key: &str| {
        remote.variants.iter().find(|variant| variant.key == key).map(|variant| variant.id.clone())
    };
    let variants = planned
        .variants
        .iter()
        .map(|(supplier_id, key)| serde_json::json!({"key": key, "remote_id": id_of(key), "source_id": supplier_id}))
        .collect();
    NewStoreProduct {
        connection_id: connection.id,
        import_job_id: job.id,
        source: source.id().to_owned(),
        source_product_id: product.reference.id.clone(),
        source_url: product.reference.url.clone().or_else(|| job.source_url.clone()),
        title: planned.plan.listing.title.clone(),
        external_key: op.external_key.clone(),
        remote_id: remote.id.clone(),
        remote_url: remote.url.clone(),
        remote_admin_url: remote.admin_url.clone(),
        variants,
    }
}

/// It did not work (yet).
async fn give_back(
    app: &Arc<App>,
    job: &Job,
    lease: &Lease,
    id: ImportJobId,
    failure: &Failure,
) -> Result<Verdict, HandlerError> {
    tracing::info!(import.id = %id, kind = ?failure.kind, effect = ?failure.effect, code = ?failure.code, attempt = job.attempt, "an import did not get through");
    let ending = match judge(failure, job.attempt, job.is_last_attempt()) {
        // Whoever holds the lease now, or cancelled, has said what had to be said.
        verdict::Verdict::Stop => return Ok(later()),
        verdict::Verdict::Fail(reason) => Ending::Fail(reason),
        verdict::Verdict::Retry(pause, reason) => {
            let delay = app.queue.config().backoff.delay(job.attempt, rand::random());
            Ending::Retry(delay.max(pause), reason)
        }
        verdict::Verdict::Later(after, reason) => Ending::Later(spread(after, rand::random()), reason),
    };
    match write_ending(app, lease, id, ending).await {
        Ok((settlement, import, message)) => {
            events::import_changed(app, &import, &message);
            Ok(Verdict::Settled(settlement))
        }
        Err(EndError::Settle(SettleError::Stale) | EndError::Ended) => Ok(later()),
        Err(error) => Err(error.into()),
    }
}

enum Ending {
    Fail(String),
    Retry(Duration, String),
    Later(Duration, String),
}

async fn write_ending(
    app: &Arc<App>,
    lease: &Lease,
    id: ImportJobId,
    ending: Ending,
) -> Result<(Settlement, ImportJob, String), EndError> {
    let (lease, now) = (lease.clone(), app.now());
    app.db
        .transaction(async move |tx| {
            let (settlement, message) = match &ending {
                Ending::Fail(reason) => (lease.fail(&*tx, reason).await?, "The import failed.".to_owned()),
                Ending::Retry(delay, reason) => {
                    (lease.retry(&*tx, reason, *delay).await?, again(*delay, reason))
                }
                Ending::Later(after, reason) => {
                    (lease.reschedule(&*tx, reason, *after).await?, again(*after, reason))
                }
            };
            let import = worker::lock_import(&tx, id).await?.ok_or(EndError::Ended)?;
            let import = write_step(&tx, import, |import| match &ending {
                Ending::Fail(reason) => import.fail(reason, now),
                Ending::Retry(..) | Ending::Later(..) => import.postpone(&message, now),
            });
            let import = import.await?.map_err(|_| EndError::Ended)?;
            import_history::thin(&tx, id).await?;
            Ok::<_, EndError>((settlement, import, message))
        })
        .await
}

fn again(delay: Duration, reason: &str) -> String {
    let wait = match delay.as_secs() {
        seconds @ 0..300 => format!("{} s", seconds.max(1)),
        seconds @ 300..7_200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3_600)),
    };
    format!("{reason} Trying again in {wait}.")
}

/// Take a step and write it; the inner error says that the import is past it.
async fn write_step(
    tx: &DatabaseTransaction,
    import: ImportJob,
    step: impl FnOnce(ImportJob) -> Stepped,
) -> Result<Result<ImportJob, ImportStatus>, DbError> {
    let from = import.status();
    let Ok((import, entry)) = step(import) else { return Ok(Err(from)) };
    let written = imports::record_step(tx, from, &import, &entry).await?;
    Ok(if written { Ok(import) } else { Err(from) })
}
