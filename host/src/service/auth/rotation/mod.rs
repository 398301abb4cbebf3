//! Exchanging refresh tokens. Each is good once and gives the next one of its family.
//!
//! Of a family one token is unused at any time, its tip. A client that never got the
//! answer, or asked twice at once, sends a used token again within seconds: it gets
//! the tip, letter by letter, so that a family never has two branches. Whoever comes
//! later with a used token has a copy of it, or somebody else has: then nobody can
//! tell who is who, and the whole family ends.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use uuid::Uuid;

use super::hash_of;
use super::tokens::{Claims, Tokens};
use crate::db::refresh_tokens::{self, NewRefreshToken, RefreshToken};
use crate::db::users::User;
use crate::db::{DbError, Tx};

/// So long after its use a token is answered once more.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// What came of it.
pub enum Exchange {
    /// The next token.
    Next(SecretString),
    /// The token was called back, or is called back now.
    Refused,
}

/// Exchange a token whose signature is right.
pub async fn exchange(
    tx: &Tx,
    tokens: &Tokens,
    user: &User,
    token: &SecretString,
    claims: Claims,
    now: DateTime<Utc>,
) -> Result<Exchange, DbError> {
    let known = held(tx, user, token, claims, now).await?;
    if known.revoked_at.is_some() || known.user_id != user.id {
        return Ok(Exchange::Refused);
    }
    if refresh_tokens::use_once(tx, user.id, known.id, now).await? {
        return next(tx, tokens, user, Some(&known), now).await.map(Exchange::Next);
    }
    let is_recent = known.used_at.is_some_and(|used| now - used <= GRACE);
    if is_recent && let Some(tip) = refresh_tokens::tip(tx, user.id, known.family_id, now).await? {
        return Ok(Exchange::Next(tokens.refresh_again(user.id, tip.id, tip.expires_at)));
    }
    tracing::warn!(user.id = %user.id, "a refresh token was used again; its session ends");
    refresh_tokens::revoke_family(tx, user.id, known.family_id, now).await?;
    Ok(Exchange::Refused)
}

/// A token of the family of `parent`, or of a new one.
pub async fn next(
    tx: &Tx,
    tokens: &Tokens,
    user: &User,
    parent: Option<&RefreshToken>,
    now: DateTime<Utc>,
) -> Result<SecretString, DbError> {
    let id = Uuid::now_v7();
    let (token, expires_at) = tokens.refresh(user.id, id, now.max(first_moment(user)));
    let new = NewRefreshToken {
        id,
        family_id: parent.map_or(id, |parent| parent.family_id),
        parent_id: parent.map(|parent| parent.id),
        token_hash: hash_of(&token),
        expires_at,
    };
    refresh_tokens::remember(tx, user.id, new, now).await?;
    Ok(token)
}

/// From when on the user's tokens count.
pub fn first_moment(user: &User) -> DateTime<Utc> {
    DateTime::from_timestamp(user.token_epoch, 0).unwrap_or_default()
}

/// The row of a token, held until the transaction ends. One that an older
/// installation gave out is known to nobody and begins a family of its own.
async fn held(
    tx: &Tx,
    user: &User,
    token: &SecretString,
    claims: Claims,
    now: DateTime<Utc>,
) -> Result<RefreshToken, DbError> {
    let token_hash = hash_of(token);
    if let Some(known) = refresh_tokens::lock(tx, &token_hash).await? {
        return Ok(known);
    }
    adopt(tx, user, token, claims, now).await?;
    refresh_tokens::lock(tx, &token_hash).await?.ok_or(DbError::MissingReference)
}

/// Remember a token that is known to nobody.
pub async fn adopt(
    tx: &Tx,
    user: &User,
    token: &SecretString,
    claims: Claims,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let id = Uuid::now_v7();
    let new = NewRefreshToken {
        id,
        family_id: id,
        parent_id: None,
        token_hash: hash_of(token),
        expires_at: claims.ends_at,
    };
    refresh_tokens::remember(tx, user.id, new, now).await
}

#[cfg(test)]
mod tests;
