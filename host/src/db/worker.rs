//! The few queries that know no user: for the worker, which begins with a job's id,
//! and for housekeeping.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sourcepilot_domain::ids::{ImportJobId, UserId, WebhookSecretId};
use sourcepilot_domain::import_job::ImportJob;

use super::entity::{
    billing_customers, idempotency_keys, import_jobs, platform_events, price_watches, product_cache,
    refresh_tokens, stripe_events, users, watch_prices, webhook_secrets,
};
use super::entity::{browser_sessions, password_resets};
use super::price_watches::PriceWatch;
use super::users::User;
use super::webhook_secrets::WebhookSecret;
use super::{DbError, Reads, Tx, imports, micros};

/// How long seen prices are kept.
const KEEP_PRICES: TimeDelta = TimeDelta::days(400);
/// The payment provider repeats an event for days, and by hand for a month.
const KEEP_EVENTS: TimeDelta = TimeDelta::days(90);

/// An import, whoever's it is.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_import<R: Reads>(reads: &R, id: ImportJobId) -> Result<Option<ImportJob>, DbError> {
    let row = import_jobs::Entity::find_by_id(id.0).one(reads.conn()).await?;
    row.map(imports::from_row).transpose()
}

/// An import, whoever's it is, held until the transaction ends.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lock_import(tx: &Tx, id: ImportJobId) -> Result<Option<ImportJob>, DbError> {
    let row = import_jobs::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?;
    row.map(imports::from_row).transpose()
}

/// A secret by the id that a signed call names, and for whom it signs.
///
/// # Errors
/// When the database cannot be asked.
pub async fn signer<R: Reads>(
    reads: &R,
    id: WebhookSecretId,
) -> Result<Option<(WebhookSecret, User)>, DbError> {
    let Some(row) = webhook_secrets::Entity::find_by_id(id.0).one(reads.conn()).await? else {
        return Ok(None);
    };
    let secret = super::webhook_secrets::from_row(row);
    let user = super::users::find(reads, secret.user_id).await?;
    Ok(user.map(|user| (secret, user)))
}

/// Active watches of active users that are due, whoever's they are; the same
/// products stand together.
///
/// # Errors
/// When the database cannot be asked.
pub async fn due_watches<R: Reads>(
    reads: &R,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<PriceWatch>, DbError> {
    let active = Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .and_where(users::Column::IsActive.eq(true))
        .to_owned();
    let rows = price_watches::Entity::find()
        .filter(price_watches::Column::IsActive.eq(true))
        .filter(price_watches::Column::DueAt.lte(micros(now)))
        .filter(price_watches::Column::UserId.in_subquery(active))
        .order_by_asc(price_watches::Column::DueAt)
        .order_by_asc(price_watches::Column::Source)
        .order_by_asc(price_watches::Column::SourceProductId)
        .limit(most)
        .all(reads.conn())
        .await?;
    rows.into_iter().map(super::price_watches::from_row).collect()
}

/// The user who is this customer of the payment provider.
///
/// # Errors
/// When the database cannot be asked.
pub async fn user_of_customer<R: Reads>(reads: &R, customer: &str) -> Result<Option<UserId>, DbError> {
    let row = billing_customers::Entity::find()
        .filter(billing_customers::Column::StripeCustomerId.eq(customer))
        .one(reads.conn())
        .await?;
    Ok(row.map(|row| UserId(row.user_id)))
}

/// Remove what has expired: cached products, idempotency keys, refresh tokens,
/// sessions of browsers, permissions to set a password, old prices, and events of the
/// payment provider that nobody sends again.
/// Answers how many rows went.
///
/// # Errors
/// When the database cannot be asked.
pub async fn remove_expired(tx: &Tx, now: DateTime<Utc>) -> Result<u64, DbError> {
    let now = micros(now);
    let cached = product_cache::Entity::delete_many()
        .filter(product_cache::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    let keys = idempotency_keys::Entity::delete_many()
        .filter(idempotency_keys::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    let tokens = refresh_tokens::Entity::delete_many()
        .filter(refresh_tokens::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    platform_events::Entity::delete_many()
        .filter(platform_events::Column::ReceivedAt.lte(now - KEEP_EVENTS))
        .exec(tx)
        .await?;
    let prices = watch_prices::Entity::delete_many()
        .filter(watch_prices::Column::ObservedAt.lte(now - KEEP_PRICES))
        .exec(tx)
        .await?;
    let events = stripe_events::Entity::delete_many()
        .filter(stripe_events::Column::ReceivedAt.lte(now - KEEP_EVENTS))
        .exec(tx)
        .await?;
    let rows = [cached, keys, tokens, prices, events].map(|removed| removed.rows_affected);
    Ok(rows.iter().sum::<u64>() + remove_expired_logins(tx, now).await?)
}

async fn remove_expired_logins(tx: &Tx, now: DateTime<Utc>) -> Result<u64, DbError> {
    let sessions = browser_sessions::Entity::delete_many()
        .filter(browser_sessions::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    let resets = password_resets::Entity::delete_many()
        .filter(password_resets::Column::ExpiresAt.lte(now))
        .exec(tx)
        .await?;
    Ok(sessions.rows_affected + resets.rows_affected)
}
