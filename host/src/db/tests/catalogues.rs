//! What merchants supply, on both databases.

use sourcepilot_domain::catalogue::{CatalogueSource, FeedProblem, search_words, searchable};
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId, UserId};
use sourcepilot_domain::{Currency, Money};

use super::{World, now};
use crate::db::catalogue_items::{self, CatalogueItem, NewItem};
use crate::db::catalogues::{self, NewCatalogue};
use crate::db::{DbError, supplier_accounts};

fn item(id: &str, title: &str) -> NewItem {
    NewItem {
        url_key: Some(format!("key of {id}")),
        words: searchable(&[title, id]),
        item: CatalogueItem {
            id: id.to_owned(),
            title: title.to_owned(),
            url: Some(format!("https://a.example/{id}")),
            price: Some(Money::new("11.40".parse().unwrap(), Currency::USD)),
            document: format!("{{\"title\":\"{id}\",\"n\":\"ä\\u0000\"}}"),
        },
    }
}

fn catalogue(items: Vec<NewItem>) -> NewCatalogue {
    NewCatalogue {
        source: CatalogueSource::Feed,
        connection_id: None,
        items,
        problems: vec![FeedProblem { line: Some(3), message: "No title.".to_owned() }],
        problem_count: 7,
        observed_at: now(),
    }
}

async fn supply(world: &World, user: UserId, account: SupplierAccountId, new: NewCatalogue) {
    let kept = world.db.transaction(async move |tx| catalogues::replace(&tx, user, account, new).await);
    kept.await.expect("kept");
}

async fn titles(world: &World, user: UserId, account: SupplierAccountId, text: &str) -> Vec<String> {
    let found = catalogue_items::search(&world.db, user, account, &search_words(text), (0, 100)).await;
    let (items, total) = found.expect("found");
    assert_eq!(items.len() as u64, total);
    items.into_iter().map(|item| item.title).collect()
}

#[tokio::test]
async fn a_catalogue_is_replaced_as_a_whole_and_read_in_its_order() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let account = world.account(user, "main").await.unwrap().id;
    assert_eq!(catalogues::find(&world.db, user, account).await.unwrap(), None);
    let many = (0..1000).map(|at| item(&format!("{at:04}"), &format!("Product {at}"))).collect();
    supply(&world, user, account, catalogue(many)).await;
    let known = catalogues::find(&world.db, user, account).await.unwrap().expect("a catalogue");
    assert_eq!((known.entries, known.problem_count, known.problems.len()), (1000, 7, 1));
    let (page, total) = catalogue_items::search(&world.db, user, account, &[], (998, 20)).await.unwrap();
    assert_eq!((page.len(), total), (2, 1000));
    assert_eq!((page[1].id.as_str(), page[1].title.as_str()), ("0999", "Product 999"));
    assert_eq!(page[1], item("0999", "Product 999").item);
    let beyond = catalogue_items::search(&world.db, user, account, &[], (u64::MAX, 20)).await.unwrap();
    assert_eq!((beyond.0.len(), beyond.1), (0, 1000));

    supply(&world, user, account, catalogue(vec![item("b", "Lamp"), item("a", "Chair")])).await;
    assert_eq!(titles(&world, user, account, "").await, ["Lamp", "Chair"]);
    let ids = ["a", "0999", "b", "a"].map(str::to_owned);
    let got = catalogue_items::get(&world.db, user, account, &ids).await.unwrap();
    let got: Vec<Option<&str>> =
        got.iter().map(|item| item.as_ref().map(|item| item.title.as_str())).collect();
    assert_eq!(got, [Some("Chair"), None, Some("Lamp"), Some("Chair")]);
}

#[tokio::test]
async fn words_are_found_as_they_are_written() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let account = world.account(user, "main").await.unwrap().id;
    let items = vec![
        item("1", "100% Wool_Sweater"),
        item("2", "1000 Woolen Sweaters"),
        item("3", "ÄRMEL back\\slash"),
        item("4", "It's a 'quoted' thing"),
    ];
    supply(&world, user, account, catalogue(items)).await;
    for (text, expected) in [
        ("WOOL", vec!["100% Wool_Sweater", "1000 Woolen Sweaters"]),
        ("sweater 1000", vec!["1000 Woolen Sweaters"]),
        ("100%", vec!["100% Wool_Sweater"]),
        ("wool_s", vec!["100% Wool_Sweater"]),
        ("ärmel", vec!["ÄRMEL back\\slash"]),
        ("k\\s", vec!["ÄRMEL back\\slash"]),
        ("'quoted' it's", vec!["It's a 'quoted' thing"]),
        ("nothing", vec![]),
    ] {
        assert_eq!(titles(&world, user, account, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn catalogues_are_private_and_go_with_their_account() {
    let world = World::new().await;
    let (owner, stranger) = (world.user("owner").await.id, world.user("stranger").await.id);
    let account = world.account(owner, "main").await.unwrap().id;
    let shop = ConnectionId::generate();
    let of_shop = NewCatalogue {
        source: CatalogueSource::Shop,
        connection_id: Some(shop),
        ..catalogue(vec![item("a", "Lamp")])
    };
    supply(&world, owner, account, of_shop).await;
    let db = &world.db;
    assert_eq!(catalogues::find(db, stranger, account).await.unwrap(), None);
    assert!(titles(&world, stranger, account, "").await.is_empty());
    let ids = ["a".to_owned()];
    assert_eq!(catalogue_items::get(db, stranger, account, &ids).await.unwrap(), [None]);
    assert_eq!(catalogue_items::by_address(db, stranger, "key of a").await.unwrap(), None);
    let found = catalogue_items::by_address(db, owner, "key of a").await.unwrap().expect("found");
    assert_eq!((found.0, found.1.title.as_str()), (account, "Lamp"));
    let gone = db.transaction(async move |tx| catalogues::delete(&tx, stranger, account).await).await;
    assert!(!gone.unwrap());
    let known = catalogues::find(db, owner, account).await.unwrap().expect("a catalogue");
    assert_eq!((known.source, known.connection_id), (CatalogueSource::Shop, Some(shop)));

    let removed = db.transaction(async move |tx| supplier_accounts::delete(&tx, owner, account).await).await;
    assert!(removed.unwrap());
    assert_eq!(catalogues::find(db, owner, account).await.unwrap(), None);
    assert!(titles(&world, owner, account, "").await.is_empty());
    let late =
        db.transaction(async move |tx| catalogues::replace(&tx, owner, account, catalogue(Vec::new())).await);
    assert!(matches!(late.await, Err(DbError::MissingReference)));
}
