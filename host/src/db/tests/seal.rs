use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use sourcepilot_domain::ids::{ConnectionId, HouseAccountId, SupplierAccountId, UserId};

use super::{World, new_connection, now};
use crate::db::connections;
use crate::db::seal::{KeyRing, SealError, Sealed, Slot};

const CANARY: &str = "canary-7f3a-do-not-find-me";

fn slot() -> Slot {
    Slot::SupplierAccount(UserId::generate(), SupplierAccountId::generate())
}

fn opened(keys: &KeyRing, slot: Slot, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
    keys.open(slot, sealed).map(|secret| secret.expose_secret().to_vec())
}

fn bytes(sealed: &Sealed) -> Vec<u8> {
    sealed.clone().into_row()
}

#[test]
fn what_is_sealed_is_opened_and_never_twice_the_same() {
    let (keys, slot) = (KeyRing::single([1; 32]), slot());
    let (one, two) = (keys.seal(slot, b"secret").unwrap(), keys.seal(slot, b"secret").unwrap());
    assert_ne!(one, two);
    assert_eq!(opened(&keys, slot, &one).unwrap(), b"secret");
    assert_eq!(opened(&keys, slot, &two).unwrap(), b"secret");
    assert_eq!(opened(&keys, slot, &keys.seal(slot, b"").unwrap()).unwrap(), b"");
}

#[test]
fn a_value_opens_only_where_it_stands() {
    let keys = KeyRing::single([1; 32]);
    let (user, id) = (UserId::generate(), SupplierAccountId::generate());
    let sealed = keys.seal(Slot::SupplierAccount(user, id), b"secret").unwrap();
    let elsewhere = [
        Slot::SupplierAccount(user, SupplierAccountId::generate()),
        Slot::SupplierAccount(UserId::generate(), id),
        Slot::Connection(user, ConnectionId(id.0)),
        Slot::HouseAccount(HouseAccountId(id.0)),
    ];
    for slot in elsewhere {
        assert_eq!(opened(&keys, slot, &sealed), Err(SealError::Damaged), "{slot:?}");
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let (keys, slot) = (KeyRing::single([1; 32]), slot());
    let good = bytes(&keys.seal(slot, b"secret").unwrap());
    for place in 0..good.len() {
        let mut changed = good.clone();
        changed[place] ^= 1;
        assert!(opened(&keys, slot, &Sealed::from_row(changed)).is_err(), "byte {place}");
        assert!(opened(&keys, slot, &Sealed::from_row(good[..place].to_vec())).is_err(), "cut at {place}");
    }
}

#[test]
fn keys_are_changed_without_touching_the_value() {
    let (old, new) = ("11".repeat(32), "22".repeat(32));
    let slot = slot();
    let before = KeyRing::parse(&old).unwrap();
    let during = KeyRing::parse(&format!("{new},{old}")).unwrap();
    let after = KeyRing::parse(&new).unwrap();
    let sealed = before.seal(slot, b"secret").unwrap();
    assert!(during.is_outdated(&sealed) && !before.is_outdated(&sealed));
    assert_eq!(opened(&during, slot, &sealed).unwrap(), b"secret");
    assert_eq!(opened(&after, slot, &sealed), Err(SealError::UnknownKey));
    let moved = during.rewrap(slot, &sealed).unwrap();
    assert_eq!(bytes(&moved)[81..], bytes(&sealed)[81..], "the value itself is left alone");
    assert!(!during.is_outdated(&moved));
    assert_eq!(opened(&after, slot, &moved).unwrap(), b"secret");
    assert_eq!(opened(&before, slot, &moved), Err(SealError::UnknownKey));
}

#[test]
fn keys_are_read_in_both_notations() {
    let hexadecimal = KeyRing::parse(&"2a".repeat(32)).unwrap();
    let base64 = KeyRing::parse("KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio=").unwrap();
    let slot = slot();
    assert_eq!(opened(&base64, slot, &hexadecimal.seal(slot, b"x").unwrap()).unwrap(), b"x");
    for wrong in ["2a2a", "zz", &"2g".repeat(32), "KioqKio="] {
        assert_eq!(KeyRing::parse(wrong).unwrap_err(), SealError::Key, "{wrong}");
    }
    for empty in ["", " , "] {
        assert_eq!(KeyRing::parse(empty).unwrap_err(), SealError::NoKey);
    }
}

#[test]
fn nothing_shows_a_secret() {
    let (keys, slot) = (KeyRing::single([0x41; 32]), slot());
    let secret = BTreeMap::from([("api_key", CANARY)]);
    let sealed = keys.seal_json(slot, &secret).unwrap();
    assert!(!String::from_utf8_lossy(&bytes(&sealed)).contains(CANARY));
    let shown = format!("{keys:?} {sealed:?} {slot:?}");
    assert!(!shown.contains(CANARY) && !shown.contains("AAAA") && !shown.contains("65, 65"), "{shown}");
    let back: BTreeMap<String, String> = keys.open_json(slot, &sealed).unwrap();
    assert_eq!(back["api_key"], CANARY);
    assert_eq!(keys.open_json::<Vec<u8>>(slot, &sealed), Err(SealError::Form));
}

/// What is written as a credential is nowhere in the database's files.
#[tokio::test]
async fn the_files_of_the_database_hold_no_secret() {
    let world = World::new().await;
    let Some(file) = world.test.url().strip_prefix("sqlite:").and_then(|rest| rest.split('?').next()) else {
        return;
    };
    let user = world.user("owner").await.id;
    let keys = KeyRing::single([9; 32]);
    let mut new = new_connection("https://visible.example");
    new.credentials =
        Some(keys.seal_json(Slot::Connection(user, new.id), &BTreeMap::from([("api_key", CANARY)])).unwrap());
    world.db.transaction(async move |tx| connections::create(&tx, user, new, now()).await).await.unwrap();
    let mut seen = Vec::new();
    for name in [file.to_owned(), format!("{file}-wal")] {
        seen.extend(std::fs::read(name).unwrap_or_default());
    }
    let has = |text: &str| seen.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("https://visible.example"), "the row is there to be seen");
    assert!(!has(CANARY));
}
