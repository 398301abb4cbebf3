//! Failed logins per account. Nobody is locked out for good: a window of time, then
//! a fresh start.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// More accounts than this are not watched at a time.
const MOST: usize = 100_000;

type Account = [u8; 32];

/// Counts failures by account. Addresses are kept as hashes only.
#[derive(Debug)]
pub struct LoginThrottle {
    most: u32,
    failures: Mutex<HashMap<Account, (DateTime<Utc>, u32)>>,
}

impl LoginThrottle {
    /// Zero failures means no limit.
    pub fn new(most: u32) -> Self {
        LoginThrottle { most, failures: Mutex::default() }
    }

    /// `Err` with the seconds to wait when there were too many failures.
    pub fn check(&self, email: &str, now: DateTime<Utc>) -> Result<(), u64> {
        match self.lock().get(&account(email)) {
            Some((since, count)) if self.most > 0 && *count >= self.most && now < *since + WINDOW => {
                let wait = *since + WINDOW - now;
                Err(u64::try_from(wait.num_seconds()).unwrap_or(0) + 1)
            }
            _ => Ok(()),
        }
    }

    pub fn failed(&self, email: &str, now: DateTime<Utc>) {
        let mut failures = self.lock();
        if failures.len() >= MOST {
            failures.retain(|_, (since, _)| now < *since + WINDOW);
            if failures.len() >= MOST {
                return;
            }
        }
        let (since, count) = failures.entry(account(email)).or_insert((now, 0));
        if now >= *since + WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }

    pub fn succeeded(&self, email: &str) {
        self.lock().remove(&account(email));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Account, (DateTime<Utc>, u32)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn account(email: &str) -> Account {
    Sha256::digest(email).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_failures_of_one_account_wait_and_then_begin_again() {
        let throttle = LoginThrottle::new(2);
        let start: DateTime<Utc> = "2026-11-24T08:00:00Z".parse().expect("a moment");
        let at = |seconds| start + TimeDelta::seconds(seconds);
        throttle.failed("a@x.example", at(0));
        assert_eq!(throttle.check("a@x.example", at(1)), Ok(()));
        throttle.failed("a@x.example", at(1));
        assert_eq!(throttle.check("a@x.example", at(100)), Err(201));
        assert_eq!(throttle.check("b@x.example", at(100)), Ok(()));
        assert_eq!(throttle.check("a@x.example", at(300)), Ok(()));
        throttle.failed("a@x.example", at(300));
        assert_eq!(throttle.check("a@x.example", at(301)), Ok(()));
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let throttle = LoginThrottle::new(1);
        let now = Utc::now();
        throttle.failed("a@x.example", now);
        assert!(throttle.check("a@x.example", now).is_err());
        throttle.succeeded("a@x.example");
        assert_eq!(throttle.check("a@x.example", now), Ok(()));
    }
}
