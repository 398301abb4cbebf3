//! How many accounts one outgoing address serves.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// An account gives its place up after so long without a call. Services do not say
/// how long they remember one; a day is safe for those that count by days.
const HELD: Duration = Duration::from_secs(24 * 3600);

/// The accounts that were used of late.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<HashMap<String, Instant>>);

/// No place is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full {
    /// When the next place is free unless its account is used again.
    pub(crate) after: Duration,
}

impl Places {
    /// Take a place, or keep the one there is. Says whether it is a new one.
    pub(crate) fn enter(&self, account: &str, most: u32, now: Instant) -> Result<bool, Full> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = held.get_mut(account) {
            *used = now;
            return Ok(false);
        }
        held.retain(|_, used| now.saturating_duration_since(*used) < HELD);
        if held.len() < most.max(1) as usize {
            held.insert(account.to_owned(), now);
            return Ok(true);
        }
        let oldest = held.values().min().copied().unwrap_or(now);
        Err(Full { after: HELD.saturating_sub(now.saturating_duration_since(oldest)) })
    }

    /// Give a place up that was of no use.
    pub(crate) fn leave(&self, account: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_place_is_held_for_a_day_after_its_last_use() {
        let (places, start) = (Places::default(), Instant::now());
        assert_eq!(places.enter("a", 2, start), Ok(true));
        assert_eq!(places.enter("b", 2, start + HOUR), Ok(true));
        assert_eq!(places.enter("a", 2, start + 2 * HOUR), Ok(false));
        assert_eq!(places.enter("c", 2, start + 3 * HOUR), Err(Full { after: 22 * HOUR }));
        assert_eq!(places.enter("c", 3, start + 3 * HOUR), Ok(true), "the admin allows one more");
        places.leave("c");
        assert_eq!(places.enter("d", 2, start + 25 * HOUR), Ok(true), "b has left");
        assert_eq!(places.enter("e", 2, start + 25 * HOUR), Err(Full { after: HOUR }), "a was used later");
    }
}
