//! How often something may be tried for one account. Nobody is locked out for good:
//! a window of time, then a fresh start.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// More accounts than this are not watched at a time.
const MOST: usize = 100_000;

type Account = [u8; 32];

/// Counts tries by account. Addresses are kept as hashes only.
#[derive(Debug)]
pub struct Throttle {
    most: u32,
    window: TimeDelta,
    tries: Mutex<HashMap<Account, (DateTime<Utc>, u32)>>,
}

impl Throttle {
    /// Zero tries means no limit.
    pub fn new(most: u32, window: TimeDelta) -> Self {
        Throttle { most, window, tries: Mutex::default() }
    }

    /// Count a try before it is made, so that many at once are not one. `Err` with the
    /// seconds to wait when there were too many.
    pub fn begin(&self, account: &str, now: DateTime<Utc>) -> Result<(), u64> {
        if self.most == 0 {
            return Ok(());
        }
        let mut tries = self.lock();
        if tries.len() >= MOST {
            tries.retain(|_, (since, _)| now < *since + self.window);
            if tries.len() >= MOST {
                return Ok(());
            }
        }
        let (since, count) = tries.entry(key(account)).or_insert((now, 0));
        if now >= *since + self.window {
            (*since, *count) = (now, 0);
        }
        if *count >= self.most {
            let wait = *since + self.window - now;
            return Err(u64::try_from(wait.num_seconds()).unwrap_or(0) + 1);
        }
        *count += 1;
        Ok(())
    }

    /// The try did not happen.
    pub fn take_back(&self, account: &str) {
        if let Some((_, count)) = self.lock().get_mut(&key(account)) {
            *count = count.saturating_sub(1);
        }
    }

    /// The try was good: forget all of them.
    pub fn succeeded(&self, account: &str) {
        self.lock().remove(&key(account));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Account, (DateTime<Utc>, u32)>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(account: &str) -> Account {
    Sha256::digest(account).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        "2026-11-24T08:00:00Z".parse::<DateTime<Utc>>().expect("a moment") + TimeDelta::seconds(seconds)
    }

    #[test]
    fn too_many_tries_of_one_account_wait_and_then_begin_again() {
        let throttle = Throttle::new(2, TimeDelta::minutes(15));
        assert_eq!(throttle.begin("a@x.example", at(0)), Ok(()));
        assert_eq!(throttle.begin("a@x.example", at(1)), Ok(()));
        assert_eq!(throttle.begin("a@x.example", at(100)), Err(801));
        assert_eq!(throttle.begin("b@x.example", at(100)), Ok(()));
        assert_eq!(throttle.begin("a@x.example", at(899)), Err(2));
        assert_eq!(throttle.begin("a@x.example", at(900)), Ok(()));
        assert_eq!(throttle.begin("a@x.example", at(901)), Ok(()));
        assert_eq!(throttle.begin("a@x.example", at(902)), Err(899));
    }

    #[test]
    fn a_success_forgets_the_tries_and_one_that_did_not_happen_does_not_count() {
        let throttle = Throttle::new(1, TimeDelta::minutes(15));
        throttle.begin("a@x.example", at(0)).expect("the first");
        throttle.begin("a@x.example", at(0)).expect_err("the second");
        throttle.succeeded("a@x.example");
        throttle.begin("a@x.example", at(1)).expect("the first again");
        throttle.take_back("a@x.example");
        throttle.begin("a@x.example", at(2)).expect("the first again");
    }

    #[test]
    fn zero_is_no_limit() {
        let throttle = Throttle::new(0, TimeDelta::minutes(15));
        assert!((0..1000).all(|second| throttle.begin("a", at(second)).is_ok()));
    }
}
