//! The database: connecting, transactions, and queries by noun.
//!
//! Functions that read take anything that [`Reads`]: the database itself or a
//! running transaction. Functions that write take a [`Tx`], so that every change
//! happens inside a visible transaction. Those that concern a merchant's rows take
//! the merchant's id first and see nothing of anybody else; the few that do not
//! are in [`worker`].

pub mod admin;
pub mod api_keys;
pub mod billing_checkouts;
pub mod billing_customers;
pub mod browser_sessions;
pub mod catalogue_items;
pub mod catalogues;
pub mod connect;
pub mod connections;
mod entity;
pub mod error;
pub mod facts;
pub mod house_accounts;
pub mod idempotency;
pub mod import_history;
pub mod imports;
mod newest;
pub mod password_resets;
pub mod platform_events;
pub mod price_watches;
pub mod product_cache;
pub mod product_links;
pub mod refresh_tokens;
pub mod schedules;
pub mod seal;
pub mod sealed;
pub mod store_ops;
pub mod store_product_changes;
pub mod store_products;
pub mod stripe_events;
pub mod subscriptions;
pub mod supplier_accounts;
#[cfg(test)]
mod tests;
mod transaction;
pub mod usage;
pub mod users;
pub mod webhook_secrets;
pub mod worker;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction};

pub use connect::{Db, DbConfig};
pub use error::{DbError, Rule};
pub use seal::{KeyRing, Sealed, Slot};

/// A running transaction.
pub type Tx = DatabaseTransaction;

/// Something that can be asked: the database, or a transaction.
pub trait Reads: Send + Sync {
    /// What answers.
    type Conn: ConnectionTrait;
    /// What answers.
    fn conn(&self) -> &Self::Conn;
}

impl Reads for Db {
    type Conn = DatabaseConnection;
    fn conn(&self) -> &DatabaseConnection {
        self.read()
    }
}

impl Reads for Tx {
    type Conn = Tx;
    fn conn(&self) -> &Tx {
        self
    }
}

impl Reads for Arc<Tx> {
    type Conn = Tx;
    fn conn(&self) -> &Tx {
        self
    }
}

/// The time as both databases keep it: whole microseconds.
pub(crate) fn micros(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(6)
}
