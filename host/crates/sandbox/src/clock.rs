//! The world's time: the machine's, moved by whoever demonstrates expiry or a
//! change of prices.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Time that can be moved.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset_seconds: AtomicI64,
}

impl Clock {
    /// The present as the demo world sees it.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.offset_seconds.load(Ordering::Relaxed))
    }

    /// Moves time by so many seconds, backwards when negative.
    pub(crate) fn advance(&self, seconds: i64) {
        // Bounded, so that no date leaves the calendar.
        let limit = 100 * 365 * 86_400;
        let _previous = self.offset_seconds.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |offset| {
            Some(offset.saturating_add(seconds).clamp(-limit, limit))
        });
    }

    /// Back to the machine's time.
    pub(crate) fn reset(&self) {
        self.offset_seconds.store(0, Ordering::Relaxed);
    }
}
