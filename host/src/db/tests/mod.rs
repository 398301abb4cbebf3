//! The database functions on a real database: SQLite, or PostgreSQL with
//! `TEST_DATABASE_URL`.

mod billing;
mod catalogues;
mod connecting;
mod connections;
mod idempotency;
mod imports;
mod quota;
mod rules;
mod seal;
mod shop;
mod tenants;
mod tokens;
mod transactions;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde_json::json;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId, UserId};
use sourcepilot_domain::import_job::ImportJob;
use sourcepilot_domain::plan::Plan;
use sourcepilot_test_db::TestDb;

use super::connections::{Connection, NewConnection};
use super::imports::NewImport;
use super::supplier_accounts::{NewSupplierAccount, SupplierAccount};
use super::users::{NewUser, User};
use super::{Db, DbConfig, DbError};

pub(super) struct World {
    pub(super) test: TestDb,
    pub(super) db: Db,
}

impl World {
    pub(super) async fn new() -> Self {
        let test = TestDb::new().await;
        let config = DbConfig { connections: 16, ..DbConfig::new(test.url()) };
        let db = Db::connect(&config).await.expect("connect");
        World { test, db }
    }

    pub(super) async fn user(&self, name: &str) -> User {
        let new = new_user(name);
        self.db
            .transaction(async move |tx| super::users::create(&tx, new, now()).await)
            .await
            .expect("a user")
    }

    pub(super) async fn import(&self, user: UserId, at: DateTime<Utc>) -> ImportJob {
        let new = new_import("https://shop.example/1");
        self.db
            .transaction(async move |tx| super::imports::create(&tx, user, new, at).await)
            .await
            .expect("an import")
    }

    pub(super) async fn connection(&self, user: UserId, url: &str) -> Result<Connection, DbError> {
        let new = new_connection(url);
        self.db.transaction(async move |tx| super::connections::create(&tx, user, new, now()).await).await
    }

    pub(super) async fn account(&self, user: UserId, name: &str) -> Result<SupplierAccount, DbError> {
        let new = NewSupplierAccount {
            id: SupplierAccountId::generate(),
            name: name.to_owned(),
            platform: "aliexpress".to_owned(),
            credentials: None,
            settings: None,
        };
        self.db
            .transaction(async move |tx| super::supplier_accounts::create(&tx, user, new, now()).await)
            .await
    }
}

pub(super) fn now() -> DateTime<Utc> {
    "2026-11-24T09:30:00.123456789Z".parse().expect("a time")
}

pub(super) fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

pub(super) fn new_user(name: &str) -> NewUser {
    NewUser {
        email: format!("{name}@example.com"),
        password_hash: SecretString::from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"),
        plan: Plan::Free,
        is_admin: false,
    }
}

pub(super) fn new_import(url: &str) -> NewImport {
    NewImport {
        store_id: None,
        source: "aliexpress".to_owned(),
        source_url: url.to_owned(),
        config: Some(json!({"zebra": 1, "markup_percent": 30.5, "apple": [null, "ü\u{0}"]})),
        bulk: false,
    }
}

pub(super) fn new_connection(url: &str) -> NewConnection {
    NewConnection {
        id: ConnectionId::generate(),
        store_name: format!("Shop {url}"),
        platform: "woocommerce".to_owned(),
        store_url: url.to_owned(),
        credentials: None,
        settings: None,
    }
}
