//! Accounts and sessions of merchants.

mod passwords;
mod throttle;
mod tokens;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use uuid::Uuid;

pub use passwords::Passwords;
pub use throttle::LoginThrottle;
pub use tokens::{TokenKind, Tokens};

use crate::app::App;
use crate::db::api_keys::ApiKey;
use crate::db::refresh_tokens::{self, NewRefreshToken};
use crate::db::users::{self, NewUser, User};
use crate::db::{DbError, Rule, Tx};
use tokens::TokenError;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Session {
    pub user: User,
    /// When what lasts, such as a stream of events, has to ask again.
    pub ends_at: DateTime<Utc>,
    pub credential: Credential,
}

/// What proved it.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An access token.
    Token,
    /// An API key, which may not do everything.
    Key(ApiKey),
}

/// What a login gives.
#[derive(Clone, Debug)]
pub struct TokenPair {
    pub access: SecretString,
    pub refresh: SecretString,
    pub user: User,
}

/// Why there is no account or session.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("A user with this email already exists")]
    EmailTaken,
    #[error("Invalid email or password")]
    WrongPassword,
    #[error("Invalid or expired token")]
    BadToken,
    #[error("Invalid token payload")]
    BadPayload,
    #[error("Invalid, expired or revoked API key")]
    BadKey,
    #[error("User not found or inactive")]
    UnknownUser,
    #[error("Invalid or expired refresh token")]
    BadRefreshToken,
    #[error("User not found")]
    RefreshForUnknownUser,
    #[error("Too many failed logins for this account. Try again in {seconds} s.")]
    TooManyAttempts { seconds: u64 },
    #[error("Too many people are logging in at this moment; try again at once.")]
    Busy,
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    #[error(transparent)]
    Db(#[from] DbError),
}

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
    app.login_throttle.check(email, app.now()).map_err(|seconds| AuthError::TooManyAttempts { seconds })?;
    let known = users::find_login(&app.db, email).await?;
    let (user, hash) = match known {
        Some(login) => (Some(login.user), Some(login.password_hash)),
        None => (None, None),
    };
    let verdict = app.passwords.verify(password.clone(), hash).await?;
    let Some(user) = user.filter(|user| verdict.matches && user.is_active) else {
        app.login_throttle.failed(email, app.now());
        return Err(AuthError::WrongPassword);
    };
    app.login_throttle.succeeded(email);
    if verdict.outdated {
        rehash(app, user.id, password).await;
    }
    begin_session(app, user).await
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

/// Exchange a refresh token. The old one stays good until it ends or the merchant
/// logs out.
///
/// # Errors
/// `BadRefreshToken`, or `RefreshForUnknownUser`.
pub async fn refresh(app: &App, token: &SecretString) -> Result<TokenPair, AuthError> {
    let claims =
        app.tokens.read(token, TokenKind::Refresh, app.now()).map_err(|_| AuthError::BadRefreshToken)?;
    let known = refresh_tokens::find(&app.db, &hash_of(token)).await?;
    if known.as_ref().is_some_and(|known| known.revoked_at.is_some()) {
        return Err(AuthError::BadRefreshToken);
    }
    let user = users::find(&app.db, claims.user).await?.filter(|user| user.is_active);
    let user = user.ok_or(AuthError::RefreshForUnknownUser)?;
    // A token that an older installation gave out is known to nobody: it begins a
    // family of its own.
    let family = known.map(|known| (known.family_id, known.id));
    issue(app, user, family).await
}

/// End the session of a refresh token, or all sessions of the merchant. Access
/// tokens that are out end by themselves within minutes.
///
/// # Errors
/// When the database does not answer.
pub async fn logout(app: &App, user: UserId, token: Option<SecretString>) -> Result<(), AuthError> {
    let now = app.now();
    let ends_at = token.as_ref().and_then(|token| app.tokens.read(token, TokenKind::Refresh, now).ok());
    app.db
        .transaction(async move |tx| {
            let Some(token) = token else {
                refresh_tokens::revoke_all(&tx, user, now).await?;
                return Ok(());
            };
            let Some(claims) = ends_at.filter(|claims| claims.user == user) else { return Ok(()) };
            let token_hash = hash_of(&token);
            let known = match refresh_tokens::find(&*tx, &token_hash).await? {
                Some(known) => known.family_id,
                None => {
                    let family_id = Uuid::now_v7();
                    let new = NewRefreshToken {
                        family_id,
                        parent_id: None,
                        token_hash,
                        expires_at: claims.ends_at,
                    };
                    refresh_tokens::remember(&tx, user, new, now).await?;
                    family_id
                }
            };
            refresh_tokens::revoke_family(&tx, user, known, now).await?;
            Ok::<_, AuthError>(())
        })
        .await
}

/// Who holds this access token.
///
/// # Errors
/// `BadToken`, `BadPayload`, or `UnknownUser`.
pub async fn authenticate(app: &App, token: &str) -> Result<Session, AuthError> {
    let token = SecretString::from(token);
    let claims = app.tokens.read(&token, TokenKind::Access, app.now()).map_err(|error| match error {
        TokenError::Invalid => AuthError::BadToken,
        TokenError::NoUser => AuthError::BadPayload,
    })?;
    let user = users::find(&app.db, claims.user).await?.filter(|user| user.is_active);
    let user = user.ok_or(AuthError::UnknownUser)?;
    Ok(Session { user, ends_at: claims.ends_at, credential: Credential::Token })
}

async fn begin_session(app: &App, user: User) -> Result<TokenPair, AuthError> {
    issue(app, user, None).await
}

/// New tokens; `parent` is the family and row of the refresh token they come from.
async fn issue(app: &App, user: User, parent: Option<(Uuid, Uuid)>) -> Result<TokenPair, AuthError> {
    let (tokens, now, id) = (app.tokens.clone(), app.now(), user.id);
    let access = tokens.issue(id, TokenKind::Access, now);
    let refresh = app
        .db
        .transaction(async move |tx| {
            let (refresh, ends_at) = unused(&tx, &tokens, id, now).await?;
            let new = NewRefreshToken {
                family_id: parent.map_or_else(Uuid::now_v7, |(family, _)| family),
                parent_id: parent.map(|(_, row)| row),
                token_hash: hash_of(&refresh),
                expires_at: ends_at,
            };
            refresh_tokens::remember(&tx, id, new, now).await?;
            Ok::<_, AuthError>(refresh)
        })
        .await?;
    Ok(TokenPair { access: access.0, refresh, user })
}

/// Tokens hold whole seconds and nothing random, so two logins within one second
/// would share one, and one logout would end both. The later one lives a second
/// longer instead.
async fn unused(
    tx: &Tx,
    tokens: &Tokens,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(SecretString, DateTime<Utc>), DbError> {
    const TRIES: i64 = 30;
    let mut made = tokens.issue(user, TokenKind::Refresh, now);
    for later in 1..TRIES {
        if tx_knows(tx, &made.0).await? {
            made = tokens.issue(user, TokenKind::Refresh, now + chrono::TimeDelta::seconds(later));
        } else {
            break;
        }
    }
    Ok(made)
}

async fn tx_knows(tx: &Tx, token: &SecretString) -> Result<bool, DbError> {
    Ok(refresh_tokens::find(tx, &hash_of(token)).await?.is_some())
}

fn hash_of(token: &SecretString) -> String {
    use secrecy::ExposeSecret;
    hex::encode(Sha256::digest(token.expose_secret()))
}
