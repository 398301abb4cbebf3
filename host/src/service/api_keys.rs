//! Keys with which programs ask in a merchant's name.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::{ApiKeyId, UserId};
use sourcepilot_domain::scope::{Scope, Scopes};

use super::auth::{AuthError, Credential, Session};
use super::once::{self, KeyReused, Once, Turn};
use crate::app::App;
use crate::db::api_keys::{self, NewApiKey};
use crate::db::seal::SealError;
use crate::db::{DbError, Sealed, Slot, Tx, users};

pub use crate::db::api_keys::ApiKey;

/// This many characters of a key may be shown again.
const PREFIX: usize = 12;
/// Nothing longer is a key, so nothing longer is hashed.
const LONGEST: usize = 512;
/// `last_used_at` is written at most this often.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a new key shall be.
#[derive(Clone, Debug)]
pub struct KeyRequest {
    pub name: String,
    pub scopes: Scopes,
    /// `None`: it does not expire.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that was just made, the only time that it is seen whole.
#[derive(Clone, Debug)]
pub struct MadeKey {
    pub key: ApiKey,
    pub secret: SecretString,
}

/// Why a key was not made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("API key not found")]
    NotFound,
    #[error(
        "This API key does not have the scope '{0}' itself, so it cannot make or revoke a key that has it. Use a login or a key with that scope."
    )]
    BeyondOwn(Scope),
    #[error("This API key ends at {0}, so a key that it makes must end by then: send an earlier expires_at.")]
    OutlivesOwn(String),
    #[error("expires_at lies in the past; send a later moment or leave it out.")]
    Past,
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What is kept of a creation for those who ask again. The key is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: ApiKeyId,
    sealed: String,
}

/// Make a key. A key can give away only what it has itself.
///
/// # Errors
/// What is wrong with the request.
pub async fn create(
    app: &App,
    session: &Session,
    request: KeyRequest,
    once: Option<Once>,
) -> Result<MadeKey, KeyError> {
    let now = app.now();
    admit(&session.credential, &request, now)?;
    let (user, keys, mark) = (session.user.id, Arc::clone(&app.keys), mark(&app.config.server.service_name));
    let made = app
        .db
        .transaction(async move |tx| {
            let promise =
                match once::begin::<Kept, KeyError>(&tx, user, "api-keys", once.as_ref(), now).await? {
                    Turn::First(promise) => promise,
                    Turn::Repeat(Kept { id, sealed }) => {
                        let key = api_keys::find(&*tx, user, id).await?.ok_or(KeyError::NotFound)?;
                        let secret =
                            keys.open_json::<String>(Slot::ApiKey(user, id), &Sealed::from_text(&sealed)?)?;
                        return Ok(MadeKey { key, secret: secret.into() });
                    }
                };
            let made = issue(&tx, &mark, user, request, now).await?;
            if once.is_some() {
                let id = made.key.id;
                let sealed = keys.seal_json(Slot::ApiKey(user, id), &made.secret.expose_secret())?;
                promise.keep(&tx, &Kept { id, sealed: sealed.to_text() }).await?;
            }
            Ok::<_, KeyError>(made)
        })
        .await?;
    tracing::info!(user.id = %user, key.id = %made.key.id, "an API key was made");
    Ok(made)
}

fn admit(own: &Credential, request: &KeyRequest, now: DateTime<Utc>) -> Result<(), KeyError> {
    if request.expires_at.is_some_and(|end| end <= now) {
        return Err(KeyError::Past);
    }
    let Credential::Key(own) = own else { return Ok(()) };
    if let Some(scope) = request.scopes.beyond(&own.scopes) {
        return Err(KeyError::BeyondOwn(scope));
    }
    match own.expires_at {
        Some(end) if request.expires_at.is_none_or(|wanted| wanted > end) => {
            Err(KeyError::OutlivesOwn(end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)))
        }
        _ => Ok(()),
    }
}

/// Make a key inside a transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn issue(
    tx: &Tx,
    mark: &str,
    user: UserId,
    request: KeyRequest,
    now: DateTime<Utc>,
) -> Result<MadeKey, DbError> {
    let secret = generate(mark);
    let key = remember(tx, user, request, &secret, now).await?;
    Ok(MadeKey { key, secret })
}

