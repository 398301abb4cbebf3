//! Making accounts, and checking passwords.

use secrecy::SecretString;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;

use super::sessions::begin_session;
use super::{AuthError, TokenPair};
use crate::app::App;
use crate::db::Rule;
use crate::db::users::{self, NewUser, User, UserKind};

/// Make an account and log in.
///
/// # Errors
/// `EmailTaken`, or that the service is busy.
pub async fn register(app: &App, email: String, password: SecretString) -> Result<TokenPair, AuthError> {
    let user = create_user(app, email, password, Plan::Free, false).await?;
    tracing::info!(user.id = %user.id, "a user registered");
    begin_session(app, user).await
}

/// Make an account.
///
/// # Errors
/// `EmailTaken`, or that the service is busy.
pub async fn create_user(
    app: &App,
    email: String,
    password: SecretString,
    plan: Plan,
    is_admin: bool,
) -> Result<User, AuthError> {
    let password_hash = app.passwords.hash(password).await?;
    let now = app.now();
    app.db
        .transaction(async move |tx| {
            let new = NewUser { email, password_hash, plan, is_admin };
            users::create(&tx, new, now).await.map_err(|error| match error {
                taken if taken.breaks(Rule::UserEmail) => AuthError::EmailTaken,
                other => AuthError::Db(other),
            })
        })
        .await
}

/// Log in. An unknown address takes as long as a wrong password.
///
/// # Errors
/// `WrongPassword` whatever was wrong, `TooManyAttempts`, or that the service is
/// busy.
pub async fn login(app: &App, email: &str, password: SecretString) -> Result<TokenPair, AuthError> {
    let user = check_password(app, email, password).await?;
    begin_session(app, user).await
}

/// The person whose password this is.
pub(super) async fn check_password(
    app: &App,
    email: &str,
    password: SecretString,
) -> Result<User, AuthError> {
    let throttle = &app.login_throttle;
    throttle.begin(email, app.now()).map_err(|seconds| AuthError::TooManyAttempts { seconds })?;
    let checked = compare(app, email, password).await;
    match &checked {
        Ok(_) => throttle.succeeded(email),
        Err(AuthError::WrongPassword) => {}
        // It was not looked at.
        Err(_) => throttle.take_back(email),
    }
    checked
}

async fn compare(app: &App, email: &str, password: SecretString) -> Result<User, AuthError> {
    let (user, hash) = match users::find_login(&app.db, email).await? {
        Some(login) => (Some(login.user), Some(login.password_hash)),
        None => (None, None),
    };
    let verdict = app.passwords.verify(password.clone(), hash).await?;
    let may = |user: &User| verdict.matches && user.is_active && user.kind == UserKind::Person;
    let user = user.filter(may).ok_or(AuthError::WrongPassword)?;
    if verdict.outdated {
        rehash(app, user.id, password).await;
    }
    Ok(user)
}

/// The parameters of hashing have changed since the password was set.
async fn rehash(app: &App, user: UserId, password: SecretString) {
    let Ok(hash) = app.passwords.hash(password).await else { return };
    let now = app.now();
    let kept =
        app.db.transaction(async move |tx| users::set_password_hash(&tx, user, &hash, now).await).await;
    if let Err(error) = kept {
        tracing::warn!(user.id = %user, %error, "a password's newer hash was not kept");
    }
}
