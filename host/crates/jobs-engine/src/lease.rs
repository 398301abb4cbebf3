use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::sql::{self, Values};
use crate::{JobId, SettleError};

/// The right to work on a job and to end it. Clones are the same lease.
#[derive(Clone, Debug)]
pub struct Lease(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    job: JobId,
    token: Uuid,
    length: Duration,
    trusted_from: Mutex<Instant>,
    over: AtomicBool,
    ended: CancellationToken,
}

/// Says that the job was ended in a transaction. Answer it to the worker
/// ([`crate::Verdict::Settled`]) once the transaction is committed.
#[derive(Debug)]
#[must_use = "answer it to the worker"]
pub struct Settlement(());

impl Lease {
    /// A lease that was asked for at `asked`, which is before the database granted it.
    pub(crate) fn new(job: JobId, token: Uuid, length: Duration, asked: Instant) -> Self {
        Lease(Arc::new(Inner {
            job,
            token,
            length,
            trusted_from: Mutex::new(asked),
            over: AtomicBool::new(false),
            ended: CancellationToken::new(),
        }))
    }

    /// The job.
    #[must_use]
    pub fn job(&self) -> JobId {
        self.0.job
    }

    /// For how long nobody else can have the job, by this process's monotonic clock.
    /// Zero once the lease is lost. It is counted from the moment the last renewal was
    /// asked for, so it never promises more than the database granted.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        if self.0.over.load(Ordering::Acquire) {
            return Duration::ZERO;
        }
        let trusted_from = *self.0.trusted_from.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.length.saturating_sub(trusted_from.elapsed())
    }

    /// Ends when the lease does: the job was cancelled or lost, or its time ran out.
    #[must_use]
    pub fn ended(&self) -> CancellationToken {
        self.0.ended.clone()
    }

    pub(crate) fn token(&self) -> Uuid {
        self.0.token
    }

    pub(crate) fn renewed(&self, asked: Instant) {
        *self.0.trusted_from.lock().unwrap_or_else(PoisonError::into_inner) = asked;
    }

    pub(crate) fn end(&self) {
        self.0.over.store(true, Ordering::Release);
        self.0.ended.cancel();
    }

    /// Hold the job until the transaction ends, so that what is written beside is
    /// written by the current holder or not at all.
    ///
    /// # Errors
    /// [`SettleError::Stale`] when the lease was lost: undo the transaction.
    pub async fn confirm<C: ConnectionTrait>(&self, tx: &C) -> Result<(), SettleError> {
        let mut values = Values::default();
        let (id, token) = (values.put(self.0.job.0), values.put(self.0.token));
        // An update that changes nothing: unlike a locking read it means the same on
        // both databases.
        let sql = format!(
            "UPDATE jobs SET lease_token = lease_token
             WHERE id = {id} AND lease_token = {token} AND state = 'running'"
        );
        self.fenced(tx, &sql, values).await
    }

    /// The job is done. Part of the caller's transaction, with everything that the job
    /// wrote.
    ///
    /// # Errors
    /// [`SettleError::Stale`] when the lease was lost: undo the transaction.
    pub async fn complete<C: ConnectionTrait>(&self, tx: &C) -> Result<Settlement, SettleError> {
        self.finish(tx, "done", None).await
    }

    /// The job is given up. Part of the caller's transaction, with everything that says
    /// so elsewhere.
    ///
    /// # Errors
    /// [`SettleError::Stale`] when the lease was lost: undo the transaction.
    pub async fn fail<C: ConnectionTrait>(&self, tx: &C, reason: &str) -> Result<Settlement, SettleError> {
        self.finish(tx, "failed", Some(reason)).await
    }

    /// Try again after `delay`, as another attempt. Part of the caller's transaction.
    ///
    /// # Errors
    /// [`SettleError::Stale`] when the lease was lost: undo the transaction.
    pub async fn retry<C: ConnectionTrait>(
        &self,
        tx: &C,
        reason: &str,
        delay: Duration,
    ) -> Result<Settlement, SettleError> {
        self.put_back(tx, "attempt", Some(reason), delay).await
    }

    /// Go on after `delay`; this was no attempt. Part of the caller's transaction.
    ///
    /// # Errors
    /// [`SettleError::Stale`] when the lease was lost: undo the transaction.
    pub async fn reschedule<C: ConnectionTrait>(
        &self,
        tx: &C,
        reason: &str,
        delay: Duration,
    ) -> Result<Settlement, SettleError> {
        self.put_back(tx, "attempt - 1", Some(reason), delay).await
    }

    /// Give the job back unfinished.
    pub(crate) async fn release<C: ConnectionTrait>(
        &self,
        conn: &C,
        delay: Duration,
    ) -> Result<Settlement, SettleError> {
        self.put_back(conn, "attempt - 1", None, delay).await
    }

    async fn finish<C: ConnectionTrait>(
        &self,
        tx: &C,
        state: &str,
        reason: Option<&str>,
    ) -> Result<Settlement, SettleError> {
        let mut values = Values::default();
        let (state, reason) = (values.put(state), values.put(reason.map(str::to_owned)));
        let (id, token) = (values.put(self.0.job.0), values.put(self.0.token));
        let sql = format!(
            "UPDATE jobs SET state = {state}, last_error = coalesce({reason}, last_error),
                finished_at = {{now}}, lease_token = NULL, lease_until = NULL
             WHERE id = {id} AND lease_token = {token} AND state = 'running'"
        );
        self.fenced(tx, &sql, values).await?;
        Ok(Settlement(()))
    }

    async fn put_back<C: ConnectionTrait>(
        &self,
        tx: &C,
        attempt: &str,
        reason: Option<&str>,
        delay: Duration,
    ) -> Result<Settlement, SettleError> {
        let mut values = Values::default();
        let reason = values.put(reason.map(str::to_owned));
        let delay = values.put(sql::micros(delay));
        let (id, token) = (values.put(self.0.job.0), values.put(self.0.token));
        let sql = format!(
            "UPDATE jobs SET state = 'ready', attempt = {attempt}, run_at = {{now}} + {delay},
                last_error = coalesce({reason}, last_error), locked_by = NULL,
                lease_token = NULL, lease_until = NULL
             WHERE id = {id} AND lease_token = {token} AND state = 'running'"
        );
        self.fenced(tx, &sql, values).await?;
        Ok(Settlement(()))
    }

    async fn fenced<C: ConnectionTrait>(&self, tx: &C, sql: &str, values: Values) -> Result<(), SettleError> {
        let backend = tx.get_database_backend();
        let done = tx.execute_raw(sql::statement(backend, sql, values.into_inner())).await?;
        if done.rows_affected() == 1 {
            return Ok(());
        }
        tracing::warn!(job.id = %self.0.job, "an attempt was refused because its lease was lost");
        self.end();
        Err(SettleError::Stale)
    }
}
