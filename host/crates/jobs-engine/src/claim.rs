//! Taking due jobs, at most so many per tenant and per lane, tenants in turn.

use std::time::Instant;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, QueryResult, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::sql::{self, Values};
use crate::{EngineConfig, EngineError, Job, Lease};

/// A claimed job.
pub(crate) struct Claimed {
    pub(crate) job: Job,
    pub(crate) lease: Lease,
}

/// What a claim needs to know.
pub(crate) struct Claim<'a> {
    pub(crate) config: &'a EngineConfig,
    pub(crate) node: &'a str,
    pub(crate) kinds: &'a [String],
    pub(crate) most: usize,
    pub(crate) token: Uuid,
    /// The lane after which to begin.
    pub(crate) after: String,
}

/// What came of a claim.
#[derive(Default)]
pub(crate) struct Claims {
    pub(crate) jobs: Vec<Claimed>,
    /// The lane after which the next claim begins.
    pub(crate) next: String,
}

/// One claim at a time counts what runs, in PostgreSQL by this lock; otherwise two
/// claims at the same time would pass the caps together.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8109002)";

/// So many lanes are looked at in one claim; the next one goes on after them. That
/// bounds the work of a claim, however many tenants have jobs waiting.
const LANES: usize = 100;

impl Claim<'_> {
    /// Take up to `most` jobs.
    pub(crate) async fn run(&self, conn: &DatabaseConnection) -> Result<Claims, EngineError> {
        if self.most == 0 || self.kinds.is_empty() || !self.anything_due(conn).await? {
            return Ok(Claims { next: self.after.clone(), ..Claims::default() });
        }
        let lanes = self.lanes(conn).await?;
        let next = lanes.last().filter(|_| lanes.len() == LANES).cloned().unwrap_or_default();
        let backend = conn.get_database_backend();
        let mut values = Values::default();
        let sql = self.statement(backend, &lanes, &mut values);
        let statement = sql::statement(backend, &sql, values.into_inner());
        let asked = Instant::now();
        let rows = match backend {
            DbBackend::Postgres => {
                let tx = begin(conn).await?;
                tx.execute_unprepared(LOCK).await?;
                let rows = tx.query_all_raw(statement).await?;
                tx.commit().await?;
                rows
            }
            _ => conn.query_all_raw(statement).await?,
        };
        let jobs = rows.iter().map(|row| self.claimed(row, asked)).collect::<Result<_, _>>()?;
        Ok(Claims { jobs, next })
    }

    fn claimed(&self, row: &QueryResult, asked: Instant) -> Result<Claimed, EngineError> {
        let job = sql::job(row)?;
        let lease = Lease::new(job.id, self.token, self.config.lease, asked);
        Ok(Claimed { job, lease })
    }

    /// So that an idle worker neither writes nor waits for those who do.
    async fn anything_due(&self, conn: &DatabaseConnection) -> Result<bool, EngineError> {
        let sql = "SELECT 1 AS due FROM jobs
                   WHERE state = 'ready' AND queue = $1 AND run_at <= {now} LIMIT 1";
        let values = vec![self.config.queue.clone().into()];
        let statement = sql::statement(conn.get_database_backend(), sql, values);
        Ok(conn.query_one_raw(statement).await?.is_some())
    }

    /// The lanes with waiting jobs: those after the cursor, then those before it. Each
    /// is found by one step in the index.
    async fn lanes(&self, conn: &DatabaseConnection) -> Result<Vec<String>, EngineError> {
        let sql = "WITH RECURSIVE first(lane) AS (
                SELECT min(lane) FROM jobs WHERE state = 'ready' AND queue = $1),
            lanes(lane) AS (
                SELECT coalesce((SELECT min(j.lane) FROM jobs j
                    WHERE j.state = 'ready' AND j.queue = $1 AND j.lane > $2), first.lane) FROM first
                UNION
                SELECT coalesce((SELECT min(j.lane) FROM jobs j
                    WHERE j.state = 'ready' AND j.queue = $1 AND j.lane > lanes.lane), first.lane)
                FROM lanes, first)
            SELECT lane FROM lanes WHERE lane IS NOT NULL LIMIT $3";
        let most = i64::try_from(LANES).unwrap_or(i64::MAX);
        let values = vec![self.config.queue.clone().into(), self.after.clone().into(), most.into()];
        let statement = sql::statement(conn.get_database_backend(), sql, values);
        let rows = conn.query_all_raw(statement).await?;
        Ok(rows.iter().map(|row| row.try_get("", "lane")).collect::<Result<_, _>>()?)
    }

    fn statement(&self, backend: DbBackend, lanes: &[String], values: &mut Values) -> String {
        let queue = values.put(self.config.queue.clone());
        let lanes = values.put(serde_json::json!(lanes).to_string());
        let kinds = values.put_all(self.kinds.iter().cloned());
        let most = values.put(i64::try_from(self.most).unwrap_or(i64::MAX));
        let tenant_cap = values.put(i64::from(self.config.tenant_cap));
        let token = values.put(self.token);
        let lease = values.put(sql::micros(self.config.lease));
        let node = values.put(self.node);
        // `+run_at` keeps SQLite from searching all due jobs once per lane.
        let due = format!(
            "FROM jobs WHERE state = 'ready' AND queue = {queue} AND lane = l.lane
                 AND +run_at <= {{now}} AND kind IN ({kinds})
             ORDER BY priority, run_at, id LIMIT {tenant_cap}"
        );
        let (lanes, per_lane, lock) = match backend {
            DbBackend::Postgres => (
                format!("SELECT json_array_elements_text(CAST({lanes} AS json))"),
                format!(
                    "lanes l CROSS JOIN LATERAL
                     (SELECT id, tenant_id, lane, lane_cap, priority, run_at {due}) c"
                ),
                "FOR UPDATE OF j SKIP LOCKED",
            ),
            _ => (
                format!("SELECT value FROM json_each({lanes})"),
                format!("lanes l CROSS JOIN jobs c ON c.id IN (SELECT id {due})"),
                "",
            ),
        };
        format!(
            "WITH lanes(lane) AS ({lanes}),
            busy AS (SELECT tenant_id, lane FROM jobs WHERE state = 'running'),
            due AS (
                SELECT c.id, c.tenant_id, c.lane, c.lane_cap, c.priority, c.run_at,
                    row_number() OVER (PARTITION BY c.lane ORDER BY c.priority, c.run_at, c.id) AS place
                FROM {per_lane}),
            with_lane AS (
                SELECT d.id, d.tenant_id, d.priority, d.run_at,
                    row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.priority, d.run_at, d.id)
                        + (SELECT count(*) FROM busy b WHERE b.tenant_id = d.tenant_id) AS place
                FROM due d
                WHERE d.place + (SELECT count(*) FROM busy b WHERE b.lane = d.lane) <= d.lane_cap),
            chosen AS (
                SELECT w.id FROM with_lane w WHERE w.place <= {tenant_cap}
                ORDER BY w.priority, w.place, w.run_at, w.id LIMIT {most}),
            held AS MATERIALIZED (
                SELECT j.id FROM jobs j JOIN chosen ON chosen.id = j.id WHERE j.state = 'ready' {lock})
            UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_token = {token},
                lease_until = {{now}} + {lease}, locked_by = {node}
            WHERE id IN (SELECT id FROM held) AND state = 'ready'
            RETURNING {{columns}}"
        )
    }
}

/// Begin a transaction that writes. In a task of its own, because a `BEGIN` that is
/// given up half-way leaves the connection inside a transaction.
pub(crate) async fn begin(conn: &DatabaseConnection) -> Result<DatabaseTransaction, EngineError> {
    let conn = conn.clone();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let task = tokio::spawn(async move { conn.begin_with_options(options).await });
    Ok(task.await.map_err(|_| EngineError::ShuttingDown)??)
}
