use std::time::Duration;

use crate::config::jittered;

/// How long to wait before trying again: a base that doubles with every attempt, up
/// to a cap, ±20 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first attempt it is twice this.
    pub base: Duration,
    /// Never more than this, before the jitter.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff { base: Duration::from_secs(5), cap: Duration::from_secs(60 * 60) }
    }
}

impl Backoff {
    /// The wait after attempt number `attempt` (from 1). `chance` is a random number
    /// between 0 and 1.
    #[must_use]
    pub fn delay(&self, attempt: u32, chance: f64) -> Duration {
        let factor = 2u32.checked_pow(attempt).unwrap_or(u32::MAX);
        jittered(self.base.saturating_mul(factor).min(self.cap), chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_cap() {
        let seconds = |attempt| Backoff::default().delay(attempt, 0.5).as_secs();
        assert_eq!([1, 2, 3, 8, 9, 10, 1000].map(seconds), [10, 20, 40, 1280, 2560, 3600, 3600]);
    }

    #[test]
    fn it_strays_by_a_fifth() {
        let delay = |chance| Backoff::default().delay(1, chance);
        assert_eq!(delay(0.0), Duration::from_secs(8));
        assert_eq!(delay(1.0), Duration::from_secs(12));
        assert_eq!(delay(7.0), Duration::from_secs(12));
    }
}
