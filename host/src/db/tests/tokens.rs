use chrono::{DateTime, Utc};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use uuid::Uuid;

use super::{World, later, now};
use crate::db::refresh_tokens::{self, NewRefreshToken, RefreshToken};
use crate::db::users;

async fn remembered(world: &World, user: UserId, family: Uuid, hash: &str) -> RefreshToken {
    let new = NewRefreshToken {
        family_id: family,
        parent_id: None,
        id: Uuid::now_v7(),
        token_hash: hash.to_owned(),
        expires_at: later(100),
    };
    world
        .db
        .transaction(async move |tx| refresh_tokens::remember(&tx, user, new, now()).await)
        .await
        .unwrap();
    refresh_tokens::find(&world.db, hash).await.unwrap().unwrap()
}

async fn used(world: &World, user: UserId, token: Uuid, at: DateTime<Utc>) -> bool {
    world.db.transaction(async move |tx| refresh_tokens::use_once(&tx, user, token, at).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_used_once_however_many_try() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let token = remembered(&world, user, Uuid::now_v7(), "h").await.id;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let db = world.db.clone();
        tasks.spawn(async move {
            db.transaction(async move |tx| refresh_tokens::use_once(&tx, user, token, later(1)).await)
                .await
                .unwrap()
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|used| *used).count(), 1);
}

#[tokio::test]
async fn neither_expired_nor_foreign_nor_revoked_tokens_are_used() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let stranger = world.user("stranger").await.id;
    let (family, other) = (Uuid::now_v7(), Uuid::now_v7());
    let token = remembered(&world, user, family, "h1").await.id;
    let kept = remembered(&world, user, other, "h2").await.id;
    assert!(!used(&world, user, token, later(100)).await);
    assert!(!used(&world, stranger, token, later(1)).await);
    let revoked =
        world.db.transaction(async move |tx| refresh_tokens::revoke_family(&tx, user, family, now()).await);
    assert_eq!(revoked.await.unwrap(), 1);
    assert!(!used(&world, user, token, later(1)).await);
    assert!(used(&world, user, kept, later(1)).await);
    let revoked = world.db.transaction(async move |tx| refresh_tokens::revoke_all(&tx, user, now()).await);
    assert_eq!(revoked.await.unwrap(), 1);
}

#[tokio::test]
async fn the_same_token_twice_is_one() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let first = remembered(&world, user, Uuid::now_v7(), "h").await;
    assert_eq!(remembered(&world, user, Uuid::now_v7(), "h").await, first);
}

#[tokio::test]
async fn the_tip_of_a_family_is_its_unused_token() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let family = Uuid::now_v7();
    let first = remembered(&world, user, family, "h1").await;
    remembered(&world, user, Uuid::now_v7(), "other").await;
    assert!(used(&world, user, first.id, later(1)).await);
    let second = remembered(&world, user, family, "h2").await;
    let tip = async || {
        world
            .db
            .transaction(async move |tx| refresh_tokens::tip(&tx, user, family, later(2)).await)
            .await
            .unwrap()
    };
    assert_eq!(tip().await, Some(second));
    let revoked =
        world.db.transaction(async move |tx| refresh_tokens::revoke_family(&tx, user, family, now()).await);
    revoked.await.unwrap();
    assert_eq!(tip().await, None);
}

#[tokio::test]
async fn tokens_given_out_ahead_of_their_second_end_too() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    for (moment, epoch) in [(now(), 1), (now(), 2), (later(1), 3), (later(9), 10)] {
        let ended = world.db.transaction(async move |tx| users::end_tokens(&tx, user, moment).await);
        assert!(ended.await.unwrap());
        let known = users::find(&world.db, user).await.unwrap().unwrap().token_epoch;
        assert_eq!(known, now().timestamp() + epoch);
    }
}

#[tokio::test]
async fn an_account_changes_where_it_is_told_to() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let hash = secrecy::SecretString::from("another");
    let changed = world.db.transaction(async move |tx| {
        Ok::<_, crate::db::DbError>([
            users::set_plan(&tx, user, Plan::Pro, now()).await?,
            users::end_tokens(&tx, user, now()).await?,
            users::make_service(&tx, user, now()).await?,
            users::set_active(&tx, user, false, now()).await?,
            users::set_password_hash(&tx, user, &hash, now()).await?,
            users::set_plan(&tx, UserId::generate(), Plan::Pro, now()).await?,
        ])
    });
    assert_eq!(changed.await.unwrap(), [true, true, true, true, true, false]);
    let login = users::find_login(&world.db, "owner@example.com").await.unwrap().unwrap();
    assert_eq!(
        (login.user.plan, login.user.token_epoch, login.user.is_active),
        (Plan::Pro, now().timestamp() + 1, false)
    );
    assert_eq!(secrecy::ExposeSecret::expose_secret(&login.password_hash), "another");
    assert!(!format!("{login:?}").contains("another"));
}
