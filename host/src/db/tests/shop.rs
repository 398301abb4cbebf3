use chrono::TimeDelta;
use serde_json::json;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, UserId};

use super::{World, later, now};
use crate::db::store_ops::{self, StoreOp, StoreOpStatus};
use crate::db::store_product_changes::{self, ChangeStatus};
use crate::db::store_products::{self, NewStoreProduct};
use crate::db::{DbError, imports};

async fn claim(world: &World, user: UserId, job: ImportJobId, shop: ConnectionId) -> Option<StoreOp> {
    let claimed =
        world.db.transaction(async move |tx| store_ops::claim(&tx, user, job, shop, "SP-1", now()).await);
    claimed.await.unwrap()
}

fn product(shop: ConnectionId, job: ImportJobId, title: &str, remote: &str) -> NewStoreProduct {
    NewStoreProduct {
        connection_id: shop,
        import_job_id: job,
        source: "aliexpress".to_owned(),
        source_product_id: "1005".to_owned(),
        source_url: None,
        title: title.to_owned(),
        external_key: "SP-1".to_owned(),
        remote_id: remote.to_owned(),
        remote_url: None,
        remote_admin_url: None,
        variants: json!([{"key": "SP-1-A", "id": "8"}]),
    }
}

#[tokio::test]
async fn a_later_attempt_knows_what_an_earlier_one_sent() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let shop = world.connection(user, "https://1.example").await.unwrap().id;
    let job = world.import(user, now()).await.id;
    let op = claim(&world, user, job, shop).await.unwrap();
    assert_eq!(op.status, StoreOpStatus::Planned);
    let sent = op.clone();
    let marked = world.db.transaction(async move |tx| {
        store_ops::mark_sent(&tx, &sent, Some(json!({"was": 1})), later(1)).await
    });
    assert!(marked.await.unwrap());
    let again = claim(&world, user, job, shop).await.unwrap();
    assert_eq!(
        (again.id, again.status, again.before_image),
        (op.id, StoreOpStatus::Sent, Some(json!({"was": 1})))
    );
    let (done, late) = (op.clone(), op.clone());
    let confirmed = world.db.transaction(async move |tx| {
        let confirmed =
            store_ops::confirm(&tx, &done, "77", Some("https://1.example/p/77"), later(2)).await?;
        Ok::<_, DbError>((confirmed, store_ops::mark_sent(&tx, &late, None, later(3)).await?))
    });
    assert_eq!(confirmed.await.unwrap(), (true, false), "what is confirmed is not sent again");
    let kept = store_ops::find(&world.db, user, job, shop).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.remote_id.as_deref()), (StoreOpStatus::Confirmed, Some("77")));
}

#[tokio::test]
async fn another_import_of_the_same_product_waits_for_the_first_one() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let shop = world.connection(user, "https://1.example").await.unwrap().id;
    let first = world.import(user, now()).await;
    let second = world.import(user, now()).await.id;
    let op = claim(&world, user, first.id, shop).await.unwrap();
    assert_eq!(claim(&world, user, second, shop).await, None);
    let (id, from) = (first.id, first.status());
    let ended = world.db.transaction(async move |tx| {
        let job = imports::lock(&tx, user, id).await?.unwrap();
        let (job, entry) = job.cancel(later(1)).unwrap();
        imports::record_step(&tx, from, &job, &entry).await
    });
    assert!(ended.await.unwrap());
    let taken = claim(&world, user, second, shop).await.unwrap();
    assert_eq!((taken.id, taken.job_id), (op.id, second));
}

