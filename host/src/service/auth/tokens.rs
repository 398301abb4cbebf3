//! Access and refresh tokens: signed, with nothing in them but the user, the end
//! and the kind; a refresh token also names its row.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sourcepilot_domain::ids::UserId;
use uuid::Uuid;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Proves who asks.
    Access,
    /// Is exchanged for new tokens.
    Refresh,
}

/// What a good token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    pub user: UserId,
    /// When it was given out: its end less its life.
    pub begins_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// Why a token is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Signature, form, end or kind.
    Invalid,
    /// It names no user.
    NoUser,
}

#[derive(Serialize)]
struct Written {
    sub: UserId,
    exp: i64,
    r#type: TokenKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Uuid>,
}

#[derive(Deserialize)]
struct Read {
    sub: Option<Value>,
    exp: Value,
    r#type: Value,
}

/// Makes and reads tokens.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    access_life: TimeDelta,
    refresh_life: TimeDelta,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    pub fn new(secret: &SecretString, access_life: TimeDelta, refresh_life: TimeDelta) -> Self {
        let secret = secret.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        // The end is checked here, against the clock of the application.
        validation.validate_exp = false;
        validation.required_spec_claims = ["exp".to_owned()].into();
        Tokens(Arc::new(Inner {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            access_life,
            refresh_life,
        }))
    }

    /// An access token that lives from `now` on, and when it ends.
    pub fn access(&self, user: UserId, now: DateTime<Utc>) -> (SecretString, DateTime<Utc>) {
        let ends_at = whole(now + self.0.access_life);
        (self.sign(user, ends_at, TokenKind::Access, None), ends_at)
    }

    /// The refresh token of a row, living from `now` on, and when it ends.
    pub fn refresh(&self, user: UserId, row: Uuid, now: DateTime<Utc>) -> (SecretString, DateTime<Utc>) {
        let ends_at = whole(now + self.0.refresh_life);
        (self.refresh_again(user, row, ends_at), ends_at)
    }

    /// A refresh token that was given out before, letter by letter.
    pub fn refresh_again(&self, user: UserId, row: Uuid, ends_at: DateTime<Utc>) -> SecretString {
        self.sign(user, ends_at, TokenKind::Refresh, Some(row))
    }

    fn sign(&self, user: UserId, ends_at: DateTime<Utc>, kind: TokenKind, row: Option<Uuid>) -> SecretString {
        let claims = Written { sub: user, exp: ends_at.timestamp(), r#type: kind, jti: row };
        // Cannot fail: the claims are plain JSON and the key fits the algorithm.
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0.encoding);
        SecretString::from(token.unwrap_or_default())
    }

    fn life(&self, kind: TokenKind) -> TimeDelta {
        match kind {
            TokenKind::Access => self.0.access_life,
            TokenKind::Refresh => self.0.refresh_life,
        }
    }

    /// What a token of this kind says.
    ///
    /// # Errors
    /// When it is no good.
    pub fn read(
        &self,
        token: &SecretString,
        kind: TokenKind,
        now: DateTime<Utc>,
    ) -> Result<Claims, TokenError> {
        let read = jsonwebtoken::decode::<Read>(token.expose_secret(), &self.0.decoding, &self.0.validation)
            .map_err(|_| TokenError::Invalid)?;
        let Read { sub, exp, r#type } = read.claims;
        if serde_json::from_value(r#type).ok() != Some(kind) {
            return Err(TokenError::Invalid);
        }
        // Whole seconds only; a moment that does not exist is no good.
        let ends_at = exp.as_i64().and_then(|exp| DateTime::from_timestamp(exp, 0));
        let ends_at = ends_at.filter(|end| *end > now).ok_or(TokenError::Invalid)?;
        let begins_at = ends_at.checked_sub_signed(self.life(kind)).ok_or(TokenError::Invalid)?;
        let user = sub.as_ref().and_then(Value::as_str).and_then(user_of);
        Ok(Claims { user: user.ok_or(TokenError::NoUser)?, begins_at, ends_at })
    }
}

/// Tokens hold whole seconds.
fn whole(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}

