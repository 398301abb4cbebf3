//! Accounts and sessions of merchants.

mod accounts;
mod browser;
mod change;
mod passwords;
mod reset;
mod rotation;
mod sessions;
mod throttle;
mod tokens;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

pub use accounts::{create_user, login, register};
pub use browser::{BrowserKey, BrowserLogin, authenticate_browser, begin_browser, end_browser};
pub use change::change_password;
pub use passwords::Passwords;
pub use reset::{Reset, ResetError, ask_for_reset, reset_password, send_reset};
pub(super) use sessions::end_sessions;
pub use sessions::{authenticate, logout, logout_everywhere, refresh};
pub use throttle::Throttle;
pub use tokens::{TokenKind, Tokens};

use crate::db::DbError;
use crate::db::api_keys::ApiKey;
use crate::db::users::User;

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
    /// A browser's cookie.
    Browser(BrowserKey),
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
    #[error("The current password is wrong.")]
    WrongCurrentPassword,
    #[error("Invalid or expired token")]
    BadToken,
    #[error("Invalid token payload")]
    BadPayload,
    #[error("Invalid, expired or revoked API key")]
    BadKey,
    #[error("The session has ended; log in again.")]
    BadSession,
    #[error("User not found or inactive")]
    UnknownUser,
    #[error("Invalid or expired refresh token")]
    BadRefreshToken,
    #[error("User not found")]
    RefreshForUnknownUser,
    #[error("Invalid or expired reset token. Ask for a new e-mail and use its link within an hour.")]
    BadResetToken,
    #[error("Too many failed logins for this account. Try again in {seconds} s.")]
    TooManyAttempts { seconds: u64 },
    #[error("Too many people are logging in at this moment; try again at once.")]
    Busy,
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What is kept of a token: whoever reads the database cannot use it.
fn hash_of(token: &SecretString) -> String {
    hex::encode(Sha256::digest(token.expose_secret()))
}

/// 256 random bits as text.
pub(super) fn random_token() -> SecretString {
    use base64::Engine;
    use rand::RngCore;
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    SecretString::from(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}
