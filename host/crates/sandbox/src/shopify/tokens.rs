//! Access tokens: those without end, those for a day, and those that rotate.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::Shop;

/// What was issued so far.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Issued>);

#[derive(Debug, Default)]
pub(super) struct Issued {
    count: u64,
    /// Access tokens and their ends.
    pub(super) access: HashMap<String, DateTime<Utc>>,
    /// Refresh tokens that still work.
    pub(super) refresh: HashMap<String, DateTime<Utc>>,
    pub(super) codes: HashMap<String, DateTime<Utc>>,
}

impl Tokens {
    pub(super) fn issued(&self) -> MutexGuard<'_, Issued> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reset(&self) {
        let mut issued = self.issued();
        *issued = Issued { count: issued.count, ..Issued::default() };
    }
}

impl Issued {
    /// A token that nobody had before.
    pub(super) fn next(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}_demo{:028x}", self.count)
    }

    pub(super) fn access_until(&mut self, end: DateTime<Utc>) -> String {
        let token = self.next("shpat");
        self.access.insert(token.clone(), end);
        token
    }

    pub(super) fn code(&mut self, now: DateTime<Utc>) -> String {
        let code = self.next("code");
        self.codes.insert(code.clone(), now + TimeDelta::minutes(5));
        code
    }
}

impl Shop {
    /// What a token may do; `None` when it is not valid.
    pub(super) fn scopes_of(&self, token: &str, now: DateTime<Utc>) -> Option<Vec<String>> {
        let config = &self.config;
        if token == config.access_token {
            return Some(config.scopes.clone());
        }
        if token == config.narrow_token {
            return Some(vec!["write_products".to_owned()]);
        }
        let lives = self.tokens.issued().access.get(token).is_some_and(|end| *end > now);
        lives.then(|| config.scopes.clone())
    }
}
