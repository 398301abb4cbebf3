//! What a database error means, on both databases.

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use uuid::Uuid;

/// A rule of the schema that a write would have broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One account per e-mail address.
    UserEmail,
    /// One account per id of the platform.
    UserPlatform,
    /// One row per refresh token.
    RefreshTokenHash,
    /// One row per API key.
    ApiKeyHash,
    /// One supplier account per user, name and platform.
    SupplierAccountName,
    /// One house account per platform.
    HouseAccountPlatform,
    /// A shop is connected once per user.
    ConnectionUrl,
    /// One default shop per user.
    ConnectionDefault,
    /// One product per shop and external key.
    StoreProductKey,
    /// One operation per shop and external key.
    StoreOpKey,
    /// One change of a product in a shop under way at a time.
    StoreProductChangeSent,
    /// One answer per user, operation and idempotency key.
    IdempotencyKey,
    /// One user per customer of the payment provider.
    BillingCustomer,
    /// One row per subscription of the payment provider.
    SubscriptionStripeId,
    /// One unfinished queue entry per unique key.
    JobKey,
}

/// The rule, the name of its index, and the columns that SQLite reports instead.
const RULES: &[(Rule, &str, &str)] = &[
    (Rule::UserEmail, "uq_users_email", "users.email"),
    (Rule::UserPlatform, "uq_users_external_platform_id", "users.external_platform_id"),
    (Rule::RefreshTokenHash, "uq_refresh_tokens_hash", "refresh_tokens.token_hash"),
    (Rule::ApiKeyHash, "uq_api_keys_hash", "api_keys.key_hash"),
    (
        Rule::SupplierAccountName,
        "uq_supplier_accounts_name",
        "supplier_accounts.user_id, supplier_accounts.name, supplier_accounts.platform",
    ),
    (Rule::HouseAccountPlatform, "uq_house_accounts_platform", "house_accounts.platform"),
    (
        Rule::ConnectionUrl,
        "uq_store_connections_url",
        "store_connections.user_id, store_connections.store_url",
    ),
    (Rule::ConnectionDefault, "uq_store_connections_default", "store_connections.user_id"),
    (
        Rule::StoreProductKey,
        "uq_store_products_key",
        "store_products.connection_id, store_products.external_key",
    ),
    (Rule::StoreOpKey, "uq_store_ops_key", "store_ops.connection_id, store_ops.external_key"),
    (Rule::StoreProductChangeSent, "uq_store_product_changes_sent", "store_product_changes.store_product_id"),
    (
        Rule::IdempotencyKey,
        "uq_idempotency_keys_key",
        "idempotency_keys.user_id, idempotency_keys.operation, idempotency_keys.idem_key",
    ),
    (Rule::BillingCustomer, "uq_billing_customers_stripe", "billing_customers.stripe_customer_id"),
    (Rule::SubscriptionStripeId, "uq_subscriptions_stripe", "subscriptions.stripe_subscription_id"),
    (Rule::JobKey, "uq_jobs_key", "jobs.unique_key"),
];

/// Why the database did not do what was asked. The sentences are for the log and
/// hold no values of rows.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A rule of the schema would have been broken.
    #[error("the rule {0:?} would be broken")]
    Unique(Rule),
    /// A row that another one refers to is gone.
    #[error("a row that is referred to does not exist")]
    MissingReference,
    /// Somebody else was in the way; the same may succeed at once.
    #[error("the database is busy")]
    Busy(#[source] DbErr),
    /// The database does not answer.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// The address of the database is not understood.
    #[error("DATABASE_URL must begin with sqlite: or postgres://")]
    Address,
    /// A row holds something that cannot be.
    #[error("{table}.{column} of row {id} cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key, or its owner's.
        id: Uuid,
    },
    /// The process is ending.
    #[error("the process is shutting down")]
    ShuttingDown,
    /// A fault of ours: a transaction's handle outlived its unit.
    #[error("a transaction outlived its unit of work")]
    EscapedTransaction,
    /// Anything else.
    #[error("the database refused")]
    Other(#[source] DbErr),
}

impl DbError {
    /// Whether doing the same again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, DbError::Busy(_) | DbError::Unavailable(_) | DbError::ShuttingDown)
    }

    /// Whether this rule was in the way.
    #[must_use]
    pub fn breaks(&self, rule: Rule) -> bool {
        matches!(self, DbError::Unique(broken) if *broken == rule)
    }

    pub(super) fn corrupt(table: &'static str, column: &'static str, id: impl Into<Uuid>) -> Self {
        DbError::Corrupt { table, column, id: id.into() }
    }
}

impl From<DbErr> for DbError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return DbError::MissingReference,
            Some(SqlErr::UniqueConstraintViolation(message)) => {
                return broken_rule(&error, &message).map_or(DbError::Other(error), DbError::Unique);
            }
            _ => {}
        }
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => DbError::Unavailable(error),
            _ => match classify(&error) {
                Class::Busy => DbError::Busy(error),
                Class::Unavailable => DbError::Unavailable(error),
                Class::Other => DbError::Other(error),
            },
        }
    }
}

fn sqlx_error(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn broken_rule(error: &DbErr, message: &str) -> Option<Rule> {
    let named = sqlx_error(error).and_then(SqlxError::as_database_error).and_then(|error| error.constraint());
    let columns = message.rsplit(": ").next().unwrap_or_default();
    RULES
        .iter()
        .find(|(_, name, reported)| named == Some(*name) || columns == *reported)
        .map(|(rule, _, _)| *rule)
}

enum Class {
    Busy,
    Unavailable,
    Other,
}

fn classify(error: &DbErr) -> Class {
    match sqlx_error(error) {
        Some(SqlxError::Database(error)) => match error.code().as_deref() {
            // PostgreSQL: serialization failure, deadlock, lock not available.
            Some("40001" | "40P01" | "55P03") => Class::Busy,
            // SQLite: busy, and its kinds that end in 5 modulo 256; locked.
            Some("5" | "261" | "517" | "773" | "6" | "262") => Class::Busy,
            // PostgreSQL: ended by an administrator, crashed, starting, out of
            // connections, idle in a transaction for too long, disk full.
            Some("57P01" | "57P02" | "57P03" | "53300" | "25P03" | "53100") => Class::Unavailable,
            // SQLite: input or output failed, disk full, cannot open.
            Some("10" | "13" | "14") => Class::Unavailable,
            _ => Class::Other,
        },
        Some(SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::Protocol(_)) => Class::Unavailable,
        Some(SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed) => {
            Class::Unavailable
        }
        _ => Class::Other,
    }
}
