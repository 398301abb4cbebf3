//! Secrets with which other services sign for a merchant: made by the merchant,
//! shown once, named by their id in every signed call.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use sourcepilot_domain::ids::{UserId, WebhookSecretId};

use super::once::{self, KeyReused, Once, Turn};
use super::standard_webhooks::{self, Signed};
use crate::app::App;
use crate::db::users::{self, User};
use crate::db::webhook_secrets::{self, WebhookSecret};
use crate::db::{DbError, Slot, seal::SealError, worker};

/// Enough for every sender and a change of secret.
const MOST: u64 = 20;
/// A use is written down at most this often.
const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("Invalid webhook signature")]
    Signature,
    #[error("There are {MOST} webhook secrets already. Remove one that is not used any more.")]
    TooMany,
    #[error("Webhook secret not found")]
    NotFound,
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Make a secret. It is answered here and never again.
///
/// # Errors
/// `TooMany`.
pub async fn create(
    app: &App,
    user: UserId,
    name: String,
    once: Option<Once>,
) -> Result<(WebhookSecret, SecretString), SecretError> {
    let (id, now, plain) = (WebhookSecretId::generate(), app.now(), standard_webhooks::new_secret());
    let sealed = app.keys.seal_json(Slot::WebhookSecret(user, id), &plain.expose_secret())?;
    let secret =
        WebhookSecret { id, user_id: user, name, secret: sealed, last_used_at: None, created_at: now };
    let kept = app
        .db
        .transaction(async move |tx| {
            let turn: Turn<WebhookSecretId> =
                once::begin::<_, SecretError>(&tx, user, "webhooks.secrets", once.as_ref(), now).await?;
            let promise = match turn {
                Turn::Repeat(id) => {
                    return webhook_secrets::find(&*tx, user, id).await?.ok_or(SecretError::NotFound);
                }
                Turn::First(promise) => promise,
            };
            users::lock(&tx, user).await?.ok_or(SecretError::NotFound)?;
            if webhook_secrets::count(&*tx, user).await? >= MOST {
                return Err(SecretError::TooMany);
            }
            webhook_secrets::create(&tx, secret.clone()).await?;
            promise.keep(&tx, &id).await?;
            Ok(secret)
        })
        .await?;
    // A repeat gets the first one's secret.
    let plain: String = app.keys.open_json(Slot::WebhookSecret(user, kept.id), &kept.secret)?;
    Ok((kept, SecretString::from(plain)))
}

/// The merchant's secrets, newest first, without the secrets themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, user: UserId) -> Result<Vec<WebhookSecret>, SecretError> {
    Ok(webhook_secrets::list(&app.db, user).await?)
}

/// Believe a secret no longer.
///
/// # Errors
/// `NotFound` when it is not there or somebody else's.
pub async fn delete(app: &App, user: UserId, id: WebhookSecretId) -> Result<(), SecretError> {
    let gone = app.db.transaction(async move |tx| webhook_secrets::delete(&tx, user, id).await).await?;
    if gone { Ok(()) } else { Err(SecretError::NotFound) }
}

/// For whom a signed call speaks.
///
/// # Errors
/// `Signature` whatever is wrong: nobody learns which secrets there are.
pub async fn sender(
    app: &App,
    id: Option<WebhookSecretId>,
    signed: Signed<'_>,
    body: &[u8],
) -> Result<User, SecretError> {
    let id = id.ok_or(SecretError::Signature)?;
    let now = app.now();
    let (secret, user) = worker::signer(&app.db, id).await?.ok_or(SecretError::Signature)?;
    let plain: String = app.keys.open_json(Slot::WebhookSecret(secret.user_id, id), &secret.secret)?;
    if !user.is_active || !standard_webhooks::is_genuine(&SecretString::from(plain), signed, body, now) {
        return Err(SecretError::Signature);
    }
    if secret.last_used_at.is_none_or(|last| now - last >= USED_EVERY) {
        app.db.transaction(async move |tx| webhook_secrets::used(&tx, secret.user_id, id, now).await).await?;
    }
    Ok(user)
}
