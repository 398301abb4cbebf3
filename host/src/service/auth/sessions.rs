//! Sessions by tokens: begin, exchange, end.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sourcepilot_domain::ids::UserId;

use super::rotation::{self, Exchange, first_moment};
use super::tokens::TokenError;
use super::{AuthError, Credential, Session, TokenKind, TokenPair, hash_of};
use crate::app::App;
use crate::db::users::{self, User};
use crate::db::{DbError, Tx, browser_sessions, refresh_tokens};

/// Tokens of a new session.
pub(super) async fn begin_session(app: &App, user: User) -> Result<TokenPair, AuthError> {
    let (tokens, now, holder) = (app.tokens.clone(), app.now(), user.clone());
    let refresh =
        app.db.transaction(async move |tx| rotation::next(&tx, &tokens, &holder, None, now).await).await?;
    Ok(pair(app, user, refresh, now))
}

fn pair(app: &App, user: User, refresh: SecretString, now: DateTime<Utc>) -> TokenPair {
    let (access, _) = app.tokens.access(user.id, now.max(first_moment(&user)));
    TokenPair { access, refresh, user }
}

/// Exchange a refresh token for new tokens. It is good once, see [`rotation`].
///
/// # Errors
/// `BadRefreshToken`, or `RefreshForUnknownUser`.
pub async fn refresh(app: &App, token: &SecretString) -> Result<TokenPair, AuthError> {
    let now = app.now();
    let claims = app.tokens.read(token, TokenKind::Refresh, now).map_err(|_| AuthError::BadRefreshToken)?;
    let user = users::find(&app.db, claims.user).await?.filter(|user| user.is_active);
    let user = user.ok_or(AuthError::RefreshForUnknownUser)?;
    if claims.begins_at < first_moment(&user) {
        return Err(AuthError::BadRefreshToken);
    }
    let (tokens, holder, token) = (app.tokens.clone(), user.clone(), token.clone());
    let exchange = app
        .db
        .transaction(async move |tx| rotation::exchange(&tx, &tokens, &holder, &token, claims, now).await)
        .await?;
    match exchange {
        Exchange::Next(refresh) => Ok(pair(app, user, refresh, now)),
        Exchange::Refused => Err(AuthError::BadRefreshToken),
    }
}

/// End the session of a refresh token; a token that is no good is no harm. Access
/// tokens of that session end by themselves within minutes.
///
/// # Errors
/// When the database does not answer.
pub async fn logout(app: &App, user: &User, token: SecretString) -> Result<(), AuthError> {
    let (now, user) = (app.now(), user.clone());
    let claims = app.tokens.read(&token, TokenKind::Refresh, now).ok();
    let Some(claims) = claims.filter(|claims| claims.user == user.id) else { return Ok(()) };
    app.db
        .transaction(async move |tx| {
            if refresh_tokens::find(&*tx, &hash_of(&token)).await?.is_none() {
                rotation::adopt(&tx, &user, &token, claims, now).await?;
            }
            if let Some(known) = refresh_tokens::find(&*tx, &hash_of(&token)).await? {
                refresh_tokens::revoke_family(&tx, user.id, known.family_id, now).await?;
            }
            Ok::<_, AuthError>(())
        })
        .await
}

/// End all sessions of a merchant at once, access tokens included. API keys stay.
///
/// # Errors
/// When the database does not answer.
pub async fn logout_everywhere(app: &App, user: UserId) -> Result<(), AuthError> {
    let now = app.now();
    app.db.transaction(async move |tx| end_sessions(&tx, user, None, now).await).await?;
    tracing::info!(user.id = %user, "all sessions of a user were ended");
    Ok(())
}

/// End every session but the one of this browser.
pub(in crate::service) async fn end_sessions(
    tx: &Tx,
    user: UserId,
    but: Option<uuid::Uuid>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    refresh_tokens::revoke_all(tx, user, now).await?;
    browser_sessions::end_all(tx, user, but).await?;
    users::end_tokens(tx, user, now).await?;
    Ok(())
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
    if claims.begins_at < first_moment(&user) {
        return Err(AuthError::BadToken);
    }
    Ok(Session { user, ends_at: claims.ends_at, credential: Credential::Token })
}
