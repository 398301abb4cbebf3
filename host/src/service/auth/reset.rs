//! Setting a password anew by who reads the account's e-mail. Whether there is an
//! account shows in nothing: neither in the answer nor in how long it takes, because
//! the request only puts a job into the queue.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use sourcepilot_jobs_engine::EngineError;

use super::sessions::end_sessions;
use super::{AuthError, hash_of, random_token};
use crate::app::App;
use crate::db::users::{self, User, UserKind};
use crate::db::{DbError, password_resets};
use crate::gateway::mail::{MailError, templates};
use crate::queue;

/// Life of the permission that an e-mail carries.
const LIFE: TimeDelta = TimeDelta::hours(1);
/// Longer texts are no addresses.
const LONGEST_ADDRESS: usize = 255;
/// Longer texts are none of our tokens.
const LONGEST_TOKEN: usize = 128;

/// Why the e-mail did not go out.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A new password and the permission to set it.
#[derive(Debug)]
pub struct Reset {
    pub token: SecretString,
    pub new_password: SecretString,
}

/// Have an e-mail sent to this address if it has an account. Asking more often than
/// now and then does nothing more.
///
/// # Errors
/// When the database does not answer.
pub async fn ask_for_reset(app: &App, email: String) -> Result<(), AuthError> {
    if email.len() > LONGEST_ADDRESS || app.reset_throttle.begin(&email, app.now()).is_err() {
        return Ok(());
    }
    let jobs = app.queue.clone();
    app.db
        .transaction(async move |tx| {
            let queued = queue::password_reset::enqueue(&jobs, &tx, email).await;
            queued.map(|_| ()).map_err(|error| match error {
                EngineError::Database(error) => DbError::from(error),
                EngineError::ShuttingDown => DbError::ShuttingDown,
                // Only a fault in the engine itself can cause these here.
                EngineError::Payload(_) | EngineError::Row(_) => DbError::EscapedTransaction,
            })
        })
        .await?;
    app.queue.wake();
    Ok(())
}

/// What the queue does: find the account and send it the permission, in place of any
/// earlier one.
///
/// # Errors
/// When the mail does not go out; the job is tried again.
pub async fn send_reset(app: &App, email: &str) -> Result<(), ResetError> {
    let may = |user: &User| user.is_active && user.kind == UserKind::Person;
    let user = users::find_login(&app.db, email).await?.map(|login| login.user).filter(may);
    let Some(user) = user else { return Ok(()) };
    let (token, now, id) = (random_token(), app.now(), user.id);
    let token_hash = hash_of(&token);
    app.db
        .transaction(async move |tx| password_resets::replace(&tx, id, token_hash, now + LIFE, now).await)
        .await?;
    let link = app.config.mail.reset_link(token.expose_secret());
    app.mailer.send(templates::password_reset(&user.email, &link)).await?;
    tracing::info!(user.id = %id, "an e-mail to set a password anew was sent");
    Ok(())
}

/// Set the password. The permission is used up and every session ends.
///
/// # Errors
/// `BadResetToken`, or that the service is busy.
pub async fn reset_password(app: &App, reset: Reset) -> Result<(), AuthError> {
    let Reset { token, new_password } = reset;
    if token.expose_secret().len() > LONGEST_TOKEN {
        return Err(AuthError::BadResetToken);
    }
    let token_hash = hash_of(&token);
    let user = password_resets::find(&app.db, &token_hash, app.now()).await?;
    let user = user.ok_or(AuthError::BadResetToken)?;
    let hash = app.passwords.hash(new_password).await?;
    let now = app.now();
    app.db
        .transaction(async move |tx| {
            if !password_resets::use_once(&tx, user, &token_hash, now).await? {
                return Err(AuthError::BadResetToken);
            }
            users::set_password_hash(&tx, user, &hash, now).await?;
            password_resets::withdraw(&tx, user).await?;
            end_sessions(&tx, user, None, now).await?;
            Ok(())
        })
        .await?;
    if let Some(user) = users::find(&app.db, user).await? {
        app.login_throttle.succeeded(&user.email);
    }
    tracing::info!(user.id = %user, "a password was set anew");
    Ok(())
}
