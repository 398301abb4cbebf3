//! When a token is renewed, and when that is left alone.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use sourcepilot_domain::Failure;
use sourcepilot_plugin_runtime::manifest::{CaptureSpec, Manifest};

use crate::service::credentials::Credentials;
use crate::service::party::{Keeper, Party};
use crate::service::turns::Turns;

/// A token that ends within this time is renewed before it is used.
const RENEW_BEFORE: TimeDelta = TimeDelta::minutes(5);
/// Credentials that were refused a renewal are not tried again for so long.
const PAUSE: TimeDelta = TimeDelta::minutes(15);

/// One renewal at a time per account, and not over and over when it is refused.
#[derive(Debug, Default)]
pub struct Renewals {
    turns: Turns<Keeper>,
    refused: Mutex<HashMap<Keeper, Refused>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Refused {
    /// With which secrets; others are tried at once.
    secrets: u64,
    until: DateTime<Utc>,
    failure: Failure,
}

impl Renewals {
    /// The lock of this account.
    pub(super) fn of(&self, keeper: Keeper) -> Arc<tokio::sync::Mutex<()>> {
        self.turns.of(keeper)
    }

    /// With what the same credentials were refused a short while ago.
    pub(super) fn refusal(&self, party: &Party, now: DateTime<Utc>) -> Option<Failure> {
        let secrets = self.print(party);
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = refused.get(&party.keeper)?;
        (refused.secrets == secrets && refused.until > now).then(|| refused.failure.clone())
    }

    /// Remember a refusal.
    pub(super) fn refuse(&self, party: &Party, failure: Failure, now: DateTime<Utc>) {
        let refusal = Refused { secrets: self.print(party), until: now + PAUSE, failure };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.retain(|_, old| old.until > now);
        refused.insert(party.keeper, refusal);
    }

    /// Tells sets of secrets apart, within this process alone.
    fn print(&self, party: &Party) -> u64 {
        let secrets = party.secrets();
        let pairs: Vec<_> = secrets.iter().map(|(name, value)| (name, value.expose_secret())).collect();
        self.hasher.hash_one(pairs)
    }
}

/// A captured token that calls use is about to end, and what it is renewed with is not
/// known to have ended itself.
pub(super) fn is_due(manifest: &Manifest, credentials: &Credentials, now: DateTime<Utc>) -> bool {
    let ends = |capture: &CaptureSpec, limit: DateTime<Utc>| {
        credentials.expires_at(&capture.credential).is_some_and(|at| at <= limit)
    };
    let captures = &manifest.captures;
    captures.iter().any(|capture| !capture.renews && ends(capture, now + RENEW_BEFORE))
        && !captures.iter().any(|capture| capture.renews && ends(capture, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
[plugin]
id = "acme"
name = "Acme"
version = "0.1.0"
kind = "supplier"
api = "0.1"
[supplier]
url_hosts = ["acme.example"]
[network]
hosts = ["https://api.acme.example"]
[[credential]]
name = "access_token"
label = "Access token"
[[credential]]
name = "refresh_token"
label = "Refresh token"
[[capture]]
credential = "access_token"
url = "https://api.acme.example/token/*"
pointer = "/access_token"
expires_in = "/expires_in"
[[capture]]
credential = "refresh_token"
url = "https://api.acme.example/token/*"
pointer = "/refresh_token"
expires_in = "/refresh_expires_in"
renews = true
"#;

    #[test]
    fn only_the_end_of_what_calls_use_is_a_reason_to_renew() {
        let manifest = Manifest::parse(MANIFEST).expect("a manifest");
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        for (access, refresh, due) in [
            (Some(60), Some(30 * 24 * 60), false),
            (Some(4), Some(30 * 24 * 60), true),
            (Some(-1), None, true),
            (Some(6), Some(4), false),
            (Some(30 * 24 * 60), Some(0), false),
            (Some(4), Some(0), false),
            (Some(-1), Some(-1), false),
            (None, Some(-1), false),
            (None, None, false),
        ] {
            let mut credentials = Credentials::default();
            let at = |minutes: Option<i64>| minutes.map(|minutes| now + TimeDelta::minutes(minutes));
            credentials.set("access_token", "a", at(access));
            credentials.set("refresh_token", "r", at(refresh));
            assert_eq!(is_due(&manifest, &credentials, now), due, "{access:?} {refresh:?}");
        }
    }
}
