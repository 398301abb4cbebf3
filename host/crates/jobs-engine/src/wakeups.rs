use std::fmt;

use tokio::sync::broadcast;

use crate::JobId;

/// News for workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// There may be a due job.
    Work,
    /// This job is not wanted any more.
    Cancelled(JobId),
}

/// Carries news between those who enqueue and those who work, so that nobody has to
/// wait for the next poll. News may get lost.
///
/// A carrier between processes hands what it hears to the receivers of its own
/// process.
pub trait Wakeups: fmt::Debug + Send + Sync {
    /// Tell. Never waits.
    fn send(&self, signal: Signal);
    /// Listen from now on.
    fn listen(&self) -> broadcast::Receiver<Signal>;
}

/// News within this process.
#[derive(Debug)]
pub struct LocalWakeups(broadcast::Sender<Signal>);

impl Default for LocalWakeups {
    fn default() -> Self {
        LocalWakeups(broadcast::channel(64).0)
    }
}

impl Wakeups for LocalWakeups {
    fn send(&self, signal: Signal) {
        // Nobody listens: then there is nobody to wake.
        if let Err(unheard) = self.0.send(signal) {
            tracing::trace!(signal = ?unheard.0, "no worker listens in this process");
        }
    }

    fn listen(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}
