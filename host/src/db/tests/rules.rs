//! Every rule of the schema is recognised on both databases.

use chrono::TimeDelta;
use sourcepilot_domain::ids::{HouseAccountId, SupplierAccountId};

use super::{World, new_user, now};
use crate::db::supplier_accounts::{self, NewSupplierAccount, SupplierAccountChange};
use crate::db::{DbError, KeyRing, Rule, Slot, house_accounts, users};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_one_account_however_many_register_at_once() {
    let world = World::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (db, new) = (world.db.clone(), new_user("same"));
        tasks
            .spawn(async move { db.transaction(async move |tx| users::create(&tx, new, now()).await).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(
        outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .all(|error| error.breaks(Rule::UserEmail))
    );
    let login = users::find_login(&world.db, "same@example.com").await.unwrap().unwrap();
    assert_eq!(users::find(&world.db, login.user.id).await.unwrap(), Some(login.user));
    assert!(users::find_login(&world.db, "SAME@example.com").await.unwrap().is_none());
}

#[tokio::test]
async fn a_supplier_account_has_its_name_for_itself() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    world.account(user, "main").await.unwrap();
    assert!(world.account(user, "main").await.unwrap_err().breaks(Rule::SupplierAccountName));
    let second = world.account(user, "second").await.unwrap().id;
    let taken = SupplierAccountChange { name: Some("main".to_owned()), ..SupplierAccountChange::default() };
    let refused = world
        .db
        .transaction(async move |tx| supplier_accounts::update(&tx, user, second, taken, now()).await)
        .await;
    assert!(refused.unwrap_err().breaks(Rule::SupplierAccountName));
    let other = world.user("other").await.id;
    world.account(other, "main").await.expect("somebody else's is another one");
}

#[tokio::test]
async fn a_platform_has_one_house_account() {
    let world = World::new().await;
    let keys = KeyRing::single([7; 32]);
    let make = async || {
        let id = HouseAccountId::generate();
        let sealed = keys.seal(Slot::HouseAccount(id), b"{}").unwrap();
        world
            .db
            .transaction(async move |tx| {
                house_accounts::create(&tx, id, "aliexpress", sealed, None, now()).await
            })
            .await
    };
    make().await.unwrap();
    assert!(make().await.unwrap_err().breaks(Rule::HouseAccountPlatform));
    let account = house_accounts::find(&world.db, "aliexpress").await.unwrap().unwrap();
    assert_eq!(house_accounts::list(&world.db).await.unwrap(), std::slice::from_ref(&account));
    let sealed = keys.seal(Slot::HouseAccount(account.id), b"{\"new\":1}").unwrap();
    let replace = async |version| {
        let (id, sealed) = (account.id, sealed.clone());
        let unit = world.db.transaction(async move |tx| {
            house_accounts::replace_credentials(&tx, id, version, sealed, now()).await
        });
        unit.await.unwrap()
    };
    assert_eq!([replace(0).await, replace(0).await, replace(1).await], [true, false, true]);
    assert!(
        world.db.transaction(async move |tx| house_accounts::delete(&tx, "aliexpress").await).await.unwrap()
    );
}

/// A renewed token is not lost to a slow writer with an older one.
#[tokio::test]
async fn credentials_are_replaced_only_where_they_were_read() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let keys = KeyRing::single([7; 32]);
    let id = SupplierAccountId::generate();
    let slot = Slot::SupplierAccount(user, id);
    let new = NewSupplierAccount {
        id,
        name: "main".to_owned(),
        platform: "aliexpress".to_owned(),
        credentials: Some(keys.seal(slot, b"old").unwrap()),
        settings: None,
    };
    world
        .db
        .transaction(async move |tx| supplier_accounts::create(&tx, user, new, now()).await)
        .await
        .unwrap();
    let replace = async |text: &[u8]| {
        let sealed = keys.seal(slot, text).unwrap();
        let unit = world.db.transaction(async move |tx| {
            supplier_accounts::replace_credentials(&tx, user, id, 0, sealed).await
        });
        unit.await.unwrap()
    };
    assert!(replace(b"renewed").await);
    assert!(!replace(b"too late").await);
    let kept = supplier_accounts::find(&world.db, user, id).await.unwrap().unwrap();
    let opened = keys.open(slot, &kept.credentials.unwrap()).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), b"renewed");
    assert_eq!(kept.version, 1);
}

#[tokio::test]
async fn a_user_takes_everything_along() {
    let world = World::new().await;
    let user = world.user("leaver").await.id;
    world.connection(user, "https://1.example").await.unwrap();
    world.account(user, "main").await.unwrap();
    let job = world.import(user, now()).await.id;
    let gone = world.db.transaction(async move |tx| {
        use sea_orm::ConnectionTrait;
        tx.execute_unprepared("DELETE FROM users").await?;
        Ok::<_, DbError>(())
    });
    gone.await.unwrap();
    assert_eq!(crate::db::worker::find_import(&world.db, job).await.unwrap(), None);
}

#[tokio::test]
async fn what_has_expired_is_removed() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let key = crate::db::product_cache::CacheKey {
        plugin: "aliexpress".to_owned(),
        source_product_id: "1005".to_owned(),
        context: "en-US/USD/US".to_owned(),
    };
    let cached = |hours: i64, title: &str| crate::db::product_cache::CachedProduct {
        product: serde_json::json!({"title": title}),
        plugin_version: "0.1.0".to_owned(),
        fetched_at: crate::db::micros(now()),
        expires_at: crate::db::micros(now() + TimeDelta::hours(hours)),
    };
    for (hours, title) in [(1, "old"), (24, "new")] {
        let (key, cached) = (key.clone(), cached(hours, title));
        world
            .db
            .transaction(async move |tx| crate::db::product_cache::put(&tx, &key, cached).await)
            .await
            .unwrap();
    }
    let get = async |hours| {
        crate::db::product_cache::get(&world.db, &key, now() + TimeDelta::hours(hours)).await.unwrap()
    };
    assert_eq!(get(23).await, Some(cached(24, "new")));
    assert_eq!(get(24).await, None);
    let claim = world.db.transaction(async move |tx| {
        crate::db::idempotency::claim(&tx, user, "imports", "k", "h", now(), TimeDelta::hours(24)).await
    });
    claim.await.unwrap();
    let remove = async |hours| {
        let at = now() + TimeDelta::hours(hours);
        world.db.transaction(async move |tx| crate::db::worker::remove_expired(&tx, at).await).await.unwrap()
    };
    assert_eq!([remove(23).await, remove(24).await, remove(25).await], [0, 2, 0]);
}
