//! Merchants' shops.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sourcepilot_domain::Failure;
use sourcepilot_domain::ids::{ConnectionId, UserId};
use sourcepilot_domain::product::AccountInfo;

use super::credentials::Credentials;
use super::once::{self, KeyReused, Once, Turn};
use super::{checks, consent, suppliers};
use crate::app::App;
use crate::db::connections::{self, Connection, ConnectionChange};
use crate::db::seal::SealError;
use crate::db::{DbError, Rule, Slot};

/// Under this name a key is kept that no plugin tells how to read.
const API_KEY: &str = "api_key";

/// What a merchant enters.
#[derive(Clone, Debug)]
pub struct NewShop {
    pub store_name: String,
    pub platform: String,
    pub store_url: String,
    pub secrets: Secrets,
    pub settings: Option<Map<String, Value>>,
}

/// What a merchant changes; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct ShopChange {
    pub store_name: Option<String>,
    pub store_url: Option<String>,
    pub secrets: Secrets,
    pub settings: Option<Map<String, Value>>,
    pub is_default: Option<bool>,
}

/// A shop's key in one text, or its parts by name.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    pub api_key: Option<SecretString>,
    pub credentials: Option<SecretParts>,
}

/// Credentials by name.
#[derive(Clone)]
pub struct SecretParts(pub Map<String, Value>);

impl std::fmt::Debug for SecretParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    #[error("Store URL already connected: {url}")]
    Exists { url: String },
    #[error("Store connection not found")]
    NotFound,
    #[error("{0}")]
    Failed(#[from] Failure),
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Connect a shop. The first one becomes the default one.
///
/// # Errors
/// `Exists` when the merchant has connected this address before.
pub async fn create(
    app: &App,
    user: UserId,
    new: NewShop,
    once: Option<Once>,
) -> Result<Connection, ConnectionError> {
    let NewShop { store_name, platform, store_url, secrets, settings } = new;
    let id = ConnectionId::generate();
    let credentials = match parts(app, &platform, secrets) {
        Some(values) => {
            Some(app.keys.seal_json(Slot::Connection(user, id), &Credentials::from_input(values))?)
        }
        None => None,
    };
    let taken = ConnectionError::Exists { url: store_url.clone() };
    let settings = settings.map(Value::Object);
    let new = connections::NewConnection { id, store_name, platform, store_url, credentials, settings };
    let now = app.now();
    app.db
        .transaction(async move |tx| {
            let promise = match once::begin::<_, ConnectionError>(
                &tx,
                user,
                "connections",
                once.as_ref(),
                now,
            )
            .await?
            {
                Turn::Repeat(id) => {
                    return connections::find(&*tx, user, id).await?.ok_or(ConnectionError::NotFound);
                }
                Turn::First(promise) => promise,
            };
            let created = connections::create(&tx, user, new, now).await;
            let connection = created.map_err(|error| exists(error, taken))?;
            promise.keep(&tx, &connection.id).await?;
            Ok(connection)
        })
        .await
}

/// The merchant's shops: the default one first, then by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, user: UserId) -> Result<Vec<Connection>, ConnectionError> {
    Ok(connections::list(&app.db, user).await?)
}

/// Change a shop.
///
/// # Errors
/// `NotFound`, or `Exists` when the new address is connected already.
pub async fn update(
    app: &App,
    user: UserId,
    id: ConnectionId,
    change: ShopChange,
) -> Result<Connection, ConnectionError> {
    let ShopChange { store_name, store_url, secrets, settings, is_default } = change;
    let current = connections::find(&app.db, user, id).await?.ok_or(ConnectionError::NotFound)?;
    let values = parts(app, &current.platform, secrets);
    let taken = ConnectionError::Exists { url: store_url.clone().unwrap_or_default() };
    let (keys, now) = (app.keys.clone(), app.now());
    app.db
        .transaction(async move |tx| {
            let credentials = match values {
                Some(values) => {
                    let current =
                        connections::find(&*tx, user, id).await?.ok_or(ConnectionError::NotFound)?;
                    let slot = Slot::Connection(user, id);
                    let mut stored = match &current.credentials {
                        Some(sealed) => keys.open_json(slot, sealed)?,
                        None => Credentials::default(),
                    };
                    stored.update(values);
                    Some(keys.seal_json(slot, &stored)?)
                }
                None => None,
            };
            let settings = settings.map(Value::Object);
            let change = ConnectionChange { store_name, store_url, credentials, settings, is_default };
            let changed = connections::update(&tx, user, id, change, now).await;
            changed.map_err(|error| exists(error, taken))?.ok_or(ConnectionError::NotFound)
        })
        .await
}

