//! Rates that a remote service allows us.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::pattern::UrlPattern;
use crate::target::Target;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock>;

/// From how many keys on idle ones are forgotten.
const TIDY_FROM: usize = 4096;

/// One quota, counted apart for every key (plugin, account and host, say).
#[derive(Clone)]
pub struct RateLimit {
    limiter: Arc<Limiter>,
}

impl RateLimit {
    /// `burst` requests at once, and one more after every `period`.
    ///
    /// `None` when either is zero.
    pub fn new(period: Duration, burst: u32) -> Option<Self> {
        let quota = Quota::with_period(period)?.allow_burst(NonZeroU32::new(burst)?);
        Some(RateLimit { limiter: Arc::new(RateLimiter::keyed(quota)) })
    }

    /// The bucket of one key.
    pub fn bucket(&self, key: impl Into<String>) -> RateBucket {
        if self.limiter.len() > TIDY_FROM {
            self.limiter.retain_recent();
        }
        RateBucket { limiter: Arc::clone(&self.limiter), key: key.into() }
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").field("keys", &self.limiter.len()).finish()
    }
}

/// A rate, and the requests that it holds for.
#[derive(Clone, Debug)]
pub struct RateRule {
    /// What a request draws from.
    pub bucket: RateBucket,
    /// Only requests to these addresses; all without it.
    pub url: Option<UrlPattern>,
}

impl RateRule {
    pub(crate) fn holds_for(&self, target: &Target) -> bool {
        self.url.as_ref().is_none_or(|url| url.matches(&target.origin, &target.url))
    }
}

/// The bucket that a call draws from.
#[derive(Clone)]
pub struct RateBucket {
    limiter: Arc<Limiter>,
    key: String,
}

impl RateBucket {
    /// Takes one request, or tells when the next one is there.
    pub(crate) fn take(&self) -> Result<(), Duration> {
        self.limiter
            .check_key(&self.key)
            .map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

impl fmt::Debug for RateBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateBucket").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_counted_apart() {
        let limit = RateLimit::new(Duration::from_secs(60), 2).unwrap();
        let (a, b) = (limit.bucket("a"), limit.bucket("b"));
        assert!(a.take().is_ok() && a.take().is_ok());
        let wait = a.take().unwrap_err();
        assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60), "{wait:?}");
        assert!(b.take().is_ok());
        assert!(
            RateLimit::new(Duration::ZERO, 1).is_none()
                && RateLimit::new(Duration::from_secs(1), 0).is_none()
        );
    }
}
