//! How much one merchant may ask: answers cost money.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sourcepilot_domain::ids::UserId;

/// More merchants than this are looked through for quiet ones.
const MANY: usize = 10_000;

/// Counts questions per merchant.
#[derive(Debug)]
pub struct AiThrottle {
    limiter: Option<DefaultKeyedRateLimiter<UserId>>,
    clock: DefaultClock,
}

impl AiThrottle {
    /// Zero questions per minute means no limit.
    pub fn new(per_minute: u32) -> Self {
        let limiter = NonZeroU32::new(per_minute).map(|limit| RateLimiter::keyed(Quota::per_minute(limit)));
        AiThrottle { limiter, clock: DefaultClock::default() }
    }

    /// `Err` with the seconds to wait.
    pub fn admit(&self, user: UserId) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        limiter.check_key(&user).map_err(|refused| refused.wait_time_from(self.clock.now()).as_secs() + 1)
    }
}
