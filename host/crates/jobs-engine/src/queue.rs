use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use uuid::Uuid;

use crate::claim::{Claim, Claimed};
use crate::sql::{self, Values};
use crate::{
    EngineConfig, EngineError, Enqueued, Job, JobId, JobState, Lane, Lease, LocalWakeups, NewJob, Signal,
    StateCount, Wakeups,
};

/// A unique key that becomes free each time it is looked at is tried this often.
const TRIES: usize = 20;

/// The queue. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    conn: DatabaseConnection,
    config: EngineConfig,
    wakeups: Arc<dyn Wakeups>,
    node: String,
    /// The lane after which the next claim begins.
    cursor: Mutex<String>,
}

impl Queue {
    /// A queue over a connection that may write, with wake-ups inside this process.
    #[must_use]
    pub fn new(conn: DatabaseConnection, config: EngineConfig) -> Self {
        Queue::with_wakeups(conn, config, Arc::new(LocalWakeups::default()))
    }

    /// A queue with wake-ups of another reach.
    #[must_use]
    pub fn with_wakeups(conn: DatabaseConnection, config: EngineConfig, wakeups: Arc<dyn Wakeups>) -> Self {
        // Different for every start, so that a process never takes a lease of its
        // former life for its own.
        let node = format!("{}-{:016x}", std::process::id(), rand::random::<u64>());
        Queue(Arc::new(Inner { conn, config, wakeups, node, cursor: Mutex::default() }))
    }

    /// How the engine keeps time.
    #[must_use]
    pub fn config(&self) -> &EngineConfig {
        &self.0.config
    }

