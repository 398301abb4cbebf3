use sourcepilot_domain::billing_month::BillingMonth;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::{Allowance, Plan};

use super::{World, later, new_import, now};
use crate::db::usage::{self, Metric};
use crate::db::{Db, DbError, imports};

fn month() -> BillingMonth {
    BillingMonth::of(now())
}

#[derive(Debug)]
enum Refused {
    Limit,
    Db(#[expect(dead_code, reason = "shown when a test fails")] DbError),
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Refused::Db(error)
    }
}

/// Take the quota and make that many imports, as the service does.
async fn ask(db: &Db, user: UserId, allowance: Allowance, wanted: u32) -> Result<(), Refused> {
    db.transaction(async move |tx| {
        if !usage::take(&tx, user, Metric::Imports, month(), allowance, wanted).await? {
            return Err(Refused::Limit);
        }
        for _ in 0..wanted {
            imports::create(&tx, user, new_import("https://shop.example/1"), now()).await?;
        }
        Ok(())
    })
    .await
}

async fn at_the_same_time(db: &Db, user: UserId, allowance: Allowance, callers: usize) -> usize {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let db = db.clone();
        tasks.spawn(async move { ask(&db, user, allowance, 1).await });
    }
    let outcomes = tasks.join_all().await;
    for outcome in &outcomes {
        assert!(matches!(outcome, Ok(()) | Err(Refused::Limit)), "{outcome:?}");
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

/// A hundred rounds of twelve parallel requests for the last place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_place_is_given_once() {
    let world = World::new().await;
    let ten = Plan::Free.terms().max_items;
    for round in 0..100 {
        let user = world.user(&format!("round{round}")).await.id;
        ask(&world.db, user, ten, 9).await.expect("nine of ten");
        assert_eq!(at_the_same_time(&world.db, user, ten, 12).await, 1, "round {round}");
        assert_eq!(usage::used(&world.db, user, Metric::Imports, month()).await.unwrap(), 10);
    }
}

/// The first row of a month is made by whoever comes first; nobody's place is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_may_begin_with_many_at_the_same_time() {
    let world = World::new().await;
    for round in 0..20 {
        let user = world.user(&format!("round{round}")).await.id;
        assert_eq!(at_the_same_time(&world.db, user, Allowance::AtMost(5), 12).await, 5);
    }
}

#[tokio::test]
async fn all_or_nothing() {
    let world = World::new().await;
    let user = world.user("bulk").await.id;
    let ten = Allowance::AtMost(10);
    ask(&world.db, user, ten, 5).await.expect("five");
    assert!(matches!(ask(&world.db, user, ten, 6).await, Err(Refused::Limit)));
    assert_eq!(usage::used(&world.db, user, Metric::Imports, month()).await.unwrap(), 5);
    ask(&world.db, user, ten, 5).await.expect("five more");
    assert!(matches!(ask(&world.db, user, ten, 50_000).await, Err(Refused::Limit)));
    ask(&world.db, user, Allowance::Unlimited, 3).await.expect("no limit");
    assert!(matches!(ask(&world.db, user, Allowance::AtMost(0), 1).await, Err(Refused::Limit)));
}

#[tokio::test]
async fn what_was_taken_comes_back_when_the_transaction_is_undone() {
    let world = World::new().await;
    let user = world.user("undone").await.id;
    let undone: Result<(), Refused> = world
        .db
        .transaction(async move |tx| {
            assert!(usage::take(&tx, user, Metric::Imports, month(), Allowance::AtMost(1), 1).await?);
            Err(Refused::Limit)
        })
        .await;
    assert!(undone.is_err());
    ask(&world.db, user, Allowance::AtMost(1), 1).await.expect("the place is free again");
}

#[tokio::test]
async fn months_are_counted_apart_and_begin_with_what_is_there() {
    let world = World::new().await;
    let user = world.user("old").await.id;
    for _ in 0..3 {
        world.import(user, now()).await;
    }
    let december = later(7 * 24 * 3600);
    world.import(user, december).await;
    assert_eq!(usage::used(&world.db, user, Metric::Imports, month()).await.unwrap(), 3);
    assert!(matches!(ask(&world.db, user, Allowance::AtMost(3), 1).await, Err(Refused::Limit)));
    ask(&world.db, user, Allowance::AtMost(4), 1).await.expect("the fourth");
    assert_eq!(usage::used(&world.db, user, Metric::Imports, BillingMonth::of(december)).await.unwrap(), 1);
}
