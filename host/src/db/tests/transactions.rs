use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sourcepilot_domain::ids::UserId;

use super::{World, new_import, new_user, now};
use crate::db::imports::{self, ImportFilter};
use crate::db::{DbError, users, worker};

async fn count(world: &World, sql: &str) -> i64 {
    let statement = Statement::from_string(world.db.backend(), sql);
    world.db.read().query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn an_error_undoes_everything() {
    let world = World::new().await;
    let new = new_user("undone");
    let result: Result<(), DbError> = world
        .db
        .transaction(async move |tx| {
            users::create(&tx, new, now()).await?;
            Err(DbError::MissingReference)
        })
        .await;
    assert!(matches!(result, Err(DbError::MissingReference)));
    assert_eq!(count(&world, "SELECT count(*) FROM users").await, 0);
}

#[tokio::test]
async fn a_panic_undoes_everything_and_reaches_the_caller() {
    let world = World::new().await;
    let (db, new) = (world.db.clone(), new_user("panic"));
    let caller = tokio::spawn(async move {
        db.transaction::<(), DbError, _, _>(async move |tx| {
            users::create(&tx, new, now()).await?;
            panic!("in the middle")
        })
        .await
    });
    assert!(caller.await.unwrap_err().is_panic());
    assert_eq!(count(&world, "SELECT count(*) FROM users").await, 0);
    world.user("after").await;
}

#[tokio::test]
async fn a_handle_that_escapes_leaves_nothing_behind() {
    let world = World::new().await;
    let new = new_user("escape");
    let escaped = world
        .db
        .transaction(async move |tx| {
            users::create(&tx, new, now()).await?;
            Ok::<_, DbError>(tx)
        })
        .await;
    assert!(matches!(escaped, Err(DbError::EscapedTransaction)), "{escaped:?}");
    assert_eq!(count(&world, "SELECT count(*) FROM users").await, 0);
}

/// Callers that go away at any moment, as HTTP clients do: every unit is done wholly
/// or not at all, and no connection stays inside a transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_go_away_leave_no_open_transaction() {
    let world = World::new().await;
    let user = world.user("impatient").await.id;
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..200u64 {
        let db = world.db.clone();
        callers.spawn(async move {
            let unit = db.transaction(async move |tx| {
                let job = imports::create(&tx, user, new_import("https://shop.example/1"), now()).await?;
                tokio::task::yield_now().await;
                let again = worker::lock_import(&tx, job.id).await?;
                assert_eq!(again.map(|job| job.id), Some(job.id));
                Ok::<_, DbError>(())
            });
            // From "not even begun" to "surely done".
            tokio::time::timeout(Duration::from_micros(number * number / 2), unit).await.is_ok()
        });
    }
    let answered = callers.join_all().await.into_iter().filter(|answered| *answered).count();
    assert!(answered < 200, "nobody went away");

    let idle = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    if world.db.backend() == DbBackend::Postgres {
        // One that was left open stays; those that only begin late come and go.
        let mut open = count(&world, idle).await;
        for _ in 0..250 {
            if open == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            open = count(&world, idle).await;
        }
        assert_eq!(open, 0);
    }
    // Whatever was begun comes to its end; this waits behind it.
    world.import(user, now()).await;
    let jobs = count(&world, "SELECT count(*) FROM import_jobs").await;
    let lines = count(&world, "SELECT count(*) FROM import_history").await;
    assert_eq!(jobs, lines, "half a unit was written");
    assert!(jobs > i64::try_from(answered).unwrap());
}

#[tokio::test]
async fn what_is_committed_is_read_at_once() {
    let world = World::new().await;
    let user = world.user("reader").await.id;
    for number in 1..=50 {
        world.import(user, now()).await;
        let page = imports::list(&world.db, user, &ImportFilter { limit: 1, ..ImportFilter::default() })
            .await
            .unwrap();
        assert_eq!(page.total, number);
    }
}

#[tokio::test]
async fn a_row_of_nobody_is_refused() {
    let world = World::new().await;
    let nobody = UserId::generate();
    let refused = world
        .db
        .transaction(async move |tx| {
            imports::create(&tx, nobody, new_import("https://a.example"), now()).await
        })
        .await;
    assert!(matches!(refused, Err(DbError::MissingReference)), "{refused:?}");
}
