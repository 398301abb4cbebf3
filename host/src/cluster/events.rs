//! Live events, per user, with replay of the last ones.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::broadcast;
use uuid::Uuid;

/// How many events of a user are kept for streams that come back.
const KEPT: usize = 256;
/// Users without streams are forgotten when nothing happened for this long.
const QUIET: Duration = Duration::from_secs(600);
/// Forgetting is looked after whenever there are this many more users.
const SWEEP_EVERY: usize = 256;

/// The place of an event. Places of another start of the process compare with
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventId {
    start: u32,
    number: u64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.start, self.number)
    }
}

impl FromStr for EventId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (start, number) = text.split_once('-').ok_or(())?;
        Ok(EventId {
            start: u32::from_str_radix(start, 16).map_err(|_| ())?,
            number: number.parse().map_err(|_| ())?,
        })
    }
}

/// Something happened.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub name: &'static str,
    pub data: Arc<Value>,
}

/// A stream of one user's events.
#[derive(Debug)]
pub struct Subscription {
    /// What was missed since the place that was asked for.
    pub missed: Vec<Event>,
    /// Whether more was missed than is kept.
    pub gap: bool,
    /// What happens from now on.
    pub next: broadcast::Receiver<Event>,
}

/// Where events are published and followed. A carrier between hosts would publish
/// here what it hears.
#[derive(Clone, Debug)]
pub struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    start: u32,
    users: Mutex<HashMap<Uuid, Channel>>,
}

#[derive(Debug)]
struct Channel {
    sender: broadcast::Sender<Event>,
    recent: VecDeque<Event>,
    last: u64,
    touched: Instant,
}

impl Default for Channel {
    fn default() -> Self {
        Channel {
            sender: broadcast::channel(KEPT).0,
            recent: VecDeque::new(),
            last: 0,
            touched: Instant::now(),
        }
    }
}

impl Default for Events {
    fn default() -> Self {
        Events(Arc::new(Inner { start: rand::random(), users: Mutex::default() }))
    }
}

impl Events {
    /// Tell all of a user's streams. Never waits.
    pub fn publish(&self, user: impl Into<Uuid>, name: &'static str, data: Value) {
        let mut users = self.lock();
        if users.len() % SWEEP_EVERY == SWEEP_EVERY - 1 {
            users.retain(|_, channel| {
                channel.sender.receiver_count() > 0 || channel.touched.elapsed() < QUIET
            });
        }
        let channel = users.entry(user.into()).or_default();
        channel.last += 1;
        channel.touched = Instant::now();
        let event =
            Event { id: EventId { start: self.0.start, number: channel.last }, name, data: Arc::new(data) };
        if channel.recent.len() == KEPT {
            channel.recent.pop_front();
        }
        channel.recent.push_back(event.clone());
        // No stream is open: the event waits in `recent`.
        channel.sender.send(event).ok();
    }

    /// Follow a user's events, from `after` on if it is still known. `None` when the
    /// user has `most` streams already.
    pub fn subscribe(
        &self,
        user: impl Into<Uuid>,
        after: Option<EventId>,
        most: usize,
    ) -> Option<Subscription> {
        let mut users = self.lock();
        let channel = users.entry(user.into()).or_default();
        if channel.sender.receiver_count() >= most {
            return None;
        }
        let next = channel.sender.subscribe();
        let Some(after) = after else { return Some(Subscription { missed: Vec::new(), gap: false, next }) };
        let same_start = after.start == self.0.start && after.number <= channel.last;
        let oldest = channel.recent.front().map_or(channel.last + 1, |event| event.id.number);
        let gap = !same_start || after.number + 1 < oldest;
        let missed = match gap {
            true => Vec::new(),
            false => channel.recent.iter().filter(|event| event.id.number > after.number).cloned().collect(),
        };
        Some(Subscription { missed, gap, next })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Channel>> {
        self.0.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn numbers(events: &[Event]) -> Vec<u64> {
        events.iter().map(|event| event.id.number).collect()
    }

    #[test]
    fn a_stream_sees_its_own_user_only() {
        let events = Events::default();
        let (anna, ben) = (Uuid::now_v7(), Uuid::now_v7());
        let mut stream = events.subscribe(anna, None, 5).expect("a stream").next;
        events.publish(ben, "import", json!(1));
        events.publish(anna, "import", json!(2));
        assert_eq!(*stream.try_recv().expect("an event").data, json!(2));
        assert!(stream.try_recv().is_err());
    }

    #[test]
    fn a_stream_that_comes_back_hears_what_it_missed() {
        let (events, user) = (Events::default(), Uuid::now_v7());
        for n in 0..5 {
            events.publish(user, "import", json!(n));
        }
        let after = |number| EventId { start: events.0.start, number };
        let back = events.subscribe(user, Some(after(3)), 5).expect("a stream");
        assert_eq!((numbers(&back.missed), back.gap), (vec![4, 5], false));
        let current = events.subscribe(user, Some(after(5)), 5).expect("a stream");
        assert_eq!((numbers(&current.missed), current.gap), (vec![], false));
    }

    #[test]
    fn what_cannot_be_told_any_more_is_a_gap() {
        let (events, user) = (Events::default(), Uuid::now_v7());
        for n in 0..KEPT + 10 {
            events.publish(user, "import", json!(n));
        }
        let gap =
            |id| events.subscribe(user, Some(id), 9).is_some_and(|back| back.gap && back.missed.is_empty());
        assert!(gap(EventId { start: events.0.start, number: 3 }));
        assert!(gap(EventId { start: events.0.start.wrapping_add(1), number: 260 }));
        assert!(gap(EventId { start: events.0.start, number: 9999 }));
        assert!(!gap(EventId { start: events.0.start, number: 10 }));
    }

    #[test]
    fn streams_per_user_are_limited() {
        let (events, user) = (Events::default(), Uuid::now_v7());
        let first = events.subscribe(user, None, 1);
        assert!(first.is_some() && events.subscribe(user, None, 1).is_none());
        drop(first);
        assert!(events.subscribe(user, None, 1).is_some());
    }

    #[test]
    fn ids_go_there_and_back() {
        let id = EventId { start: 0xab, number: 7 };
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("x".parse::<EventId>(), Err(()));
    }
}
