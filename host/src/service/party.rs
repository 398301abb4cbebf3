//! Whose account a call uses: a merchant's own, the installation's, or a shop.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::{Map, Value};
use sourcepilot_domain::ids::{ConnectionId, HouseAccountId, SupplierAccountId, UserId};
use sourcepilot_domain::product::Attribute;
use sourcepilot_domain::{Currency, ErrorKind, Failure};
use sourcepilot_plugin_runtime::manifest::{Manifest, Owner};

use crate::app::App;
use crate::db::connections::Connection;
use crate::db::house_accounts::HouseAccount;
use crate::db::supplier_accounts::SupplierAccount;
use crate::db::{self, DbError, Sealed, Slot};
use crate::plugins::Installed;
use crate::service::credentials::Credentials;
use crate::service::{catalogues, settings};

/// Where the credentials of a party are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keeper {
    Supplier(UserId, SupplierAccountId),
    House(HouseAccountId),
    Store(UserId, ConnectionId),
    /// A supplier that needs no account.
    Nobody,
}

impl Keeper {
    /// The place they are sealed for; there is none where nobody keeps any.
    pub fn slot(self) -> Option<Slot> {
        match self {
            Keeper::Supplier(user, id) => Some(Slot::SupplierAccount(user, id)),
            Keeper::Store(user, id) => Some(Slot::Connection(user, id)),
            Keeper::House(id) => Some(Slot::HouseAccount(id)),
            Keeper::Nobody => None,
        }
    }
}

/// One side of plugin calls.
#[derive(Clone, Debug)]
pub struct Party {
    pub keeper: Keeper,
    /// The version of the stored credentials that these are.
    pub version: i64,
    pub credentials: Credentials,
    /// What the installation supplies for everybody.
    shared: BTreeMap<String, SecretString>,
    pub settings: Value,
    /// The shop's address.
    pub base_url: Option<String>,
    /// What earlier checks found, for the plugin.
    pub facts: Vec<Attribute>,
    /// In which the shop or account reckons.
    pub currency: Option<Currency>,
}

impl Party {
    /// Everything by name; the account's own wins over the installation's.
    pub fn secrets(&self) -> BTreeMap<String, SecretString> {
        let mut secrets = self.shared.clone();
        secrets.extend(self.credentials.secrets());
        secrets
    }

    /// A secret for the calls of this party alone; it is never stored.
    pub fn lend(&mut self, name: &str, value: &str) {
        self.shared.insert(name.to_owned(), SecretString::from(value));
    }

    /// Separates connections and permits of one account from all others.
    pub fn pool_key(&self, plugin: &str) -> String {
        match self.keeper {
            Keeper::Supplier(_, id) => format!("{plugin}|account|{id}"),
            Keeper::House(id) => format!("{plugin}|house|{id}"),
            Keeper::Store(_, id) => format!("{plugin}|store|{id}"),
            Keeper::Nobody => format!("{plugin}|nobody"),
        }
    }
}

