//! A plugin version that keeps falling over is taken out of service.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts traps in a sliding window.
#[derive(Debug)]
pub(crate) struct Quarantine {
    traps: usize,
    window: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    recent: VecDeque<Instant>,
    reason: Option<String>,
}

impl Quarantine {
    pub(crate) fn new(traps: usize, window: Duration) -> Self {
        Quarantine { traps: traps.max(1), window, state: Mutex::default() }
    }

    /// Note a trap; true when this one puts the plugin into quarantine.
    pub(crate) fn note(&self, now: Instant, reason: &str) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.reason.is_some() {
            return false;
        }
        state.recent.push_back(now);
        let window = self.window;
        state.recent.retain(|trap| now.saturating_duration_since(*trap) < window);
        if state.recent.len() < self.traps {
            return false;
        }
        state.reason = Some(reason.to_owned());
        true
    }

    /// Why the plugin is in quarantine, when it is.
    pub(crate) fn reason(&self) -> Option<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).reason.clone()
    }

    /// Let it serve again, with a clean slate.
    pub(crate) fn release(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_in_ten_minutes() {
        let quarantine = Quarantine::new(3, Duration::from_secs(600));
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!(!quarantine.note(after(0), "a"));
        assert!(!quarantine.note(after(300), "b"));
        assert!(!quarantine.note(after(650), "c"), "the first one is forgotten");
        assert!(quarantine.note(after(700), "d"));
        assert_eq!(quarantine.reason().as_deref(), Some("d"));
        assert!(!quarantine.note(after(701), "e"), "it is told once");
        quarantine.release();
        assert_eq!(quarantine.reason(), None);
    }
}
