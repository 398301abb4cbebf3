//! What was asked of the demo world, for tests and for people who look on.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

/// Older entries are forgotten beyond this many.
const CAPACITY: usize = 20_000;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// From 1, without gaps.
    pub seq: u64,
    /// When it arrived, as an ISO 8601 date.
    pub at: String,
    /// Its HTTP method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query; secrets and signatures masked.
    pub query: String,
    /// The scheme of its `Authorization` header.
    pub authorization: Option<String>,
    /// How its client called itself.
    pub user_agent: String,
    /// The beginning of its body; secrets and signatures masked.
    pub body: String,
    /// The answer's status; absent while it runs and when the connection was cut.
    pub status: Option<u16>,
    /// How long the answer took.
    pub millis: Option<u64>,
    /// The fault that struck it.
    pub fault: Option<String>,
    /// The client had left before the answer was ready.
    pub abandoned: bool,
}

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    entries: VecDeque<Entry>,
}

impl RequestLog {
    /// Notes a request; gives its number.
    pub(crate) fn begin(&self, mut entry: Entry) -> u64 {
        let mut state = self.lock();
        state.last += 1;
        entry.seq = state.last;
        if state.entries.len() == CAPACITY {
            state.entries.pop_front();
        }
        state.entries.push_back(entry);
        state.last
    }

    /// Changes what is known about a request.
    pub(crate) fn amend(&self, seq: u64, change: impl FnOnce(&mut Entry)) {
        let mut state = self.lock();
        if let Ok(index) = state.entries.binary_search_by_key(&seq, |entry| entry.seq) {
            change(&mut state.entries[index]);
        }
    }

    /// The requests after a number, oldest first.
    pub(crate) fn after(&self, seq: u64) -> Vec<Entry> {
        self.lock().entries.iter().filter(|entry| entry.seq > seq).cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().entries.clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
