//! Work of this process that can be told to stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Which work is under way, by the id of what it is about.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashMap<Uuid, CancellationToken>>>);

/// Work under way; forgotten when this is dropped.
#[derive(Debug)]
pub struct UnderWay {
    running: Running,
    id: Uuid,
    token: CancellationToken,
}

impl Running {
    /// Begin work that [`Self::cancel`] can stop.
    pub fn begin(&self, id: impl Into<Uuid>) -> UnderWay {
        let (id, token) = (id.into(), CancellationToken::new());
        self.lock().insert(id, token.clone());
        UnderWay { running: self.clone(), id, token }
    }

    /// Tell the work to stop, if this process is at it.
    pub fn cancel(&self, id: impl Into<Uuid>) {
        if let Some(token) = self.lock().get(&id.into()) {
            token.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UnderWay {
    /// Cancelled when somebody said so.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.running.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_stopped_by_its_id_and_forgotten_at_its_end() {
        let (running, id) = (Running::default(), Uuid::now_v7());
        let work = running.begin(id);
        running.cancel(Uuid::now_v7());
        assert!(!work.token().is_cancelled());
        running.cancel(id);
        assert!(work.token().is_cancelled());
        drop(work);
        assert!(running.lock().is_empty());
    }
}
