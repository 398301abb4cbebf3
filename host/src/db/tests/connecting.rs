use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::World;
use crate::db::{Db, DbConfig, DbError};

async fn pragma(connection: &sea_orm::DatabaseConnection, name: &str) -> String {
    let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {name}"));
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0)
        .or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))
        .unwrap()
}

#[tokio::test]
async fn sqlite_is_durable_and_its_readers_cannot_write() {
    let world = World::new().await;
    if world.db.backend() != DbBackend::Sqlite {
        return;
    }
    let expected =
        [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")];
    for (name, value) in expected {
        assert_eq!(pragma(world.db.write(), name).await, value, "{name}");
    }
    assert_eq!(pragma(world.db.read(), "query_only").await, "1");
    let refused = world.db.read().execute_unprepared("DELETE FROM users").await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_hosts_may_do_it_together() {
    let test = sourcepilot_test_db::TestDb::empty().await;
    let db = Db::connect(&DbConfig::new(test.url())).await.unwrap();
    if db.backend() == DbBackend::Postgres {
        let other = Db::connect(&DbConfig::new(test.url())).await.unwrap();
        let (first, second) = tokio::join!(db.migrate(), other.migrate());
        first.unwrap();
        second.unwrap();
    }
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();
    db.ping().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_database_in_memory_is_one_database() {
    let db = Db::connect(&DbConfig::new("sqlite::memory:")).await.unwrap();
    db.migrate().await.unwrap();
    let new = super::new_user("memory");
    let user =
        db.transaction(async move |tx| crate::db::users::create(&tx, new, super::now()).await).await.unwrap();
    assert_eq!(crate::db::users::find(&db, user.id).await.unwrap(), Some(user));
}

#[tokio::test]
async fn bad_addresses_are_refused_without_being_repeated() {
    let wrong = Db::connect(&DbConfig::new("mysql://root:hunter2@h/d")).await.unwrap_err();
    assert!(matches!(wrong, DbError::Address));
    let dead = DbConfig {
        acquire_timeout: std::time::Duration::from_millis(300),
        ..DbConfig::new("postgres://root:hunter2@127.0.0.1:1/d")
    };
    let error = Db::connect(&dead).await.unwrap_err();
    assert!(matches!(error, DbError::Unavailable(_)) && error.is_retryable(), "{error:?}");
    for text in [format!("{wrong:?} {wrong}"), format!("{error:?} {error}"), format!("{dead:?}")] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}