/// The account with which a merchant asks a supplier: the merchant's own if one
/// is complete, else the house account, else, for a supplier that answers from a
/// catalogue, the one that a service account keeps for everybody.
///
/// # Errors
/// `AuthRequired` with a sentence when there is neither.
pub async fn for_supplier(app: &App, user: UserId, supplier: &Installed) -> Result<Party, Failure> {
    let manifest = supplier.manifest();
    let names: Vec<String> = std::iter::once(&manifest.id).chain(&manifest.aliases).cloned().collect();
    let house = house_of(app, manifest).await?;
    let shared = shared_by(manifest, house.as_ref());
    let mut second_best = None;
    for account in db::supplier_accounts::usable(&app.db, user, &names).await.map_err(unavailable)? {
        let credentials = open_supplier(app, &account)?;
        if is_complete(manifest, &credentials, &shared) {
            if !manifest.uses_catalogue() || catalogues::has_one(app, &account).await? {
                return supplier_party(supplier, &account, credentials, shared);
            }
            second_best.get_or_insert((account, credentials));
        }
    }
    if let Some((account, credentials)) = second_best {
        return supplier_party(supplier, &account, credentials, shared);
    }
    if let Some((house, credentials)) = house {
        return house_party(supplier, &house, credentials);
    }
    if manifest.uses_catalogue()
        && let Some(account) =
            db::supplier_accounts::shared(&app.db, &names).await.map_err(unavailable)?.into_iter().next()
    {
        let credentials = open_supplier(app, &account)?;
        return supplier_party(supplier, &account, credentials, shared);
    }
    if manifest.credentials.iter().all(|credential| credential.optional) {
        return nobody(supplier);
    }
    Err(Failure::new(
        ErrorKind::AuthRequired,
        format!("Connect your {} account first: the supplier answers only with one.", manifest.name),
    ))
}

/// One particular account of a merchant, complete or not: what a check asks with.
///
/// # Errors
/// When its credentials cannot be opened.
pub async fn of_account(
    app: &App,
    supplier: &Installed,
    account: &SupplierAccount,
) -> Result<Party, Failure> {
    let manifest = supplier.manifest();
    let shared = shared_by(manifest, house_of(app, manifest).await?.as_ref());
    let credentials = open_supplier(app, account)?;
    supplier_party(supplier, account, credentials, shared)
}

/// A merchant's shop.
///
/// # Errors
/// When its address is none of the platform's, its credentials cannot be opened, or
/// its settings do not fit.
pub async fn of_connection(app: &App, store: &Installed, connection: &Connection) -> Result<Party, Failure> {
    let manifest = store.manifest();
    let slot = Slot::Connection(connection.user_id, connection.id);
    let credentials = open(app, slot, connection.credentials.as_ref())?;
    Ok(Party {
        keeper: Keeper::Store(connection.user_id, connection.id),
        version: connection.version,
        credentials,
        shared: shared_by(manifest, house_of(app, manifest).await?.as_ref()),
        settings: resolve(store, connection.settings.as_ref())?,
        base_url: Some(address(manifest, &connection.store_url)?),
        facts: facts(connection.facts.extra.as_ref()),
        currency: connection.facts.currency,
    })
}

/// Where the shop's API is. Where a platform serves it only below names of its own, no
/// other address gets a request, let alone a credential.
fn address(manifest: &Manifest, entered: &str) -> Result<String, Failure> {
    let addresses = manifest.store.as_ref().and_then(|store| store.addresses.as_ref());
    let Some(addresses) = addresses else { return Ok(entered.trim_end_matches('/').to_owned()) };
    addresses.canonical_of(entered).ok_or_else(|| {
        Failure::new(
            ErrorKind::InvalidInput,
            format!(
                "This is not the address of a {} shop. Enter it in the form {}.",
                manifest.name,
                addresses.example()
            ),
        )
    })
}

fn supplier_party(
    supplier: &Installed,
    account: &SupplierAccount,
    credentials: Credentials,
    shared: BTreeMap<String, SecretString>,
) -> Result<Party, Failure> {
    Ok(Party {
        keeper: Keeper::Supplier(account.user_id, account.id),
        version: account.version,
        credentials,
        shared,
        settings: resolve(supplier, account.settings.as_ref())?,
        base_url: None,
        facts: facts(account.facts.extra.as_ref()),
        currency: account.facts.currency,
    })
}

fn house_party(
    supplier: &Installed,
    house: &HouseAccount,
    credentials: Credentials,
) -> Result<Party, Failure> {
    Ok(Party {
        keeper: Keeper::House(house.id),
        version: house.version,
        credentials,
        shared: BTreeMap::new(),
        settings: resolve(supplier, house.settings.as_ref())?,
        base_url: None,
        facts: Vec::new(),
        currency: None,
    })
}

