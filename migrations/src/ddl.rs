//! Data definition in SQL that both databases read, with a handful of type names
//! filled in per database. Constraints and indexes are always named, because the
//! host turns their names into answers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Stands for the type names that differ. SQLite tables are `STRICT`, so that a
/// value of a wrong type is refused there as PostgreSQL refuses it.
const TYPES: [(&str, &str, &str); 6] = [
    // token, PostgreSQL, SQLite
    ("{uuid}", "uuid", "BLOB"),
    ("{time}", "timestamptz", "TEXT"),
    ("{bytes}", "bytea", "BLOB"),
    ("{bool}", "boolean", "INTEGER"),
    ("{big}", "bigint", "INTEGER"),
    ("{end}", "", "STRICT"),
];

/// Run one statement after the other.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        let sql = translate(manager.get_database_backend(), statement)?;
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

fn translate(backend: DbBackend, statement: &str) -> Result<String, DbErr> {
    let mut sql = statement.to_owned();
    for (token, postgres, sqlite) in TYPES {
        let name = match backend {
            DbBackend::Postgres => postgres,
            DbBackend::Sqlite => sqlite,
            _ => return Err(DbErr::Migration("only PostgreSQL and SQLite are supported".to_owned())),
        };
        sql = sql.replace(token, name);
    }
    Ok(sql)
}

/// Declare a migration made of SQL statements.
macro_rules! migration {
    (up: [$($up:expr),+ $(,)?], down: [$($down:expr),+ $(,)?] $(,)?) => {
        #[derive(Debug, sea_orm_migration::prelude::DeriveMigrationName)]
        pub(crate) struct Migration;

        #[sea_orm_migration::prelude::async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                crate::ddl::run(manager, &[$($up),+]).await
            }

            async fn down(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                crate::ddl::run(manager, &[$($down),+]).await
            }
        }
    };
}
pub(crate) use migration;
