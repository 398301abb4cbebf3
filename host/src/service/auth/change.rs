//! Changing the password by who knows the current one.

use secrecy::SecretString;

use super::accounts::check_password;
use super::sessions::{begin_session, end_sessions};
use super::{AuthError, Credential, Session, TokenPair};
use crate::app::App;
use crate::db::{password_resets, users};

/// Change the password. Every other session ends; this one goes on with the tokens
/// that this gives, or with the browser's cookie.
///
/// # Errors
/// `WrongCurrentPassword`, `TooManyAttempts`, or that the service is busy.
pub async fn change_password(
    app: &App,
    session: Session,
    current: SecretString,
    new: SecretString,
) -> Result<TokenPair, AuthError> {
    let user = session.user;
    check_password(app, &user.email, current).await.map_err(|error| match error {
        AuthError::WrongPassword => AuthError::WrongCurrentPassword,
        other => other,
    })?;
    let hash = app.passwords.hash(new).await?;
    let (id, now) = (user.id, app.now());
    let kept = match &session.credential {
        Credential::Browser(browser) => Some(browser.id),
        Credential::Token | Credential::Key(_) => None,
    };
    app.db
        .transaction(async move |tx| {
            users::set_password_hash(&tx, id, &hash, now).await?;
            password_resets::withdraw(&tx, id).await?;
            end_sessions(&tx, id, kept, now).await
        })
        .await?;
    tracing::info!(user.id = %id, "a password was changed");
    // With the moment from which tokens count now.
    let user = users::find(&app.db, id).await?.ok_or(AuthError::UnknownUser)?;
    begin_session(app, user).await
}