    /// This process, as it stands in the rows it works on.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.0.node
    }

    /// Put a job into the queue, as part of the caller's transaction. Once that is
    /// committed, [`Self::wake`] saves the wait for the next poll.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue<C: ConnectionTrait>(&self, tx: &C, new: NewJob) -> Result<Enqueued, EngineError> {
        let NewJob { kind, tenant, lane, priority, delay, max_attempts, unique_key, payload } = new;
        let id = JobId(Uuid::now_v7());
        let (lane, cap) = match lane {
            Some(Lane { name, cap }) => (format!("{}/{name}", tenant.as_simple()), cap),
            // Without a resource only the tenant's own cap counts.
            None => (format!("{}/", tenant.as_simple()), i32::MAX.unsigned_abs()),
        };
        let mut values = Values::default();
        let row = [
            values.put(id.0),
            values.put(tenant),
            values.put(kind),
            values.put(self.0.config.queue.clone()),
            values.put(lane),
            values.put(i32::try_from(cap).unwrap_or(i32::MAX)),
            values.put(priority),
            format!("{{now}} + {}", values.put(sql::micros(delay))),
            values.put(i32::try_from(max_attempts).unwrap_or(i32::MAX)),
            values.put(unique_key.clone()),
            values.put(payload.to_string()),
        ]
        .join(", ");
        let sql = format!(
            "INSERT INTO jobs (id, tenant_id, kind, queue, lane, lane_cap, priority, run_at, max_attempts,
                unique_key, payload, created_at)
             VALUES ({row}, {{now}})
             ON CONFLICT (unique_key) WHERE state IN ('ready', 'running') DO NOTHING"
        );
        let statement = sql::statement(tx.get_database_backend(), &sql, values.into_inner());
        let key = unique_key.unwrap_or_default();
        for _ in 0..TRIES {
            if tx.execute_raw(statement.clone()).await?.rows_affected() == 1 {
                return Ok(Enqueued::New(id));
            }
            // On PostgreSQL each statement sees what was committed before it: the job that
            // was in the way may have ended meanwhile, and its key is free again.
            if let Some(there) = unfinished(tx, &key).await? {
                return Ok(Enqueued::Exists(there.id));
            }
        }
        Err(EngineError::Row(id))
    }

    /// Ring the bell: there may be a due job.
    pub fn wake(&self) {
        self.0.wakeups.send(Signal::Work);
    }

    /// Cancel the unfinished job with this unique key, as part of the caller's
    /// transaction. Whoever works on it can no longer end it; once the transaction is
    /// committed, [`Self::announce_cancelled`] tells them at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn cancel_by_key<C: ConnectionTrait>(
        &self,
        tx: &C,
        unique_key: &str,
    ) -> Result<Option<JobId>, EngineError> {
        let sql = "UPDATE jobs SET state = 'cancelled', finished_at = {now},
                       lease_token = NULL, lease_until = NULL
                   WHERE unique_key = $1 AND state IN ('ready', 'running') RETURNING id";
        let statement = sql::statement(tx.get_database_backend(), sql, vec![unique_key.into()]);
        let row = tx.query_one_raw(statement).await?;
        Ok(row.map(|row| row.try_get::<Uuid>("", "id")).transpose()?.map(JobId))
    }

    /// Tell whoever works on a job that it was cancelled.
    pub fn announce_cancelled(&self, job: JobId) {
        self.0.wakeups.send(Signal::Cancelled(job));
    }

    /// A job.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find(&self, id: JobId) -> Result<Option<Job>, EngineError> {
        let sql = "SELECT {columns} FROM jobs WHERE id = $1";
        let statement = sql::statement(self.0.conn.get_database_backend(), sql, vec![id.0.into()]);
        self.0.conn.query_one_raw(statement).await?.as_ref().map(sql::job).transpose()
    }

    /// The unfinished job with this unique key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find_by_key(&self, unique_key: &str) -> Result<Option<Job>, EngineError> {
        unfinished(&self.0.conn, unique_key).await
    }

    /// How many jobs of each kind are in each state, for metrics and tests.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count(&self) -> Result<Vec<StateCount>, EngineError> {
        let sql =
            "SELECT kind, state, count(*) AS number FROM jobs GROUP BY kind, state ORDER BY kind, state";
        let statement = sql::statement(self.0.conn.get_database_backend(), sql, Vec::new());
        let rows = self.0.conn.query_all_raw(statement).await?;
        let mut counts = Vec::with_capacity(rows.len());
        for row in &rows {
            let state: String = row.try_get("", "state")?;
            let Some(state) = JobState::parse(&state) else { continue };
            let number: i64 = row.try_get("", "number")?;
            let number = u64::try_from(number).unwrap_or(0);
            counts.push(StateCount { kind: row.try_get("", "kind")?, state, number });
        }
        Ok(counts)
    }

    /// Remove jobs that were finished longer ago than the configuration keeps them, at
    /// most a thousand at a time. Answers how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_finished(&self) -> Result<u64, EngineError> {
        let sql = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs
                   WHERE finished_at IS NOT NULL AND finished_at < {now} - $1 LIMIT 1000)";
        let values = vec![sql::micros(self.0.config.keep_finished).into()];
        let statement = sql::statement(self.0.conn.get_database_backend(), sql, values);
        Ok(self.0.conn.execute_raw(statement).await?.rows_affected())
    }

    /// Take up to `most` due jobs of these kinds.
    pub(crate) async fn claim(&self, kinds: &[String], most: usize) -> Result<Vec<Claimed>, EngineError> {
        let queue = self.clone();
        let kinds = kinds.to_vec();
        // In a task of its own: a claim that is given up half-way would leave jobs
        // that nobody works on until their leases run out.
        let task = tokio::spawn(async move {
            let token = Uuid::from_u128(rand::random());
            let Inner { conn, config, node, cursor, .. } = &*queue.0;
            let after = cursor.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let claims = Claim { config, node, kinds: &kinds, most, token, after }.run(conn).await?;
            *cursor.lock().unwrap_or_else(PoisonError::into_inner) = claims.next;
            Ok(claims.jobs)
        });
        task.await.map_err(|_| EngineError::ShuttingDown)?
    }

    /// Renew these leases in one statement. Those that were not renewed are over.
    pub(crate) async fn renew(&self, leases: &[Lease]) -> Result<(), EngineError> {
        if leases.is_empty() {
            return Ok(());
        }
        let mut values = Values::default();
        let length = values.put(sql::micros(self.0.config.lease));
        let held: Vec<String> = leases
            .iter()
            .map(|lease| format!("({}, {})", values.put(lease.job().0), values.put(lease.token())))
            .collect();
        let sql = format!(
            "UPDATE jobs SET lease_until = {{now}} + {length}
             WHERE state = 'running' AND (id, lease_token) IN (VALUES {}) RETURNING id",
            held.join(", ")
        );
        let asked = Instant::now();
        let statement = sql::statement(self.0.conn.get_database_backend(), &sql, values.into_inner());
        let rows = self.0.conn.query_all_raw(statement).await?;
        let renewed = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<Uuid>, _>>()?;
        for lease in leases {
            if renewed.contains(&lease.job().0) {
                lease.renewed(asked);
            } else {
                tracing::info!(job.id = %lease.job(), "the job was cancelled or is somebody else's now");
                lease.end();
            }
        }
        Ok(())
    }

    pub(crate) fn conn(&self) -> &DatabaseConnection {
        &self.0.conn
    }

    pub(crate) fn wakeups(&self) -> &dyn Wakeups {
        &*self.0.wakeups
    }

    /// The wait after an attempt.
    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        self.0.config.backoff.delay(attempt, rand::random())
    }
}

async fn unfinished<C: ConnectionTrait>(conn: &C, unique_key: &str) -> Result<Option<Job>, EngineError> {
    let sql = "SELECT {columns} FROM jobs WHERE unique_key = $1 AND state IN ('ready', 'running')";
    let statement = sql::statement(conn.get_database_backend(), sql, vec![unique_key.into()]);
    conn.query_one_raw(statement).await?.as_ref().map(sql::job).transpose()
}
