//! Statements. Both databases understand `$1` and most of the rest; what differs is
//! how each tells the time and how a per-lane limit is written.
//!
//! Times are microseconds by the database's clock. PostgreSQL's clock is read as of
//! the statement, not of the transaction, and in a form that an index can be
//! searched by.

use sea_orm::{DbBackend, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::{EngineError, Job, JobId, JobState};

pub(crate) const COLUMNS: &str =
    "id, tenant_id, kind, state, attempt, max_attempts, crash_count, unique_key, payload, last_error";

/// The database's time.
pub(crate) fn now(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "CAST(extract(epoch FROM statement_timestamp()) * 1000000 AS bigint)",
        _ => "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)",
    }
}

/// A statement with the database's time in place of `{now}`.
pub(crate) fn statement(backend: DbBackend, sql: &str, values: Vec<Value>) -> Statement {
    let sql = sql.replace("{now}", now(backend)).replace("{columns}", COLUMNS);
    Statement::from_sql_and_values(backend, sql, values)
}

/// Collects values and gives each its place in the statement.
#[derive(Default)]
pub(crate) struct Values(Vec<Value>);

impl Values {
    /// The place of this value.
    pub(crate) fn put(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// The places of these values, with commas.
    pub(crate) fn put_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let places: Vec<String> = values.into_iter().map(|value| self.put(value)).collect();
        places.join(", ")
    }

    pub(crate) fn into_inner(self) -> Vec<Value> {
        self.0
    }
}

pub(crate) fn micros(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

/// A job from a row with the [`COLUMNS`].
pub(crate) fn job(row: &QueryResult) -> Result<Job, EngineError> {
    let id = JobId(row.try_get::<Uuid>("", "id")?);
    let state: String = row.try_get("", "state")?;
    let payload: String = row.try_get("", "payload")?;
    let number = |column: &str| -> Result<u32, DbErr> {
        Ok(u32::try_from(row.try_get::<i32>("", column)?).unwrap_or(0))
    };
    Ok(Job {
        id,
        tenant: row.try_get("", "tenant_id")?,
        kind: row.try_get("", "kind")?,
        state: JobState::parse(&state).ok_or(EngineError::Row(id))?,
        attempt: number("attempt")?,
        max_attempts: number("max_attempts")?,
        crash_count: number("crash_count")?,
        unique_key: row.try_get("", "unique_key")?,
        payload: serde_json::from_str(&payload).map_err(EngineError::Payload)?,
        last_error: row.try_get("", "last_error")?,
    })
}
