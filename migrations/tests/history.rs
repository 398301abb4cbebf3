//! Every migration goes up, down and up again, and both databases end with the same
//! schema.

use std::collections::BTreeMap;

use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};
use sourcepilot_migrations::{Migrator, MigratorTrait};
use sourcepilot_test_db::TestDb;

/// Of each table the columns (type, whether they may be empty) and the indexes.
type Schema = BTreeMap<String, BTreeMap<String, String>>;

async fn rows(connection: &DatabaseConnection, sql: &str) -> Vec<(String, String, String)> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.expect("the schema can be read");
    let text = |row: &sea_orm_migration::sea_orm::QueryResult, column| row.try_get("", column).expect(column);
    rows.iter().map(|row| (text(row, "of"), text(row, "name"), text(row, "form"))).collect()
}

async fn schema(connection: &DatabaseConnection) -> Schema {
    let (columns, indexes) = match connection.get_database_backend() {
        DbBackend::Postgres => (
            "SELECT table_name::text AS of, column_name::text AS name,
                data_type || CASE is_nullable WHEN 'YES' THEN '' ELSE ' not null' END AS form
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT tablename::text AS of, indexname::text AS name, indexdef AS form
             FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE 'pk_%'",
        ),
        _ => (
            "SELECT m.name AS of, c.name AS name,
                lower(c.type) || CASE c.\"notnull\" WHEN 0 THEN '' ELSE ' not null' END AS form
             FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
            "SELECT tbl_name AS of, name AS name, sql AS form
             FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        ),
    };
    let mut schema = Schema::new();
    for (of, name, form) in rows(connection, columns).await {
        schema.entry(of).or_default().insert(name, alike(&form));
    }
    for (of, name, form) in rows(connection, indexes).await {
        let unique = if form.contains("UNIQUE") { "unique" } else { "" };
        let partial = if form.contains("WHERE") { "partial" } else { "" };
        schema.entry(of).or_default().insert(name, format!("index {unique} {partial}"));
    }
    schema.retain(|table, _| table.starts_with(char::is_alphabetic) && !table.starts_with("seaql"));
    schema.retain(|table, _| !table.starts_with("sqlite"));
    schema
}

/// SQLite knows five types; what it keeps in the same one is alike.
fn alike(form: &str) -> String {
    let (kind, rest) = form.split_once(" not null").map_or((form, ""), |(kind, _)| (kind, " not null"));
    let kind = match kind {
        "uuid" | "bytea" => "blob",
        "timestamp with time zone" => "text",
        "boolean" | "bigint" => "integer",
        other => other,
    };
    format!("{kind}{rest}")
}

async fn up(connection: &DatabaseConnection) -> Schema {
    Migrator::up(connection, None).await.expect("up");
    schema(connection).await
}

#[tokio::test]
async fn up_down_up() {
    let database = TestDb::empty().await;
    let connection = database.connect().await;
    let first = up(&connection).await;
    assert!(first.len() >= 13, "{:?}", first.keys());
    Migrator::down(&connection, None).await.expect("down");
    assert_eq!(schema(&connection).await, Schema::new(), "something is left after the way down");
    assert_eq!(up(&connection).await, first);
}

#[tokio::test]
async fn one_step_at_a_time() {
    let database = TestDb::empty().await;
    let connection = database.connect().await;
    for _ in Migrator::migrations() {
        Migrator::up(&connection, Some(1)).await.expect("one up");
        let before = schema(&connection).await;
        Migrator::down(&connection, Some(1)).await.expect("one down");
        Migrator::up(&connection, Some(1)).await.expect("one up again");
        assert_eq!(schema(&connection).await, before);
    }
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let database = TestDb::empty().await;
    let here = up(&database.connect().await).await;
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let sqlite = up(&Database::connect(options).await.expect("SQLite in memory")).await;
    assert_eq!(here, sqlite);
}

#[tokio::test]
async fn every_rule_has_a_name() {
    let database = TestDb::empty().await;
    let schema = up(&database.connect().await).await;
    for (table, parts) in schema {
        for (name, form) in parts.into_iter().filter(|(_, form)| form.starts_with("index")) {
            let prefix = if form.contains("unique") { "uq_" } else { "ix_" };
            assert!(name.starts_with(&format!("{prefix}{table}_")), "{name} on {table} is {form}");
        }
    }
}
