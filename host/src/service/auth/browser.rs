//! Sessions of browsers: a random token in a cookie that scripts cannot read, and a
//! second one, derived from it, that only pages of ours can send along.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use uuid::Uuid;

use super::accounts::check_password;
use super::{AuthError, Credential, Session, hash_of, random_token};
use crate::app::App;
use crate::db::browser_sessions;
use crate::db::users::{self, User};

/// Nothing longer is one of our tokens.
const LONGEST: usize = 128;

/// A browser's session, as far as it is needed while a request is served.
#[derive(Clone, Debug)]
pub struct BrowserKey {
    pub id: Uuid,
    /// What a request that changes something has to send along.
    pub csrf_token: String,
}

/// A browser that has just logged in.
#[derive(Clone, Debug)]
pub struct BrowserLogin {
    /// For the cookie.
    pub token: SecretString,
    pub csrf_token: String,
    pub user: User,
    pub ends_at: DateTime<Utc>,
}

/// Log a browser in.
///
/// # Errors
/// As at a login.
pub async fn begin_browser(
    app: &App,
    email: &str,
    password: SecretString,
) -> Result<BrowserLogin, AuthError> {
    let user = check_password(app, email, password).await?;
    let (token, now, id) = (random_token(), app.now(), user.id);
    let (token_hash, end) = (hash_of(&token), now + app.config.auth.refresh_life());
    let session = app
        .db
        .transaction(async move |tx| browser_sessions::create(&tx, id, token_hash, end, now).await)
        .await?;
    Ok(BrowserLogin { csrf_token: csrf_token(&token), token, user, ends_at: session.expires_at })
}

/// Who holds this cookie.
///
/// # Errors
/// `BadSession`, or `UnknownUser`.
pub async fn authenticate_browser(app: &App, token: &str) -> Result<Session, AuthError> {
    if token.len() > LONGEST {
        return Err(AuthError::BadSession);
    }
    let token = SecretString::from(token);
    let session = browser_sessions::find(&app.db, &hash_of(&token), app.now()).await?;
    let session = session.ok_or(AuthError::BadSession)?;
    let user = users::find(&app.db, session.user_id).await?.filter(|user| user.is_active);
    let user = user.ok_or(AuthError::UnknownUser)?;
    let key = BrowserKey { id: session.id, csrf_token: csrf_token(&token) };
    Ok(Session { user, ends_at: session.expires_at, credential: Credential::Browser(key) })
}

/// End the session, if it is one of a browser.
///
/// # Errors
/// When the database does not answer.
pub async fn end_browser(app: &App, session: &Session) -> Result<(), AuthError> {
    let Credential::Browser(key) = &session.credential else { return Ok(()) };
    let (user, id) = (session.user.id, key.id);
    Ok(app.db.transaction(async move |tx| browser_sessions::end(&tx, user, id).await).await?)
}

/// Bound to the session and of no use without its cookie.
fn csrf_token(token: &SecretString) -> String {
    // Cannot fail: a key of any length is right.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes()) else {
        return String::new();
    };
    mac.update(b"csrf token of a browser's session");
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}
