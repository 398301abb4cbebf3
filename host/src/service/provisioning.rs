//! Accounts that a platform makes for its own users, and the programs that may.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::scope::{Scope, Scopes};

use super::api_keys::{self, KeyRequest, MadeKey};
use super::auth::{self, AuthError, Session};
use crate::app::App;
use crate::db::users::{self, NewUser, User, UserKind};
use crate::db::{DbError, Rule, Tx};

/// What the platform's keys may do.
const PLATFORM_SCOPES: [Scope; 3] = [Scope::Read, Scope::Write, Scope::Admin];
/// So much of the platform's id is in the name of a key.
const SHOWN_OF_ID: usize = 8;
/// Of parallel requests all but one find the account on their second try.
const TRIES: usize = 4;

/// Whom to make an account for.
#[derive(Debug)]
pub struct Provision {
    pub email: String,
    /// Without one the account has only keys until its owner sets one by e-mail.
    pub password: Option<SecretString>,
    pub plan: Plan,
    pub platform_id: String,
    pub store_id: Option<String>,
}

/// An account, new or not, with a new key.
#[derive(Debug)]
pub struct Provisioned {
    pub user: UserId,
    pub key: SecretString,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error(
        "Only a service account may provision accounts. The operator makes one with `sourcepilot service-account create NAME`."
    )]
    NotAService,
    #[error("The account with this email belongs to the operator and cannot be provisioned.")]
    OperatorsOwn,
    #[error("Another request for the same account is being served; try again.")]
    Contended,
    #[error("a service account named so exists already")]
    NameTaken,
    #[error("a name is 1 to 60 letters, digits, dots, hyphens and underscores")]
    Name,
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Find the account by the platform's id, else by its e-mail address, else make it;
/// and give it one more key. Asking again is no harm.
///
/// # Errors
/// When the caller may not, or the account is the operator's.
pub async fn provision(
    app: &App,
    session: &Session,
    request: Provision,
) -> Result<Provisioned, ProvisionError> {
    if session.user.kind != UserKind::Service {
        return Err(ProvisionError::NotAService);
    }
    let Provision { email, password, plan, platform_id, store_id } = request;
    // Outside the transaction: a hash takes its time.
    let password = password.unwrap_or_else(auth::random_token);
    let password_hash = app.passwords.hash(password).await?;
    let mark = api_keys::mark(&app.config.server.service_name);
    for _ in 0..TRIES {
        let now = app.now();
        let wanted = Wanted {
            new: NewUser {
                email: email.clone(),
                password_hash: password_hash.clone(),
                plan,
                is_admin: false,
            },
            platform_id: platform_id.clone(),
            store_id: store_id.clone(),
        };
        let mark = mark.clone();
        let made = app.db.transaction(async move |tx| once(&tx, &mark, wanted, now).await).await;
        match made {
            Err(ProvisionError::Db(error))
                if error.breaks(Rule::UserEmail) || error.breaks(Rule::UserPlatform) => {}
            Err(error) => return Err(error),
            Ok(made) => {
                tracing::info!(user.id = %made.user, service.id = %session.user.id, "an account was provisioned");
                return Ok(made);
            }
        }
    }
    Err(ProvisionError::Contended)
}

struct Wanted {
    new: NewUser,
    platform_id: String,
    store_id: Option<String>,
}

async fn once(
    tx: &Tx,
    mark: &str,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<Provisioned, ProvisionError> {
    let Wanted { new, platform_id, store_id } = wanted;
    let plan = new.plan;
    let known = match users::find_by_platform_id(tx, &platform_id).await? {
        Some(user) => Some(user),
        None => users::find_login(tx, &new.email).await?.map(|login| login.user),
    };
    let user = match known {
        Some(user) => change(tx, user, plan, now).await?,
        None => users::create(tx, new, now).await?,
    };
    users::link_platform(tx, user.id, &platform_id, store_id.as_deref(), now).await?;
    let shown: String = platform_id.chars().take(SHOWN_OF_ID).collect();
    let request = KeyRequest {
        name: format!("Platform Integration ({shown})"),
        scopes: Scopes::of(&PLATFORM_SCOPES),
        expires_at: None,
    };
    let MadeKey { key: _, secret } = api_keys::issue(tx, mark, user.id, request, now).await?;
    Ok(Provisioned { user: user.id, key: secret })
}

/// An account that was there gets a better plan if one is asked for, never a worse
/// one by default.
async fn change(tx: &Tx, user: User, plan: Plan, now: DateTime<Utc>) -> Result<User, ProvisionError> {
    if user.is_admin || user.kind != UserKind::Person {
        return Err(ProvisionError::OperatorsOwn);
    }
    if plan != Plan::Free {
        users::set_plan(tx, user.id, plan, now).await?;
    }
    Ok(user)
}

/// Make a service account: it has no password, only this key.
///
/// # Errors
/// When the name is taken or no name.
pub async fn create_service(app: &App, name: &str) -> Result<MadeKey, ProvisionError> {
    let mark = api_keys::mark(&app.config.server.service_name);
    let (user, secret) = new_service(app, name, api_keys::generate(&mark)).await?;
    tracing::info!(user.id = %user, "a service account was made");
    let keys = api_keys::list(app, user).await.map_err(|_| ProvisionError::Contended)?;
    let key = keys.into_iter().next().ok_or(ProvisionError::Contended)?;
    Ok(MadeKey { key, secret })
}

/// Make a service account with a key that is known, unless there is one of this name.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure_service(app: &App, name: &str, key: SecretString) -> Result<UserId, ProvisionError> {
    match new_service(app, name, key).await {
        Ok((user, _)) => Ok(user),
        Err(ProvisionError::NameTaken) => {
            let known = users::find_service(&app.db, &address_of(name)).await?;
            known.map(|user| user.id).ok_or(ProvisionError::NameTaken)
        }
        Err(error) => Err(error),
    }
}

/// Nobody can register with an address that cannot be.
fn address_of(name: &str) -> String {
    format!("{name}@service-account.invalid")
}

async fn new_service(
    app: &App,
    name: &str,
    key: SecretString,
) -> Result<(UserId, SecretString), ProvisionError> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || name.len() > 60 || !name.chars().all(is_name) {
        return Err(ProvisionError::Name);
    }
    let password_hash = app.passwords.hash(auth::random_token()).await?;
    let email = address_of(name);
    let (label, now) = (name.to_owned(), app.now());
    app.db
        .transaction(async move |tx| {
            let new = NewUser { email, password_hash, plan: Plan::Free, is_admin: false };
            let user = users::create(&tx, new, now).await.map_err(|error| match error {
                taken if taken.breaks(Rule::UserEmail) => ProvisionError::NameTaken,
                other => ProvisionError::Db(other),
            })?;
            users::make_service(&tx, user.id, now).await?;
            let request =
                KeyRequest { name: label, scopes: Scopes::of(&[Scope::Provision]), expires_at: None };
            api_keys::remember(&tx, user.id, request, &key, now).await?;
            Ok((user.id, key))
        })
        .await
}
