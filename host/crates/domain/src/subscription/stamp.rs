use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

/// The place of an event among those of its second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// Something came into being.
    Created,
    /// Something changed.
    Changed,
    /// It was read at the provider itself.
    Read,
    /// It ended.
    Ended,
}

/// When something was said and by which event. The provider counts whole seconds, so
/// events of one second are put into an order that is the same whenever they arrive:
/// by rank, then by id.
///
/// Kept as one text whose order is the order of events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(std::borrow::Cow<'static, str>);

impl Stamp {
    /// Before every event.
    pub const NEVER: Stamp = Stamp(std::borrow::Cow::Borrowed(""));

    /// The stamp of an event. `second` counts from 1970.
    #[must_use]
    pub fn of_event(second: i64, rank: Rank, event: &str) -> Self {
        Stamp::new(second, rank, event)
    }

    /// The stamp of what no event has told: after nothing, before every event.
    #[must_use]
    pub fn of_made_up() -> Self {
        Stamp::new(0, Rank::Created, "")
    }

    /// The stamp of what was heard without a date: events are taken in the order in
    /// which they come.
    #[must_use]
    pub fn of_arrival(now: DateTime<Utc>) -> Self {
        Stamp::new(now.timestamp(), Rank::Read, &format!("{:06}", now.timestamp_subsec_micros()))
    }

    fn new(second: i64, rank: Rank, id: &str) -> Self {
        let rank = match rank {
            Rank::Created => 1,
            Rank::Changed => 2,
            Rank::Read => 3,
            Rank::Ended => 4,
        };
        Stamp(format!("{:020}:{rank}:{id}", second.max(0)).into())
    }

    /// As if read at the provider in the same second, after every event of it.
    #[must_use]
    pub fn read_after(&self, event: &Stamp) -> Self {
        let second = self.second().max(event.second()).unwrap_or_default();
        Stamp::new(second, Rank::Read, self.id().max(event.id()))
    }

    /// Seconds since 1970; `None` for [`Stamp::NEVER`].
    #[must_use]
    pub fn second(&self) -> Option<i64> {
        self.0.split(':').next()?.parse().ok()
    }

    fn id(&self) -> &str {
        self.0.splitn(3, ':').nth(2).unwrap_or_default()
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Stamp {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Stamp(text.to_owned().into()))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_by_second_then_rank_then_id() {
        let events = [
            Stamp::NEVER,
            Stamp::of_event(-5, Rank::Created, "evt_z"),
            Stamp::of_event(9, Rank::Ended, "evt_z"),
            Stamp::of_event(10, Rank::Created, "evt_9"),
            Stamp::of_event(10, Rank::Changed, "evt_1"),
            Stamp::of_event(10, Rank::Changed, "evt_2"),
            Stamp::of_event(10, Rank::Ended, "evt_1"),
            Stamp::of_event(1_800_000_000, Rank::Created, "evt_1"),
        ];
        assert!(events.is_sorted());
        for stamp in &events {
            assert_eq!(stamp.as_str().parse::<Stamp>().as_ref(), Ok(stamp));
        }
    }

    #[test]
    fn what_was_read_comes_after_the_events_of_its_second() {
        let (old, event) =
            (Stamp::of_event(10, Rank::Changed, "evt_2"), Stamp::of_event(10, Rank::Changed, "evt_9"));
        let read = old.read_after(&event);
        assert!(read > old && read > event && read < Stamp::of_event(11, Rank::Created, "evt_0"));
        let again = read.read_after(&Stamp::of_event(10, Rank::Changed, "evt_5"));
        assert_eq!(again, read);
        assert_eq!(Stamp::NEVER.second(), None);
    }
}