/// An id exactly as we write it.
fn user_of(text: &str) -> Option<UserId> {
    text.parse::<UserId>().ok().filter(|user| user.to_string() == text)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn tokens() -> Tokens {
        Tokens::new(&SecretString::from(SECRET), TimeDelta::minutes(15), TimeDelta::days(7))
    }

    fn now() -> DateTime<Utc> {
        "2026-11-24T08:00:00Z".parse().expect("a moment")
    }

    fn signed(claims: &Value) -> SecretString {
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        SecretString::from(jsonwebtoken::encode(&Header::default(), claims, &key).expect("signed"))
    }

    #[test]
    fn a_token_has_exactly_the_agreed_header_and_claims() {
        let user = UserId::generate();
        let parts = |token: &SecretString| -> Vec<Value> {
            let parts = token.expose_secret().split('.').take(2);
            let bytes = parts.map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64"));
            bytes.map(|bytes| serde_json::from_slice(&bytes).expect("JSON")).collect()
        };
        let header = json!({"alg": "HS256", "typ": "JWT"});
        let (access, _) = tokens().access(user, now());
        let claims = json!({"sub": user, "exp": now().timestamp() + 900, "type": "access"});
        assert_eq!(parts(&access), [header.clone(), claims]);
        let row = Uuid::now_v7();
        let (refresh, ends_at) = tokens().refresh(user, row, now() + TimeDelta::milliseconds(999));
        let claims = json!({"sub": user, "exp": now().timestamp() + 604_800, "type": "refresh", "jti": row});
        assert_eq!(parts(&refresh), [header, claims]);
        let again = tokens().refresh_again(user, row, ends_at);
        assert_eq!(again.expose_secret(), refresh.expose_secret());
    }

    #[test]
    fn a_token_is_good_for_its_kind_until_its_end() {
        let user = UserId::generate();
        let (token, ends_at) = tokens().refresh(user, Uuid::now_v7(), now());
        assert_eq!(ends_at, now() + TimeDelta::days(7));
        let read = |kind, at| tokens().read(&token, kind, at);
        assert_eq!(read(TokenKind::Refresh, now()), Ok(Claims { user, begins_at: now(), ends_at }));
        assert_eq!(read(TokenKind::Access, now()), Err(TokenError::Invalid));
        assert_eq!(read(TokenKind::Refresh, ends_at), Err(TokenError::Invalid));
        let other =
            Tokens::new(&SecretString::from("x".repeat(32)), TimeDelta::minutes(1), TimeDelta::minutes(1));
        assert_eq!(other.read(&token, TokenKind::Refresh, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn made_up_tokens_are_refused() {
        let later = now().timestamp() + 60;
        let user = UserId::generate();
        for (claims, expected) in [
            (json!({"sub": user, "exp": later, "type": "access"}), Ok(user)),
            (json!({"sub": user, "exp": later as f64 + 0.5, "type": "access"}), Err(TokenError::Invalid)),
            (json!({"sub": user, "exp": later.to_string(), "type": "access"}), Err(TokenError::Invalid)),
            (json!({"sub": user, "exp": i64::MAX, "type": "access"}), Err(TokenError::Invalid)),
            (json!({"sub": user.0.simple(), "exp": later, "type": "access"}), Err(TokenError::NoUser)),
            (json!({"sub": user, "type": "access"}), Err(TokenError::Invalid)),
            (json!({"sub": user, "exp": "soon", "type": "access"}), Err(TokenError::Invalid)),
            (json!({"sub": user, "exp": 1e300, "type": "access"}), Err(TokenError::Invalid)),
            (json!({"sub": user, "exp": later}), Err(TokenError::Invalid)),
            (json!({"exp": later, "type": "access"}), Err(TokenError::NoUser)),
            (json!({"sub": "me", "exp": later, "type": "access"}), Err(TokenError::NoUser)),
            (json!({"sub": 5, "exp": later, "type": "access"}), Err(TokenError::NoUser)),
        ] {
            let read = tokens().read(&signed(&claims), TokenKind::Access, now()).map(|claims| claims.user);
            assert_eq!(read, expected, "{claims}");
        }
        let unsigned = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#),
            URL_SAFE_NO_PAD.encode(json!({"sub": user, "exp": later, "type": "access"}).to_string())
        );
        for token in [unsigned.as_str(), "", "a.b.c", "abc"] {
            assert_eq!(
                tokens().read(&SecretString::from(token), TokenKind::Access, now()),
                Err(TokenError::Invalid)
            );
        }
    }
}
