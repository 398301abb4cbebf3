use serde_json::json;
use sourcepilot_domain::ids::{ConnectionId, UserId};

use super::{World, later, new_connection, now};
use crate::db::connections::{self, ConnectionChange};
use crate::db::facts::{Checked, Facts};
use crate::db::{DbError, Rule};

async fn defaults(world: &World, user: UserId) -> Vec<String> {
    let all = connections::list(&world.db, user).await.unwrap();
    all.into_iter()
        .filter(|connection| connection.is_default)
        .map(|connection| connection.store_url)
        .collect()
}

async fn change(
    world: &World,
    user: UserId,
    id: ConnectionId,
    change: ConnectionChange,
) -> Result<Option<connections::Connection>, DbError> {
    world.db.transaction(async move |tx| connections::update(&tx, user, id, change, later(1)).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_first_shops_one_is_the_default() {
    let world = World::new().await;
    for round in 0..10 {
        let user = world.user(&format!("round{round}")).await.id;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..6 {
            let (db, new) = (world.db.clone(), new_connection(&format!("https://{number}.example")));
            tasks.spawn(async move {
                db.transaction(async move |tx| connections::create(&tx, user, new, now()).await).await
            });
        }
        let outcomes = tasks.join_all().await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(defaults(&world, user).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_is_connected_once() {
    let world = World::new().await;
    let user = world.user("twice").await.id;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (db, new) = (world.db.clone(), new_connection("https://same.example"));
        tasks.spawn(async move {
            db.transaction(async move |tx| connections::create(&tx, user, new, now()).await).await
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    assert!(refused.into_iter().all(|error| error.breaks(Rule::ConnectionUrl)));
    let other = world.user("somebody").await.id;
    world.connection(other, "https://same.example").await.expect("somebody else's is another one");
}

#[tokio::test]
async fn the_default_moves_and_is_inherited_by_the_oldest() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let first = world.connection(user, "https://1.example").await.unwrap();
    let second = world.connection(user, "https://2.example").await.unwrap();
    world.connection(user, "https://3.example").await.unwrap();
    assert!(first.is_default && !second.is_default);

    let id = second.id;
    let moved =
        world.db.transaction(async move |tx| connections::set_default(&tx, user, id, now()).await).await;
    assert!(moved.unwrap());
    assert_eq!(defaults(&world, user).await, ["https://2.example"]);
    let listed = connections::list(&world.db, user).await.unwrap();
    let urls: Vec<&str> = listed.iter().map(|connection| connection.store_url.as_str()).collect();
    assert_eq!(urls, ["https://2.example", "https://1.example", "https://3.example"]);

    assert!(world.db.transaction(async move |tx| connections::delete(&tx, user, id).await).await.unwrap());
    assert_eq!(defaults(&world, user).await, ["https://1.example"]);
    assert!(!world.db.transaction(async move |tx| connections::delete(&tx, user, id).await).await.unwrap());

    let none = ConnectionChange { is_default: Some(false), ..ConnectionChange::default() };
    change(&world, user, first.id, none).await.unwrap().unwrap();
    assert_eq!(connections::find_default(&world.db, user).await.unwrap(), None);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let before = world.connection(user, "https://1.example").await.unwrap();
    let renamed = ConnectionChange { store_name: Some("New".to_owned()), ..ConnectionChange::default() };
    let after = change(&world, user, before.id, renamed).await.unwrap().unwrap();
    assert_eq!((after.store_name.as_str(), after.version), ("New", 0));
    assert_eq!(
        connections::Connection {
            store_name: before.store_name,
            updated_at: before.updated_at,
            ..after.clone()
        },
        connections::Connection {
            store_name: "Shop https://1.example".to_owned(),
            ..connections::find(&world.db, user, before.id)
                .await
                .unwrap()
                .map(|c| connections::Connection { updated_at: before.updated_at, ..c })
                .unwrap()
        }
    );
    world.connection(user, "https://2.example").await.unwrap();
    let taken =
        ConnectionChange { store_url: Some("https://2.example".to_owned()), ..ConnectionChange::default() };
    assert!(change(&world, user, before.id, taken).await.unwrap_err().breaks(Rule::ConnectionUrl));
}

#[tokio::test]
async fn a_failed_check_keeps_what_was_known() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let id = world.connection(user, "https://1.example").await.unwrap().id;
    let works = Checked::Works {
        remote_id: "7".to_owned(),
        label: "Lamps".to_owned(),
        currency: Some("EUR".parse().unwrap()),
        extra: json!({"version": "9.9"}),
    };
    let fails = Checked::Fails { problem: "The key was refused.".to_owned() };
    for checked in [works, fails] {
        assert!(
            world
                .db
                .transaction(async move |tx| connections::record_check(&tx, user, id, checked, now()).await)
                .await
                .unwrap()
        );
    }
    let facts = connections::find(&world.db, user, id).await.unwrap().unwrap().facts;
    assert_eq!(
        (facts.label.as_deref(), facts.problem.as_deref()),
        (Some("Lamps"), Some("The key was refused."))
    );
    assert_eq!(
        (facts.currency.map(String::from).as_deref(), facts.extra),
        (Some("EUR"), Some(json!({"version": "9.9"})))
    );
}

#[tokio::test]
async fn another_address_or_key_is_another_shop_until_it_is_checked() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let id = world.connection(user, "https://1.example").await.unwrap().id;
    let facts = async || connections::find(&world.db, user, id).await.unwrap().unwrap().facts;
    let url = |url: &str| ConnectionChange { store_url: Some(url.to_owned()), ..ConnectionChange::default() };
    let key = ConnectionChange {
        credentials: Some(crate::db::Sealed::from_row(vec![1; 48])),
        ..ConnectionChange::default()
    };
    for (change_to, stays) in
        [(url("https://1.example"), true), (url("https://2.example"), false), (key, false)]
    {
        let works = Checked::Works {
            remote_id: "7".to_owned(),
            label: "Lamps".to_owned(),
            currency: Some("EUR".parse().unwrap()),
            extra: json!({"version": "9.9"}),
        };
        let checked = world
            .db
            .transaction(async move |tx| connections::record_check(&tx, user, id, works, now()).await);
        assert!(checked.await.unwrap());
        let before = facts().await;
        change(&world, user, id, change_to).await.unwrap().unwrap();
        let expected = if stays { before } else { Facts::default() };
        assert_eq!(facts().await, expected);
    }
}

#[tokio::test]
async fn renewed_credentials_have_no_problem_any_more() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let id = world.connection(user, "https://1.example").await.unwrap().id;
    let renewed = world.db.transaction(async move |tx| {
        let fails = Checked::Fails { problem: "The token has ended.".to_owned() };
        connections::record_check(&tx, user, id, fails, now()).await?;
        let sealed = crate::db::Sealed::from_row(vec![1; 48]);
        connections::replace_credentials(&tx, user, id, 0, sealed).await
    });
    assert!(renewed.await.unwrap());
    let facts = connections::find(&world.db, user, id).await.unwrap().unwrap().facts;
    assert_eq!((facts.problem, facts.checked_at.is_some()), (None, true));
}
