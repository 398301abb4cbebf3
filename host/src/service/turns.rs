//! One at a time per key, within this process.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A lock per key; those that nobody holds or waits for are forgotten.
#[derive(Debug)]
pub struct Turns<K>(Mutex<HashMap<K, Weak<tokio::sync::Mutex<()>>>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Turns(Mutex::default())
    }
}

impl<K: Eq + Hash> Turns<K> {
    /// The lock of this key: whoever holds it has the turn.
    pub fn of(&self, key: K) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, lock| lock.strong_count() > 0);
        let known = all.get(&key).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let lock = Arc::default();
            all.insert(key, Arc::downgrade(&lock));
            lock
        })
    }
}
