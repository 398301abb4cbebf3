//! How often an account may ask.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

/// The times of the last requests of each account.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<HashMap<String, Vec<DateTime<Utc>>>>);

/// Clients spread their requests by their own clocks, and the way here takes a
/// different time for each; a real server measures with the same tolerance.
const TOLERANCE: TimeDelta = TimeDelta::milliseconds(60);

impl Throttle {
    /// Whether one more request is allowed: at most `most` within `window`.
    pub(super) fn pass(&self, key: &str, now: DateTime<Utc>, window: TimeDelta, most: usize) -> bool {
        let mut all = super::lock(&self.0);
        let times = all.entry(key.to_owned()).or_default();
        times.retain(|time| now - *time < window - TOLERANCE);
        let allowed = times.len() < most;
        if allowed {
            times.push(now);
        }
        allowed
    }

    pub(super) fn reset(&self) {
        super::lock(&self.0).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_slides() {
        let (throttle, start) = (Throttle::default(), DateTime::UNIX_EPOCH);
        let pass =
            |key: &str, ms| throttle.pass(key, start + TimeDelta::milliseconds(ms), TimeDelta::seconds(1), 1);
        assert!(pass("a", 0) && !pass("a", 500) && pass("b", 500));
        assert!(pass("a", 1000) && !pass("a", 1900) && pass("a", 2000));
    }
}