fn nobody(supplier: &Installed) -> Result<Party, Failure> {
    Ok(Party {
        keeper: Keeper::Nobody,
        version: 0,
        credentials: Credentials::default(),
        shared: BTreeMap::new(),
        settings: resolve(supplier, None)?,
        base_url: None,
        facts: Vec::new(),
        currency: None,
    })
}

/// An account is worth asking with when everything a person must type is there,
/// and, where the supplier tells merchants apart, something of the merchant's own.
fn is_complete(manifest: &Manifest, own: &Credentials, shared: &BTreeMap<String, SecretString>) -> bool {
    let has = |name: &str| own.get(name).is_some() || shared.contains_key(name);
    let required =
        manifest.credentials.iter().filter(|credential| credential.entered && !credential.optional);
    let mut personal =
        manifest.credentials.iter().filter(|credential| credential.owner == Owner::Account).peekable();
    required.into_iter().all(|credential| has(&credential.name))
        && (personal.peek().is_none() || personal.any(|credential| own.get(&credential.name).is_some()))
}

fn installation_owned(manifest: &Manifest, house: &Credentials) -> BTreeMap<String, SecretString> {
    let shared = |name: &String| {
        manifest.credential(name).is_some_and(|credential| credential.owner == Owner::Installation)
    };
    house.secrets().into_iter().filter(|(name, _)| shared(name)).collect()
}

fn open_supplier(app: &App, account: &SupplierAccount) -> Result<Credentials, Failure> {
    open(app, Slot::SupplierAccount(account.user_id, account.id), account.credentials.as_ref())
}

/// The installation's own account with a supplier, opened.
async fn house_of(app: &App, manifest: &Manifest) -> Result<Option<(HouseAccount, Credentials)>, Failure> {
    let house = db::house_accounts::find(&app.db, &manifest.id).await.map_err(unavailable)?;
    let Some(house) = house else { return Ok(None) };
    let credentials = open(app, Slot::HouseAccount(house.id), Some(&house.credentials))?;
    Ok(Some((house, credentials)))
}

/// What every merchant may use of it.
fn shared_by(
    manifest: &Manifest,
    house: Option<&(HouseAccount, Credentials)>,
) -> BTreeMap<String, SecretString> {
    house.map(|(_, credentials)| installation_owned(manifest, credentials)).unwrap_or_default()
}

pub(super) fn open(app: &App, slot: Slot, sealed: Option<&Sealed>) -> Result<Credentials, Failure> {
    let Some(sealed) = sealed else { return Ok(Credentials::default()) };
    app.keys.open_json(slot, sealed).map_err(|error| {
        tracing::error!(?slot, %error, "credentials cannot be opened");
        Failure::new(
            ErrorKind::AuthRequired,
            "The stored credentials cannot be read any more; enter them again.",
        )
    })
}

fn resolve(plugin: &Installed, own: Option<&Value>) -> Result<Value, Failure> {
    let none = Map::new();
    let own = own.and_then(Value::as_object).unwrap_or(&none);
    settings::resolve(&plugin.manifest().settings, &[&plugin.entry.settings, own]).map_err(|error| {
        Failure::new(ErrorKind::InvalidInput, format!("{}: {error}.", plugin.manifest().name))
    })
}

/// The attributes that a plugin reported at the last check.
fn facts(extra: Option<&Value>) -> Vec<Attribute> {
    let map = extra.and_then(Value::as_object);
    map.into_iter()
        .flatten()
        .filter_map(|(name, value)| Some(Attribute { name: name.clone(), value: value.as_str()?.to_owned() }))
        .collect()
}

/// The database did not answer: for the log, and a sentence for the merchant.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
pub fn unavailable(error: DbError) -> Failure {
    tracing::error!(%error, "the database did not answer");
    Failure::new(ErrorKind::Unavailable, "The service is busy; try again in a moment.")
}
