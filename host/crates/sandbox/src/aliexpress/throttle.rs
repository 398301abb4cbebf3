//! The gateway's limit of calls, and the ban that follows.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

/// Counts the calls of the one app that there is.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    second: i64,
    calls: u32,
    banned_until: Option<DateTime<Utc>>,
}

impl Throttle {
    /// `Err` with the seconds of the ban when this call is one too many.
    pub(super) fn pass(&self, now: DateTime<Utc>, per_second: Option<u32>, ban: u64) -> Result<(), u64> {
        let Some(limit) = per_second else { return Ok(()) };
        let mut state = super::lock(&self.0);
        if state.banned_until.is_some_and(|until| now < until) {
            return Err(ban);
        }
        if state.second != now.timestamp() {
            (state.second, state.calls) = (now.timestamp(), 0);
        }
        state.calls += 1;
        if state.calls <= limit {
            return Ok(());
        }
        state.banned_until = Some(now + TimeDelta::seconds(i64::try_from(ban).unwrap_or(1)));
        Err(ban)
    }

    pub(super) fn reset(&self) {
        *super::lock(&self.0) = State::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_lasts_as_long_as_it_says() {
        let (throttle, start) = (Throttle::default(), DateTime::UNIX_EPOCH);
        let call = |ms| throttle.pass(start + TimeDelta::milliseconds(ms), Some(2), 2);
        assert_eq!([call(0), call(10), call(20), call(1500)], [Ok(()), Ok(()), Err(2), Err(2)]);
        assert_eq!(call(2100), Ok(()));
        assert_eq!(throttle.pass(start, None, 2), Ok(()));
    }
}