/// Make a key whose text is known.
///
/// # Errors
/// [`crate::db::Rule::ApiKeyHash`] when there is one with this text.
pub async fn remember(
    tx: &Tx,
    user: UserId,
    request: KeyRequest,
    secret: &SecretString,
    now: DateTime<Utc>,
) -> Result<ApiKey, DbError> {
    let KeyRequest { name, scopes, expires_at } = request;
    let new = NewApiKey {
        id: ApiKeyId::generate(),
        name,
        key_hash: hash_of(secret.expose_secret()),
        prefix: secret.expose_secret().chars().take(PREFIX).collect(),
        scopes,
        expires_at,
    };
    api_keys::create(tx, user, new, now).await
}

/// All keys of a merchant, revoked ones included, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, user: UserId) -> Result<Vec<ApiKey>, KeyError> {
    Ok(api_keys::list(&app.db, user).await?)
}

/// Revoke a key; again is no harm. A key cannot revoke one that may do more.
///
/// # Errors
/// `NotFound`, `BeyondOwn`, or that the database does not answer.
pub async fn revoke(app: &App, session: &Session, id: ApiKeyId) -> Result<(), KeyError> {
    let user = session.user.id;
    let key = api_keys::find(&app.db, user, id).await?.ok_or(KeyError::NotFound)?;
    if let Credential::Key(own) = &session.credential
        && let Some(scope) = key.scopes.beyond(&own.scopes)
    {
        return Err(KeyError::BeyondOwn(scope));
    }
    let known = app.db.transaction(async move |tx| api_keys::revoke(&tx, user, id).await).await?;
    if !known {
        return Err(KeyError::NotFound);
    }
    tracing::info!(user.id = %user, key.id = %id, "an API key was revoked");
    Ok(())
}

/// Who holds this key.
///
/// # Errors
/// `BadKey` whatever is wrong with it or its owner.
pub async fn authenticate(app: &App, key: &str) -> Result<Session, AuthError> {
    if key.len() > LONGEST {
        return Err(AuthError::BadKey);
    }
    let now = app.now();
    let key = api_keys::find_by_hash(&app.db, &hash_of(key)).await?.ok_or(AuthError::BadKey)?;
    if !key.is_active || key.expires_at.is_some_and(|end| end <= now) {
        return Err(AuthError::BadKey);
    }
    let user = users::find(&app.db, key.user_id).await?.filter(|user| user.is_active);
    let user = user.ok_or(AuthError::BadKey)?;
    note_use(app, &key, now).await;
    // What lasts, such as a stream of events, ends as if a token had been used.
    let usual = now + app.config.auth.access_life();
    let ends_at = key.expires_at.map_or(usual, |end| end.min(usual));
    Ok(Session { user, ends_at, credential: Credential::Key(key) })
}

async fn note_use(app: &App, key: &ApiKey, now: DateTime<Utc>) {
    let before = now - NOTE_EVERY;
    if key.last_used_at.is_some_and(|last| last > before) {
        return;
    }
    let (user, id) = (key.user_id, key.id);
    let noted = app.db.transaction(async move |tx| api_keys::touch(&tx, user, id, before, now).await).await;
    if let Err(error) = noted {
        tracing::warn!(key.id = %id, %error, "the use of an API key was not noted");
    }
}

/// How keys of a service begin.
pub fn mark(service_name: &str) -> String {
    let letters: String = service_name.chars().filter(char::is_ascii_alphabetic).take(2).collect();
    format!("{}_live_", letters.to_ascii_lowercase())
}

pub(super) fn generate(mark: &str) -> SecretString {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    SecretString::from(format!("{mark}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// A key has 256 random bits, so a plain hash is enough.
fn hash_of(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_agreed_form() {
        let key = generate(&mark("sourcepilot"));
        let (key, another) = (key.expose_secret(), generate("so_live_"));
        assert!(key.starts_with("so_live_") && key.len() == 51, "{}", key.len());
        assert_ne!(key, another.expose_secret());
        assert_eq!(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(mark("Trend-Scout"), "tr_live_");
    }
}
