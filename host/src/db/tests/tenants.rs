//! Nobody sees or changes what is somebody else's.

use serde_json::json;
use sourcepilot_domain::ids::UserId;

use super::{World, now};
use crate::db::connections::{self, ConnectionChange};
use crate::db::facts::Checked;
use crate::db::imports::{self, ImportFilter};
use crate::db::supplier_accounts::{self, SupplierAccountChange};
use crate::db::{DbError, KeyRing, Slot, import_history, store_ops};

struct Two {
    world: World,
    owner: UserId,
    stranger: UserId,
}

async fn two() -> Two {
    let world = World::new().await;
    let owner = world.user("owner").await.id;
    let stranger = world.user("stranger").await.id;
    Two { world, owner, stranger }
}

#[tokio::test]
async fn imports_are_private() {
    let Two { world, owner, stranger } = two().await;
    let job = world.import(owner, now()).await;
    let connection = world.connection(owner, "https://1.example").await.unwrap().id;
    let db = &world.db;
    assert_eq!(imports::find(db, stranger, job.id).await.unwrap(), None);
    assert_eq!(import_history::list(db, stranger, job.id).await.unwrap(), None);
    assert_eq!(store_ops::find(db, stranger, job.id, connection).await.unwrap(), None);
    let filter = ImportFilter { limit: 20, ..ImportFilter::default() };
    assert_eq!(imports::list(db, stranger, &filter).await.unwrap().total, 0);
    let id = job.id;
    let changed = db.transaction(async move |tx| {
        assert_eq!(imports::lock(&tx, stranger, id).await?, None);
        let claimed = store_ops::claim(&tx, stranger, id, connection, "SP-1", now()).await;
        assert!(matches!(claimed, Err(DbError::MissingReference)), "{claimed:?}");
        let (mut stolen, entry) = job.start(now()).unwrap();
        stolen.user_id = stranger;
        imports::record_step(&tx, sourcepilot_domain::import_job::ImportStatus::Pending, &stolen, &entry)
            .await
    });
    assert!(!changed.await.unwrap());
}

#[tokio::test]
async fn shops_are_private() {
    let Two { world, owner, stranger } = two().await;
    let before = world.connection(owner, "https://1.example").await.unwrap();
    let (db, id) = (&world.db, before.id);
    assert_eq!(connections::find(db, stranger, id).await.unwrap(), None);
    assert!(connections::list(db, stranger).await.unwrap().is_empty());
    assert_eq!(connections::find_default(db, stranger).await.unwrap(), None);
    let sealed = KeyRing::single([1; 32]).seal(Slot::Connection(stranger, id), b"x").unwrap();
    let touched = db.transaction(async move |tx| {
        let change = ConnectionChange { store_name: Some("Mine".to_owned()), ..ConnectionChange::default() };
        let fails = Checked::Fails { problem: "Mine".to_owned() };
        Ok::<_, DbError>([
            connections::update(&tx, stranger, id, change, now()).await?.is_some(),
            connections::set_default(&tx, stranger, id, now()).await?,
            connections::record_check(&tx, stranger, id, fails, now()).await?,
            connections::replace_credentials(&tx, stranger, id, 0, sealed).await?,
            connections::delete(&tx, stranger, id).await?,
        ])
    });
    assert_eq!(touched.await.unwrap(), [false; 5]);
    assert_eq!(connections::find(db, owner, id).await.unwrap(), Some(before));
}

#[tokio::test]
async fn supplier_accounts_are_private() {
    let Two { world, owner, stranger } = two().await;
    let before = world.account(owner, "main").await.unwrap();
    let (db, id) = (&world.db, before.id);
    let names = ["aliexpress".to_owned()];
    assert_eq!(supplier_accounts::find(db, stranger, id).await.unwrap(), None);
    assert!(supplier_accounts::list(db, stranger).await.unwrap().is_empty());
    assert!(supplier_accounts::usable(db, stranger, &names).await.unwrap().is_empty());
    assert_eq!(supplier_accounts::usable(db, owner, &names).await.unwrap().len(), 1);
    let sealed = KeyRing::single([1; 32]).seal(Slot::SupplierAccount(stranger, id), b"x").unwrap();
    let touched = db.transaction(async move |tx| {
        let change = SupplierAccountChange { is_active: Some(false), ..SupplierAccountChange::default() };
        let works = Checked::Works {
            remote_id: "1".to_owned(),
            label: "Mine".to_owned(),
            currency: None,
            extra: json!({}),
        };
        Ok::<_, DbError>([
            supplier_accounts::update(&tx, stranger, id, change, now()).await?.is_some(),
            supplier_accounts::record_check(&tx, stranger, id, works, now()).await?,
            supplier_accounts::replace_credentials(&tx, stranger, id, 0, sealed).await?,
            supplier_accounts::touch(&tx, stranger, id, now()).await?,
            supplier_accounts::delete(&tx, stranger, id).await?,
        ])
    });
    assert_eq!(touched.await.unwrap(), [false; 5]);
    assert_eq!(supplier_accounts::find(db, owner, id).await.unwrap(), Some(before));
}
