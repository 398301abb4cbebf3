//! Merchants' accounts with suppliers.

use std::sync::Arc;

use serde_json::{Map, Value};
use sourcepilot_domain::Failure;
use sourcepilot_domain::ids::{SupplierAccountId, UserId};
use sourcepilot_domain::product::AccountInfo;

use super::consent::{Begun, Return};
use super::credentials::Credentials;
use super::once::{self, KeyReused, Once, Turn};
use super::{checks, consent};
use crate::app::App;
use crate::db::seal::SealError;
use crate::db::supplier_accounts::{self, NewSupplierAccount, SupplierAccount, SupplierAccountChange};
use crate::db::{DbError, Rule, Slot};

/// What a merchant enters.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: String,
    pub platform: String,
    pub credentials: Option<Map<String, Value>>,
    pub settings: Option<Map<String, Value>>,
}

/// What a merchant changes; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub name: Option<String>,
    pub platform: Option<String>,
    pub credentials: Option<Map<String, Value>>,
    pub settings: Option<Map<String, Value>>,
    pub is_active: Option<bool>,
}

/// An account as its owner may see it.
#[derive(Clone, Debug)]
pub struct AccountView {
    pub account: SupplierAccount,
    /// Names with masked values.
    pub credentials: Option<Map<String, Value>>,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("Supplier account with name '{name}' and platform '{platform}' already exists.")]
    Exists { name: String, platform: String },
    #[error("Supplier account not found")]
    NotFound,
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error("{0}")]
    Failed(#[from] Failure),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Add an account.
///
/// # Errors
/// `Exists` when name and platform are taken.
pub async fn create(
    app: &App,
    user: UserId,
    new: NewAccount,
    once: Option<Once>,
) -> Result<AccountView, AccountError> {
    let NewAccount { name, platform, credentials, settings } = new;
    let id = SupplierAccountId::generate();
    let sealed = match credentials {
        Some(values) => {
            Some(app.keys.seal_json(Slot::SupplierAccount(user, id), &Credentials::from_input(values))?)
        }
        None => None,
    };
    let taken = AccountError::Exists { name: name.clone(), platform: platform.clone() };
    let new =
        NewSupplierAccount { id, name, platform, credentials: sealed, settings: settings.map(Value::Object) };
    let now = app.now();
    let account = app
        .db
        .transaction(async move |tx| {
            let promise =
                match once::begin::<_, AccountError>(&tx, user, "supplier_accounts", once.as_ref(), now)
                    .await?
                {
                    Turn::Repeat(id) => {
                        let known = supplier_accounts::find(&*tx, user, id).await?;
                        return known.ok_or(AccountError::NotFound);
                    }
                    Turn::First(promise) => promise,
                };
            let account =
                supplier_accounts::create(&tx, user, new, now).await.map_err(|error| exists(error, taken))?;
            promise.keep(&tx, &account.id).await?;
            Ok::<_, AccountError>(account)
        })
        .await?;
    view(app, account)
}

/// The merchant's accounts, by platform, then name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, user: UserId) -> Result<Vec<AccountView>, AccountError> {
    let accounts = supplier_accounts::list(&app.db, user).await?;
    accounts.into_iter().map(|account| view(app, account)).collect()
}

/// Change an account. A masked value that comes back means "unchanged".
///
/// # Errors
/// `NotFound`, or `Exists` when the new name and platform are taken.
pub async fn update(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
    change: AccountChange,
) -> Result<AccountView, AccountError> {
    let AccountChange { name, platform, credentials, settings, is_active } = change;
    let (keys, now) = (app.keys.clone(), app.now());
    let account = app
        .db
        .transaction(async move |tx| {
            let current = supplier_accounts::find(&*tx, user, id).await?.ok_or(AccountError::NotFound)?;
            let sealed = match credentials {
                Some(values) => {
                    let slot = Slot::SupplierAccount(user, id);
                    let mut stored = match &current.credentials {
                        Some(sealed) => keys.open_json(slot, sealed)?,
                        None => Credentials::default(),
                    };
                    stored.update(values);
                    Some(keys.seal_json(slot, &stored)?)
                }
                None => None,
            };
            let taken = AccountError::Exists {
                name: name.clone().unwrap_or(current.name),
                platform: platform.clone().unwrap_or(current.platform),
            };
            let change = SupplierAccountChange {
                name,
                platform,
                credentials: sealed,
                settings: settings.map(Value::Object),
                is_active,
            };
            let changed = supplier_accounts::update(&tx, user, id, change, now).await;
            changed.map_err(|error| exists(error, taken))?.ok_or(AccountError::NotFound)
        })
        .await?;
    view(app, account)
}

/// Remove an account with its credentials.
///
/// # Errors
/// `NotFound`.
pub async fn delete(app: &App, user: UserId, id: SupplierAccountId) -> Result<(), AccountError> {
    let gone = app.db.transaction(async move |tx| supplier_accounts::delete(&tx, user, id).await).await?;
    if gone { Ok(()) } else { Err(AccountError::NotFound) }
}

/// Ask the supplier whether the account works. `Ok(Err)` is what the supplier says.
///
/// # Errors
/// `NotFound`.
pub async fn check(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
) -> Result<Result<AccountInfo, Failure>, AccountError> {
    let account = supplier_accounts::find(&app.db, user, id).await?.ok_or(AccountError::NotFound)?;
    Ok(checks::supplier_account(app, &account).await)
}

/// Where to send the merchant to give consent.
///
/// # Errors
/// `NotFound`, or what the supplier's plugin says.
pub async fn begin_consent(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
    redirect_uri: &str,
) -> Result<Begun, AccountError> {
    let account = supplier_accounts::find(&app.db, user, id).await?.ok_or(AccountError::NotFound)?;
    Ok(consent::begin(app, &account, redirect_uri).await?)
}

/// The merchant came back from the supplier's pages.
///
/// # Errors
/// What the supplier's plugin says, or that it was not this merchant who went.
pub async fn finish_consent(app: &Arc<App>, back: Return) -> Result<(), AccountError> {
    consent::finish(app, back).await?;
    Ok(())
}

fn view(app: &App, account: SupplierAccount) -> Result<AccountView, AccountError> {
    let slot = Slot::SupplierAccount(account.user_id, account.id);
    let credentials = match &account.credentials {
        Some(sealed) => Some(app.keys.open_json::<Credentials>(slot, sealed)?.masked()),
        None => None,
    };
    Ok(AccountView { account, credentials })
}

fn exists(error: DbError, taken: AccountError) -> AccountError {
    if error.breaks(Rule::SupplierAccountName) { taken } else { error.into() }
}
