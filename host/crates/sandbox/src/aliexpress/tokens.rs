//! Codes and tokens. A token carries its own end and a check value, so that
//! tokens stay valid when the demo world is started anew.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::errors::Refusal;
use crate::config::AliExpressConfig;
use crate::demo;

/// A code works once and about three minutes.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(3);

/// What is known about codes and tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    counter: u64,
    codes: HashMap<String, DateTime<Utc>>,
    /// Pairs whose refresh token was used.
    spent: HashSet<String>,
    first_spent: bool,
    /// Pairs issued until then are invalid.
    revoked: Option<DateTime<Utc>>,
}

/// What a token says about itself.
struct Claims<'a> {
    pair: &'a str,
    issued: i64,
    until: i64,
}

impl Tokens {
    /// A new code.
    pub(super) fn code(&self, now: DateTime<Utc>) -> String {
        let mut state = super::lock(&self.0);
        state.counter += 1;
        let code =
            format!("0_{}_{:x}demo{}", demo::ALIEXPRESS_APP_KEY, now.timestamp_millis(), state.counter);
        state.codes.insert(code.clone(), now);
        code
    }

    /// Trades a code for the first pair of a grant.
    pub(super) fn create(
        &self,
        config: &AliExpressConfig,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<Value, Refusal> {
        let mut state = super::lock(&self.0);
        let issued = state.codes.remove(code).ok_or_else(Refusal::code)?;
        if now - issued > CODE_LIFE {
            return Err(Refusal::code());
        }
        let refresh_until = now + TimeDelta::seconds(config.refresh_token_seconds);
        Ok(state.pair(config, refresh_until, now))
    }

    /// Trades a refresh token for a new pair. The end of the refresh token stays.
    pub(super) fn refresh(
        &self,
        config: &AliExpressConfig,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Value, Refusal> {
        let mut state = super::lock(&self.0);
        if token == config.refresh_token {
            if state.first_spent || state.revoked.is_some() {
                return Err(Refusal::refresh_token());
            }
            state.first_spent = true;
            let until = now + TimeDelta::seconds(config.refresh_token_seconds);
            return Ok(state.pair(config, until, now));
        }
        let claims = read(config, REFRESH, token).filter(|claims| state.stands(claims, now));
        let claims = claims.ok_or_else(Refusal::refresh_token)?;
        state.spent.insert(claims.pair.to_owned());
        let until = DateTime::from_timestamp_millis(claims.until).unwrap_or(now);
        Ok(state.pair(config, until, now))
    }

    /// Whether an access token is good.
    pub(super) fn check(&self, config: &AliExpressConfig, token: &str, now: DateTime<Utc>) -> bool {
        let state = super::lock(&self.0);
        if token == config.access_token {
            return !state.first_spent && state.revoked.is_none();
        }
        read(config, ACCESS, token).is_some_and(|claims| state.stands(&claims, now))
    }

    pub(super) fn revoke_all(&self, now: DateTime<Utc>) {
        super::lock(&self.0).revoked = Some(now);
    }

    pub(super) fn reset(&self) {
        *super::lock(&self.0) = State::default();
    }
}

impl State {
    fn stands(&self, claims: &Claims<'_>, now: DateTime<Utc>) -> bool {
        let revoked = self.revoked.is_some_and(|revoked| claims.issued <= revoked.timestamp_millis());
        !revoked && !self.spent.contains(claims.pair) && now.timestamp_millis() < claims.until
    }

    fn pair(&mut self, config: &AliExpressConfig, refresh_until: DateTime<Utc>, now: DateTime<Utc>) -> Value {
        self.counter += 1;
        let pair = format!("{:x}g{:x}", now.timestamp_millis(), self.counter);
        let access_until = now + TimeDelta::seconds(config.access_token_seconds);
        json!({
            "code": "0",
            "access_token": write(config, ACCESS, &pair, access_until),
            "refresh_token": write(config, REFRESH, &pair, refresh_until),
            "expires_in": config.access_token_seconds,
            "expire_time": access_until.timestamp_millis(),
            "refresh_expires_in": (refresh_until - now).num_seconds(),
            "refresh_token_valid_time": refresh_until.timestamp_millis(),
            "user_id": "200000001",
            "seller_id": "200000001",
            "user_nick": "demo_buyer",
            "havana_id": "17000000001",
            "account": demo::ALIEXPRESS_ACCOUNT,
            "account_id": null,
            "account_platform": "buyerApp",
            "locale": "en_US",
            "sp": "ae",
        })
    }
}

const ACCESS: &str = "50000900";
const REFRESH: &str = "50001900";

fn write(config: &AliExpressConfig, prefix: &str, pair: &str, until: DateTime<Utc>) -> String {
    let claims = format!("{prefix}{:x}g{pair}", until.timestamp_millis());
    let check = check_value(config, &claims);
    format!("{claims}g{check}")
}

fn read<'a>(config: &AliExpressConfig, prefix: &str, token: &'a str) -> Option<Claims<'a>> {
    let (claims, check) = token.rsplit_once('g')?;
    if check != check_value(config, claims) {
        return None;
    }
    let (until, pair) = claims.strip_prefix(prefix)?.split_once('g')?;
    let (issued, _counter) = pair.split_once('g')?;
    let number = |text| i64::from_str_radix(text, 16).ok();
    Some(Claims { pair, issued: number(issued)?, until: number(until)? })
}

