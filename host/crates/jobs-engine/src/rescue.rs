//! Jobs whose lease ran out: their process died, or lost touch.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use uuid::Uuid;

use crate::claim::begin;
use crate::sql::{self, Values};
use crate::{EngineError, Handler, HandlerError, Job, JobId, Queue, Registry};

/// At most this many in one sweep, so that a sweep ends.
const BATCH: i64 = 200;

/// Why a rescue was undone.
#[derive(Debug, thiserror::Error)]
enum RescueError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("what depends on the job could not be told: {0}")]
    Handler(HandlerError),
}

impl From<sea_orm::DbErr> for RescueError {
    fn from(error: sea_orm::DbErr) -> Self {
        RescueError::Engine(error.into())
    }
}

/// Give every job whose lease ran out to whoever comes next, or give it up when its
/// process died too often. One by one: a job that cannot be rescued keeps nobody
/// else from being rescued. Answers how many were.
pub(crate) async fn sweep(queue: &Queue, registry: &Registry) -> Result<usize, EngineError> {
    let mut rescued = 0;
    for id in expired(queue).await? {
        let (queue, registry) = (queue.clone(), registry.clone());
        // In a task of its own, so that a shutdown does not cut a transaction in two.
        let task = tokio::spawn(async move { rescue(&queue, &registry, id).await });
        match task.await.map_err(|_| EngineError::ShuttingDown)? {
            Ok(true) => rescued += 1,
            Ok(false) => {}
            Err(error) => tracing::error!(job.id = %id, error = %error, "a job could not be rescued"),
        }
    }
    Ok(rescued)
}

async fn expired(queue: &Queue) -> Result<Vec<JobId>, EngineError> {
    let sql = "SELECT id FROM jobs WHERE state = 'running' AND lease_until < {now}
               ORDER BY lease_until LIMIT $1";
    let statement = sql::statement(queue.conn().get_database_backend(), sql, vec![BATCH.into()]);
    let rows = queue.conn().query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get::<Uuid>("", "id").map(JobId)).collect::<Result<_, _>>()?)
}

async fn rescue(queue: &Queue, registry: &Registry, id: JobId) -> Result<bool, RescueError> {
    let tx = begin(queue.conn()).await?;
    let Some(job) = take(&tx, id).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    match end_of(&job, queue.config().crash_limit) {
        None => {
            put_back(&tx, id).await?;
            tx.commit().await?;
            tracing::warn!(job.id = %id, job.kind = %job.kind, crashes = job.crash_count, "a job was rescued");
            queue.wake();
        }
        Some(reason) => {
            // Only a worker that knows the kind can tell those who depend on it.
            let Some(handler) = registry.get(&job.kind) else {
                tx.rollback().await?;
                return Ok(false);
            };
            give_up(&tx, &handler, &job, &reason).await?;
            tx.commit().await?;
            tracing::error!(job.id = %id, job.kind = %job.kind, reason, "a job was given up");
        }
    }
    Ok(true)
}

/// Count the crash, unless somebody else is at it or the lease was renewed.
async fn take(tx: &DatabaseTransaction, id: JobId) -> Result<Option<Job>, EngineError> {
    let backend = tx.get_database_backend();
    let skip = if backend == sea_orm::DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE jobs SET crash_count = crash_count + 1 WHERE id IN (SELECT id FROM jobs
             WHERE id = $1 AND state = 'running' AND lease_until < {{now}} {skip})
         RETURNING {{columns}}"
    );
    let row = tx.query_one_raw(sql::statement(backend, &sql, vec![id.0.into()])).await?;
    row.as_ref().map(sql::job).transpose()
}

fn end_of(job: &Job, crash_limit: u32) -> Option<String> {
    if job.crash_count >= crash_limit {
        Some(format!("The process ended {} times during this work, so it was given up.", job.crash_count))
    } else if job.is_last_attempt() {
        Some(format!("The last of {} attempts did not come to an end.", job.max_attempts))
    } else {
        None
    }
}

async fn put_back(tx: &DatabaseTransaction, id: JobId) -> Result<(), EngineError> {
    let sql = "UPDATE jobs SET state = 'ready', run_at = {now}, locked_by = NULL,
                   lease_token = NULL, lease_until = NULL,
                   last_error = 'the process ended during the work'
               WHERE id = $1";
    tx.execute_raw(sql::statement(tx.get_database_backend(), sql, vec![id.0.into()])).await?;
    Ok(())
}

async fn give_up(
    tx: &DatabaseTransaction,
    handler: &Arc<dyn Handler>,
    job: &Job,
    reason: &str,
) -> Result<(), RescueError> {
    let mut values = Values::default();
    let (reason_place, id) = (values.put(reason), values.put(job.id.0));
    let sql = format!(
        "UPDATE jobs SET state = 'failed', finished_at = {{now}}, last_error = {reason_place},
             lease_token = NULL, lease_until = NULL WHERE id = {id}"
    );
    tx.execute_raw(sql::statement(tx.get_database_backend(), &sql, values.into_inner())).await?;
    handler.given_up(tx, job, reason).await.map_err(RescueError::Handler)
}
