//! The limit that a host or a firewall puts on requests.

use std::sync::Mutex;

/// Counts requests by the minute.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<(i64, u32)>);

impl Throttle {
    /// Seconds until the next minute when this request is one too many.
    pub(super) fn pass(&self, now: i64, per_minute: Option<u32>) -> Result<(), i64> {
        let Some(limit) = per_minute else { return Ok(()) };
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.0 != now.div_euclid(60) {
            *state = (now.div_euclid(60), 0);
        }
        state.1 += 1;
        if state.1 <= limit { Ok(()) } else { Err(60 - now.rem_euclid(60)) }
    }

    pub(super) fn reset(&self) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = (0, 0);
    }
}