/// Make a shop the default one.
///
/// # Errors
/// `NotFound`.
pub async fn set_default(app: &App, user: UserId, id: ConnectionId) -> Result<(), ConnectionError> {
    let now = app.now();
    let done = app.db.transaction(async move |tx| connections::set_default(&tx, user, id, now).await).await?;
    if done { Ok(()) } else { Err(ConnectionError::NotFound) }
}

/// Disconnect a shop. Its products stay in it.
///
/// # Errors
/// `NotFound`.
pub async fn delete(app: &App, user: UserId, id: ConnectionId) -> Result<(), ConnectionError> {
    let gone = app.db.transaction(async move |tx| connections::delete(&tx, user, id).await).await?;
    if gone { Ok(()) } else { Err(ConnectionError::NotFound) }
}

/// Ask the shop whether the connection works. `Ok(Err)` is what the shop says.
///
/// # Errors
/// `NotFound`.
pub async fn check(
    app: &App,
    user: UserId,
    id: ConnectionId,
) -> Result<Result<AccountInfo, Failure>, ConnectionError> {
    let connection = connections::find(&app.db, user, id).await?.ok_or(ConnectionError::NotFound)?;
    Ok(checks::connection(app, &connection, &suppliers::looking(app)).await)
}

/// Where to send the merchant to give consent.
///
/// # Errors
/// `NotFound`, or what the platform's plugin says.
pub async fn begin_consent(
    app: &App,
    user: UserId,
    id: ConnectionId,
    redirect_uri: &str,
) -> Result<consent::Begun, ConnectionError> {
    let connection = connections::find(&app.db, user, id).await?.ok_or(ConnectionError::NotFound)?;
    Ok(consent::begin_for_shop(app, &connection, redirect_uri).await?)
}

/// The credentials by name. How a key in one text falls into parts is what the
/// platform's plugin says; without one it is kept as it is.
fn parts(app: &App, platform: &str, secrets: Secrets) -> Option<Map<String, Value>> {
    let Secrets { api_key, credentials } = secrets;
    let mut values = credentials.map(|parts| parts.0);
    if let Some(key) = api_key.filter(|key| !key.expose_secret().is_empty()) {
        let catalogue = app.plugins.catalogue();
        let plugin = catalogue.store(platform);
        let forms = plugin
            .as_ref()
            .and_then(|plugin| plugin.manifest().store.as_ref())
            .map_or(&[] as &[Vec<String>], |store| &store.api_key);
        values.get_or_insert_default().extend(split(forms, key.expose_secret()));
    }
    values
}

/// The longest form that fits wins; the last part may contain colons.
fn split(forms: &[Vec<String>], key: &str) -> Map<String, Value> {
    let fitting = forms.iter().filter(|names| !names.is_empty() && key.split(':').count() >= names.len());
    let Some(names) = fitting.max_by_key(|names| names.len()) else {
        return Map::from_iter([(API_KEY.to_owned(), Value::String(key.to_owned()))]);
    };
    let parts = key.splitn(names.len(), ':').map(|part| Value::String(part.trim().to_owned()));
    names.iter().cloned().zip(parts).collect()
}

fn exists(error: DbError, taken: ConnectionError) -> ConnectionError {
    if error.breaks(Rule::ConnectionUrl) { taken } else { error.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_falls_into_the_parts_that_the_platform_names() {
        let pair = vec![vec!["consumer_key".to_owned(), "consumer_secret".to_owned()]];
        let either =
            vec![vec!["access_token".to_owned()], vec!["client_id".to_owned(), "client_secret".to_owned()]];
        for (forms, key, expected) in [
            (&pair, "ck_1:cs_2", json!({"consumer_key": "ck_1", "consumer_secret": "cs_2"})),
            (&pair, "ck_1:cs:2", json!({"consumer_key": "ck_1", "consumer_secret": "cs:2"})),
            (&pair, "ck_1", json!({"api_key": "ck_1"})),
            (&either, "shpat_1", json!({"access_token": "shpat_1"})),
            (&either, "a:b", json!({"client_id": "a", "client_secret": "b"})),
            (&Vec::new(), "a:b", json!({"api_key": "a:b"})),
        ] {
            assert_eq!(Value::Object(split(forms, key)), expected, "{key}");
        }
    }
}
