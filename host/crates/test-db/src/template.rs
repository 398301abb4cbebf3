//! Databases on a PostgreSQL server, copied from a template.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sourcepilot_migrations::{Migrator, MigratorTrait};
use tokio::sync::OnceCell;
use url::Url;

use crate::Error;

const PREFIX: &str = "sp_test_";
/// Seconds after which a database belongs to no running test any more.
const LEFT_OVER: u64 = 60 * 60;

/// A copy of the template.
#[derive(Debug)]
pub(crate) struct Copy {
    server: String,
    name: String,
    url: String,
}

impl Copy {
    pub(crate) async fn make(server: &str, migrated: bool) -> Result<Self, Error> {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_try_init(|| template(server)).await?;
        let name = format!("{PREFIX}{}_{}", seconds(), uuid::Uuid::new_v4().simple());
        let url = with_database(server, &name)?;
        let of = if migrated { template.as_str() } else { "template0" };
        let admin = admin(server).await?;
        admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {of}")).await?;
        admin.close().await?;
        Ok(Copy { server: server.to_owned(), name, url })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A thread with a runtime of its own: the test's runtime may be ending.
        let dropping = std::thread::spawn(move || -> Result<(), Error> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let admin = admin(&server).await?;
                admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
                admin.close().await?;
                Ok(())
            })
        });
        // What cannot be dropped now is dropped as left over later.
        drop(dropping.join());
    }
}

/// The template for this schema, made by whichever test comes first. Its name holds a
/// digest of the migrations' names, so that a new migration gets a new template.
async fn template(server: &str) -> Result<String, Error> {
    let mut digest = DefaultHasher::new();
    for migration in Migrator::migrations() {
        migration.name().hash(&mut digest);
    }
    let name = format!("sp_template_{:016x}", digest.finish());
    let admin = admin(server).await?;
    // Held by the session until it is closed: test processes take turns.
    admin.execute_unprepared("SELECT pg_advisory_lock(8109003)").await?;
    drop_left_over(&admin).await?;
    let ready = format!("{name}_ready");
    if !exists(&admin, &ready).await? {
        admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
        let connection = Database::connect(with_database(server, &name)?).await?;
        Migrator::up(&connection, None).await?;
        connection.close().await?;
        // Renamed when complete, so that a half-made one is never taken.
        admin.execute_unprepared(&format!("ALTER DATABASE {name} RENAME TO {ready}")).await?;
    }
    admin.close().await?;
    Ok(ready)
}

async fn drop_left_over(admin: &DatabaseConnection) -> Result<(), Error> {
    let names = "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, 'sp_test_')";
    for row in admin.query_all_raw(Statement::from_string(DbBackend::Postgres, names)).await? {
        let name: String = row.try_get("", "name")?;
        let born = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse::<u64>().ok());
        if born.is_some_and(|born| born + LEFT_OVER < seconds()) {
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
    }
    Ok(())
}

async fn exists(admin: &DatabaseConnection, name: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 AS there FROM pg_database WHERE datname = $1";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [name.into()]);
    Ok(admin.query_one_raw(statement).await?.is_some())
}

async fn admin(server: &str) -> Result<DatabaseConnection, Error> {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

fn with_database(server: &str, name: &str) -> Result<String, Error> {
    let mut url = Url::parse(server)?;
    url.set_path(name);
    Ok(url.into())
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
