//! Connecting to SQLite or PostgreSQL.
//!
//! SQLite gets one connection that writes and several that only read, because a
//! transaction that reads first and writes later is refused when somebody else
//! wrote in between, whatever the busy timeout. PostgreSQL gets one pool.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use secrecy::{ExposeSecret, SecretString};
use sourcepilot_migrations::{Migrator, MigratorTrait};

use super::error::DbError;

/// Where the database is and how many connections it gets.
#[derive(Clone)]
pub struct DbConfig {
    /// `sqlite:path`, `sqlite::memory:` or `postgres://…`; it may hold a password.
    pub url: SecretString,
    /// PostgreSQL: connections in all. SQLite: connections that read.
    pub connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long another process may hold SQLite's write lock.
    pub busy_timeout: Duration,
}

impl DbConfig {
    /// The usual settings for this address. The forms that Python drivers use
    /// (`postgresql+asyncpg://`, `sqlite+aiosqlite:///`) are accepted.
    #[must_use]
    pub fn new(url: &str) -> Self {
        DbConfig {
            url: SecretString::from(plain_url(url)),
            connections: 10,
            acquire_timeout: Duration::from_secs(10),
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for DbConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbConfig").field("connections", &self.connections).finish_non_exhaustive()
    }
}

fn plain_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match scheme.split_once('+').unwrap_or((scheme, "")) {
        ("postgresql" | "postgres", _) => format!("postgres://{rest}"),
        // Python counts one slash more: three before a relative path.
        ("sqlite", driver) if !driver.is_empty() => {
            format!("sqlite://{}", rest.strip_prefix('/').unwrap_or(rest))
        }
        _ => url.to_owned(),
    }
}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

impl Db {
    /// Connect. The schema is left as it is.
    ///
    /// # Errors
    /// When the address is not understood or nothing answers there.
    pub async fn connect(config: &DbConfig) -> Result<Self, DbError> {
        let url = config.url.expose_secret();
        let statements = Arc::default();
        if url.starts_with("sqlite:") {
            let write = counted(sqlite(config, Access::Write).await?, &statements);
            let read = match url.contains(":memory:") {
                true => write.clone(),
                false => counted(sqlite(config, Access::Read).await?, &statements),
            };
            Ok(Db { write, read, statements })
        } else if url.starts_with("postgres://") {
            let pool = counted(postgres(config).await?, &statements);
            Ok(Db { write: pool.clone(), read: pool, statements })
        } else {
            Err(DbError::Address)
        }
    }

    /// Bring the schema up to date. Hosts that start at the same time do it one
    /// after the other.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> Result<(), DbError> {
        let lock = match self.backend() {
            DbBackend::Postgres => {
                let tx = super::transaction::begin(&self.write).await?;
                tx.execute_unprepared("SELECT pg_advisory_xact_lock(8109001)").await?;
                Some(tx)
            }
            _ => None,
        };
        let migrated = Migrator::up(&self.write, None).await;
        if let Some(lock) = lock {
            lock.commit().await?;
        }
        Ok(migrated?)
    }

    /// Whether both ways to the database answer.
    ///
    /// # Errors
    /// When one does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.write.ping().await?;
        Ok(self.read.ping().await?)
    }

    /// How many changes of the schema wait to be made.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pending_migrations(&self) -> Result<usize, DbError> {
        Ok(Migrator::get_pending_migrations(&self.write).await?.len())
    }

    /// The time as the database sees it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clock(&self) -> Result<DateTime<Utc>, DbError> {
        let sql = match self.backend() {
            DbBackend::Postgres => "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now",
            _ => "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS now",
        };
        let row = self.read.query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        let micros: i64 = row.ok_or(DbError::MissingReference)?.try_get("", "now")?;
        Ok(DateTime::from_timestamp_micros(micros).unwrap_or_default())
    }

    /// Wait for what runs, then disconnect.
    ///
    /// # Errors
    /// When the database cannot be closed.
    pub async fn close(self) -> Result<(), DbError> {
        self.read.close().await?;
        Ok(self.write.close().await?)
    }

    /// How many statements were sent since the connection was made.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Which of the two it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// The connection for the job engine, which opens its own transactions.
    #[must_use]
    pub fn for_engine(&self) -> DatabaseConnection {
        self.write.clone()
    }

    pub(super) fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    pub(super) fn write(&self) -> &DatabaseConnection {
        &self.write
    }
}

/// The same connection, which counts its statements.
fn counted(mut connection: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let statements = Arc::clone(statements);
    connection.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    connection
}

#[derive(Clone, Copy, PartialEq)]
enum Access {
    Read,
    Write,
}

async fn sqlite(config: &DbConfig, access: Access) -> Result<DatabaseConnection, DbError> {
    let mut options = options(config);
    let busy_timeout = config.busy_timeout;
    // A file does not go away between two uses.
    options.test_before_acquire(false);
    match access {
        Access::Write => options.max_connections(1),
        Access::Read => options.max_connections(config.connections.max(1)),
    };
    options.map_sqlx_sqlite_opts(move |sqlite| sqlite_options(sqlite, access, busy_timeout));
    Ok(Database::connect(options).await?)
}

fn sqlite_options(sqlite: SqliteConnectOptions, access: Access, busy: Duration) -> SqliteConnectOptions {
    let sqlite = sqlite.foreign_keys(true).busy_timeout(busy);
    match access {
        Access::Write => sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full),
        // `query_only` rather than a read-only file: a reader may have to recover
        // the log of a process that was killed.
        Access::Read => sqlite.pragma("query_only", "ON"),
    }
}

async fn postgres(config: &DbConfig) -> Result<DatabaseConnection, DbError> {
    let mut options = options(config);
    options.max_connections(config.connections.max(2)).set_application_name("sourcepilot");
    // A connection that was used just now is not asked whether it still works: that
    // would double the round trips of most requests.
    options.test_before_acquire_if_idle_for(Duration::from_secs(1));
    // The safety net under `transaction`: a connection that stays inside a
    // transaction without doing anything is cut off by the server.
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.options([("idle_in_transaction_session_timeout", "15000")])
    });
    Ok(Database::connect(options).await?)
}

fn options(config: &DbConfig) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.expose_secret().to_owned());
    options.acquire_timeout(config.acquire_timeout).sqlx_logging(false);
    options
}

#[cfg(test)]
mod tests {
    use super::plain_url;

    #[test]
    fn addresses_of_other_drivers_are_understood() {
        for (given, plain) in [
            ("postgresql+asyncpg://u:p@h:5432/d", "postgres://u:p@h:5432/d"),
            ("postgresql://h/d", "postgres://h/d"),
            ("sqlite+aiosqlite:///data.db", "sqlite://data.db"),
            ("sqlite+aiosqlite:////var/data.db", "sqlite:///var/data.db"),
            ("sqlite:///var/data.db", "sqlite:///var/data.db"),
            ("sqlite:data.db", "sqlite:data.db"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("mysql://h/d", "mysql://h/d"),
        ] {
            assert_eq!(plain_url(given), plain);
        }
    }
}
