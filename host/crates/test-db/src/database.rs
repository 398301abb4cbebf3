use std::path::Path;

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend};
use sourcepilot_migrations::{Migrator, MigratorTrait};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{Error, template};

/// A database of one's own, with the current schema. It is gone when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    url: String,
    _place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(#[expect(dead_code, reason = "kept for as long as the test runs")] TempDir),
    Server(#[expect(dead_code, reason = "kept for as long as the test runs")] template::Copy),
}

impl TestDb {
    /// A new one, where `TEST_DATABASE_URL` says.
    ///
    /// # Panics
    /// When there can be none: then no test can run.
    pub async fn new() -> Self {
        match Self::make(true).await {
            Ok(database) => database,
            Err(error) => panic!("a database for a test: {error}"),
        }
    }

    /// A new one without any schema, for tests of migrations.
    ///
    /// # Panics
    /// When there can be none.
    pub async fn empty() -> Self {
        match Self::make(false).await {
            Ok(database) => database,
            Err(error) => panic!("a database for a test: {error}"),
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which of the two it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        if self.url.starts_with("sqlite:") { DbBackend::Sqlite } else { DbBackend::Postgres }
    }

    /// Connections to it: one for SQLite, several for PostgreSQL.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn connect(&self) -> DatabaseConnection {
        match connect(&self.url).await {
            Ok(connection) => connection,
            Err(error) => panic!("the test's database: {error}"),
        }
    }

    async fn make(migrated: bool) -> Result<Self, Error> {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if !server.is_empty() => {
                let copy = template::Copy::make(&server, migrated).await?;
                Ok(TestDb { url: copy.url().to_owned(), _place: Place::Server(copy) })
            }
            _ => {
                let folder = tempfile::Builder::new().prefix("sourcepilot-test-").tempdir()?;
                let file = folder.path().join("test.db");
                if migrated {
                    tokio::fs::write(&file, migrated_file().await?).await?;
                }
                Ok(TestDb { url: sqlite_url(&file), _place: Place::Folder(folder) })
            }
        }
    }
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}?mode=rwc", file.display())
}

/// The bytes of a migrated file, made once per process.
async fn migrated_file() -> Result<&'static [u8], Error> {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let bytes = FILE
        .get_or_try_init(|| async {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("template.db");
            let connection = connect(&sqlite_url(&file)).await?;
            Migrator::up(&connection, None).await?;
            connection.close().await?;
            Ok::<_, Error>(tokio::fs::read(&file).await?)
        })
        .await?;
    Ok(bytes)
}

async fn connect(url: &str) -> Result<DatabaseConnection, Error> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(if url.starts_with("sqlite:") { 1 } else { 16 }).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