fn check_value(config: &AliExpressConfig, claims: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(config.app_secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(claims.as_bytes());
            hex::encode(&mac.finalize().into_bytes()[..12])
        }
        Err(_) => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
        answer[name].as_str().expect(name)
    }

    #[test]
    fn a_code_works_once_and_three_minutes() {
        let (tokens, config, now) = (Tokens::default(), AliExpressConfig::default(), DateTime::UNIX_EPOCH);
        let code = tokens.code(now);
        assert!(tokens.create(&config, &code, now).is_ok());
        assert_eq!(tokens.create(&config, &code, now), Err(Refusal::code()));
        let late = tokens.code(now);
        assert_eq!(tokens.create(&config, &late, now + TimeDelta::seconds(181)), Err(Refusal::code()));
    }

    #[test]
    fn a_refresh_replaces_the_pair_and_keeps_the_end_of_the_refresh_token() {
        let (tokens, config, now) = (Tokens::default(), AliExpressConfig::default(), DateTime::UNIX_EPOCH);
        let first = tokens.create(&config, &tokens.code(now), now).expect("a pair");
        let later = now + TimeDelta::days(10);
        let second = tokens.refresh(&config, text(&first, "refresh_token"), later).expect("a pair");
        assert_eq!(first["refresh_token_valid_time"], second["refresh_token_valid_time"]);
        assert_eq!(second["refresh_expires_in"], 50 * 86_400);
        assert_eq!(second["expires_in"], 30 * 86_400);
        assert!(!tokens.check(&config, text(&first, "access_token"), later));
        assert!(tokens.check(&config, text(&second, "access_token"), later));
        let again = tokens.refresh(&config, text(&first, "refresh_token"), later);
        assert_eq!(again, Err(Refusal::refresh_token()));
        let end = now + TimeDelta::days(60);
        assert_eq!(
            tokens.refresh(&config, text(&second, "refresh_token"), end),
            Err(Refusal::refresh_token())
        );
    }

    #[test]
    fn tokens_survive_a_restart_but_not_a_change() {
        let (config, now) = (AliExpressConfig::default(), DateTime::UNIX_EPOCH);
        let tokens = Tokens::default();
        let pair = tokens.create(&config, &tokens.code(now), now).expect("a pair");
        let access = text(&pair, "access_token");
        assert!(Tokens::default().check(&config, access, now));
        assert!(!Tokens::default().check(&config, &access.replacen('g', "0g", 1), now));
        assert!(!Tokens::default().check(&config, text(&pair, "refresh_token"), now));
        tokens.revoke_all(now);
        assert!(!tokens.check(&config, access, now));
        assert!(!tokens.check(&config, &config.access_token, now));
    }
}
