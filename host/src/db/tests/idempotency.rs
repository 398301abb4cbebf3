use chrono::TimeDelta;
use serde_json::json;
use sourcepilot_domain::ids::UserId;

use super::{World, later, now};
use crate::db::idempotency::{Claim, claim, finish};
use crate::db::{Db, DbError};

/// Claim, work, answer; what the caller would see.
async fn request(db: &Db, user: UserId, key: &str, hash: &str, answer: u32) -> Result<Claim, DbError> {
    let (key, hash) = (key.to_owned(), hash.to_owned());
    db.transaction(async move |tx| {
        let claimed = claim(&tx, user, "POST /imports", &key, &hash, now(), TimeDelta::hours(24)).await?;
        if let Claim::New(id) = claimed {
            tokio::task::yield_now().await;
            finish(&tx, user, id, 201, json!({"answer": answer})).await?;
        }
        Ok(claimed)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_get_one_answer() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..10 {
        let db = world.db.clone();
        tasks.spawn(async move { request(&db, user, "k", "h", number).await.unwrap() });
    }
    let claims = tasks.join_all().await;
    let new = claims.iter().filter(|claim| matches!(claim, Claim::New(_))).count();
    let mut answers: Vec<&Claim> = claims.iter().filter(|claim| !matches!(claim, Claim::New(_))).collect();
    answers.dedup();
    assert_eq!((new, answers.len()), (1, 1), "{claims:?}");
    assert!(matches!(answers[0], Claim::Answered { status: 201, .. }));
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_user() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let other = world.user("other").await.id;
    assert!(matches!(request(&world.db, user, "k", "h", 1).await, Ok(Claim::New(_))));
    assert!(matches!(request(&world.db, user, "k", "another", 2).await, Ok(Claim::Mismatch)));
    assert!(matches!(request(&world.db, other, "k", "another", 3).await, Ok(Claim::New(_))));
    let again = request(&world.db, user, "k", "h", 4).await.unwrap();
    assert_eq!(again, Claim::Answered { status: 201, answer: json!({"answer": 1}) });
}

#[tokio::test]
async fn an_undone_request_leaves_no_claim_and_an_expired_one_none_either() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let undone: Result<(), DbError> = world
        .db
        .transaction(async move |tx| {
            claim(&tx, user, "POST /imports", "k", "h", now(), TimeDelta::hours(24)).await?;
            Err(DbError::MissingReference)
        })
        .await;
    assert!(undone.is_err());
    assert!(matches!(request(&world.db, user, "k", "h", 1).await, Ok(Claim::New(_))));
    let after_a_day = world.db.transaction(async move |tx| {
        claim(&tx, user, "POST /imports", "k", "another", later(24 * 3600), TimeDelta::hours(24)).await
    });
    assert!(matches!(after_a_day.await, Ok(Claim::New(_))));
}
