//! The jobs of this worker that are under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{JobId, Lease};

#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Inner>);

#[derive(Default)]
struct Inner {
    jobs: Mutex<HashMap<JobId, Entry>>,
    changed: Notify,
}

struct Entry {
    lease: Lease,
    drop_it: CancellationToken,
}

/// Takes the job out again when the attempt ends, however it ends.
pub(crate) struct Attempt {
    running: Running,
    job: JobId,
    /// The attempt is to end at once.
    pub(crate) drop_it: CancellationToken,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.running.jobs().remove(&self.job);
        self.running.0.changed.notify_one();
    }
}

impl Running {
    pub(crate) fn begin(&self, lease: Lease) -> Attempt {
        let drop_it = CancellationToken::new();
        let job = lease.job();
        self.jobs().insert(job, Entry { lease, drop_it: drop_it.clone() });
        Attempt { running: self.clone(), job, drop_it }
    }

    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.jobs().values().map(|entry| entry.lease.clone()).collect()
    }

    pub(crate) fn end_lease(&self, job: JobId) {
        if let Some(entry) = self.jobs().get(&job) {
            entry.lease.end();
        }
    }

    /// End every attempt, as the process does.
    pub(crate) fn drop_all(&self) {
        for entry in self.jobs().values() {
            entry.drop_it.cancel();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.jobs().is_empty()
    }

    /// One of the jobs ended since the last time this was asked.
    pub(crate) async fn one_ended(&self) {
        self.0.changed.notified().await;
    }

    fn jobs(&self) -> MutexGuard<'_, HashMap<JobId, Entry>> {
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