#[tokio::test]
async fn a_product_that_is_known_by_its_key_keeps_its_id() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let shop = world.connection(user, "https://1.example").await.unwrap().id;
    let job = world.import(user, now()).await.id;
    let product = |title: &str, remote: &str| product(shop, job, title, remote);
    let remember = async |new: NewStoreProduct, at| {
        world
            .db
            .transaction(async move |tx| store_products::remember(&tx, user, new, at).await)
            .await
            .unwrap()
    };
    let first = remember(product("Lamp", "77"), now()).await;
    let again = remember(product("Lamp II", "78"), later(9)).await;
    assert_eq!(first, again);
    let kept = store_products::find(&world.db, user, first).await.unwrap().unwrap();
    assert_eq!((kept.title.as_str(), kept.remote_id.as_str()), ("Lamp II", "78"));
    assert!(kept.created_at < kept.updated_at);
    let stranger = world.user("stranger").await.id;
    assert_eq!(store_products::find(&world.db, stranger, first).await.unwrap(), None);
    assert_eq!(store_products::list(&world.db, stranger, None, 0, 20).await.unwrap().total, 0);
    assert_eq!(store_products::list(&world.db, user, None, 0, 20).await.unwrap().items, [kept]);
}

#[tokio::test]
async fn a_product_that_was_taken_out_begins_from_nothing_when_it_is_imported_again() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let shop = world.connection(user, "https://1.example").await.unwrap().id;
    let job = world.import(user, now()).await.id;
    let op = claim(&world, user, job, shop).await.unwrap();
    let done = op.clone();
    let forgotten = world.db.transaction(async move |tx| {
        store_ops::confirm(&tx, &done, "77", None, later(1)).await?;
        let product = product(shop, job, "Lamp", "77");
        let id = store_products::remember(&tx, user, product, later(1)).await?;
        let stranger = store_products::forget(&tx, UserId::generate(), id).await?;
        Ok::<_, DbError>((stranger, store_products::forget(&tx, user, id).await?))
    });
    assert_eq!(forgotten.await.unwrap(), (false, true));
    let again = claim(&world, user, job, shop).await.unwrap();
    assert_eq!((again.id, again.status, again.remote_id), (op.id, StoreOpStatus::Planned, None));
}

#[tokio::test]
async fn an_operation_whose_product_is_gone_is_under_way_again_for_its_holder_only() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let shop = world.connection(user, "https://1.example").await.unwrap().id;
    let job = world.import(user, now()).await.id;
    let op = claim(&world, user, job, shop).await.unwrap();
    let other = StoreOp { job_id: ImportJobId::generate(), ..op.clone() };
    let reopened = world.db.transaction(async move |tx| {
        store_ops::confirm(&tx, &op, "77", None, later(1)).await?;
        let stranger = store_ops::reopen(&tx, &other, later(2)).await?;
        Ok::<_, DbError>((stranger, store_ops::reopen(&tx, &op, later(2)).await?))
    });
    assert_eq!(reopened.await.unwrap(), (false, true));
    let kept = store_ops::find(&world.db, user, job, shop).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.remote_id), (StoreOpStatus::Sent, None));
    assert_eq!(kept.updated_at.timestamp_micros(), later(2).timestamp_micros(), "since when it is under way");
}

#[tokio::test]
async fn the_latest_changes_of_a_product_are_kept() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let shop = world.connection(user, "https://1.example").await.unwrap().id;
    let job = world.import(user, now()).await.id;
    let made = world.db.transaction(async move |tx| {
        let id = store_products::remember(&tx, user, product(shop, job, "Lamp", "77"), now()).await?;
        for number in 0..103_u32 {
            let (wanted, at, patience) = (json!(number), later(number.into()), TimeDelta::hours(1));
            let change = store_product_changes::begin(&tx, user, id, wanted, json!({}), patience, at).await?;
            let change = change.expect("no other is under way");
            store_product_changes::end(&tx, change, ChangeStatus::Confirmed, None, None, at).await?;
        }
        Ok::<_, DbError>(id)
    });
    let kept = store_product_changes::list(&world.db, user, made.await.unwrap(), 1000).await.unwrap();
    let wanted: Vec<_> = kept.iter().map(|change| change.wanted.clone()).collect();
    assert_eq!(wanted, (3..103).rev().map(|number| json!(number)).collect::<Vec<_>>());
}
