//! Keys and tokens. The same pair is given out for a day, whoever asks and with
//! whichever of the two calls, as CJ's newest page says.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde_json::{Value, json};

use super::refusal::{self, Refusal};
use crate::config::CjConfig;
use crate::seed::Seeded;

/// How long the same pair is given out.
const CACHED: TimeDelta = TimeDelta::hours(24);
const ACCESS_LIFE: TimeDelta = TimeDelta::days(15);
const REFRESH_LIFE: TimeDelta = TimeDelta::days(180);

/// What is known about tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    issued: u64,
    /// By the number of the account.
    pairs: HashMap<usize, Pair>,
}

#[derive(Clone, Debug)]
struct Pair {
    access: String,
    refresh: String,
    at: DateTime<Utc>,
}

impl Tokens {
    /// A pair for a key.
    pub(super) fn by_key(&self, config: &CjConfig, key: &str, now: DateTime<Utc>) -> Result<Value, Refusal> {
        let account = config.api_keys.iter().position(|known| known == key).ok_or(refusal::KEY)?;
        let mut state = super::lock(&self.0);
        let pair = state.fresh(account, now);
        Ok(answer(account, &pair))
    }

    /// A pair for a refresh token.
    pub(super) fn by_refresh(&self, token: &str, now: DateTime<Utc>) -> Result<Value, Refusal> {
        let mut state = super::lock(&self.0);
        let known =
            state.pairs.iter().find(|(_, pair)| pair.refresh == token && now < pair.at + REFRESH_LIFE);
        let account = *known.ok_or(refusal::REFRESH_TOKEN)?.0;
        let pair = state.fresh(account, now);
        Ok(answer(account, &pair))
    }

    /// The account behind an access token.
    pub(super) fn account(&self, token: &str, now: DateTime<Utc>) -> Result<usize, Refusal> {
        let state = super::lock(&self.0);
        let known = state.pairs.iter().find(|(_, pair)| pair.access == token && now < pair.at + ACCESS_LIFE);
        known.map(|(account, _)| *account).ok_or(refusal::TOKEN)
    }

    /// The account whose tokens these are leaves; so does everybody with its tokens.
    pub(super) fn leave(&self, account: usize) {
        super::lock(&self.0).pairs.remove(&account);
    }

    pub(super) fn revoke_all(&self) {
        super::lock(&self.0).pairs.clear();
    }

    pub(super) fn reset(&self) {
        *super::lock(&self.0) = State::default();
    }
}

impl State {
    fn fresh(&mut self, account: usize, now: DateTime<Utc>) -> Pair {
        if let Some(pair) = self.pairs.get(&account).filter(|pair| now - pair.at < CACHED) {
            return pair.clone();
        }
        self.issued += 1;
        let labels = [account.to_string(), self.issued.to_string(), now.timestamp_millis().to_string()];
        let mut choices = Seeded::new(account as u64, &[&labels[0], &labels[1], &labels[2]]);
        let mut token = || format!("{:016x}{:016x}", choices.next(), choices.next());
        let pair = Pair { access: token(), refresh: token(), at: now };
        self.pairs.insert(account, pair.clone());
        pair
    }
}

fn answer(account: usize, pair: &Pair) -> Value {
    json!({
        "openId": 123_450_001 + account,
        "accessToken": pair.access,
        "accessTokenExpiryDate": date(pair.at + ACCESS_LIFE),
        "refreshToken": pair.refresh,
        "refreshTokenExpiryDate": date(pair.at + REFRESH_LIFE),
        "createDate": date(pair.at),
    })
}

/// In CJ's own time zone.
fn date(moment: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(8 * 3600) {
        Some(zone) => moment.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        None => moment.to_rfc3339(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_given_out_for_a_day_and_ends_with_its_dates() {
        let (tokens, config, start) = (Tokens::default(), CjConfig::default(), DateTime::UNIX_EPOCH);
        let text = |answer: &Value, name: &str| answer[name].as_str().expect(name).to_owned();
        let first = tokens.by_key(&config, &config.api_keys[0], start).expect("a pair");
        assert_eq!(first["accessTokenExpiryDate"], "1970-01-16T08:00:00+08:00");
        let refresh = text(&first, "refreshToken");
        assert_eq!(tokens.by_refresh(&refresh, start + TimeDelta::hours(23)).expect("cached"), first);
        let access = text(&first, "accessToken");
        assert_eq!(tokens.account(&access, start + TimeDelta::days(14)), Ok(0));
        assert_eq!(tokens.account(&access, start + TimeDelta::days(15)), Err(refusal::TOKEN));
        let second = tokens.by_refresh(&refresh, start + TimeDelta::days(16)).expect("renewed");
        assert_ne!(second["accessToken"], first["accessToken"]);
        assert_eq!(tokens.by_refresh(&refresh, start + TimeDelta::days(16)), Err(refusal::REFRESH_TOKEN));
        assert_eq!(tokens.by_key(&config, "CJ1@api@x", start), Err(refusal::KEY));
        tokens.revoke_all();
        assert_eq!(tokens.account(&text(&second, "accessToken"), start), Err(refusal::TOKEN));
    }
}
