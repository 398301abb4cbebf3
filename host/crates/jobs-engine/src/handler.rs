use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::DatabaseTransaction;

use crate::{Job, Lease, Settlement};

/// What a handler may answer instead of a verdict. It is logged, and the job is
/// tried again.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What to do with a job after an attempt.
#[derive(Debug)]
pub enum Verdict {
    /// Done; there was nothing to write in the same transaction.
    Done,
    /// Ended, given up, or put back by the handler in a transaction of its own.
    Settled(Settlement),
    /// Try again: after `after`, or after the usual wait. The last attempt fails.
    Retry {
        /// For the log and, when it was the last attempt, for people.
        reason: String,
        /// Instead of the usual wait, when it is longer.
        after: Option<Duration>,
    },
    /// Go on after this time; it was no attempt.
    Later {
        /// For the log.
        reason: String,
        /// How long.
        after: Duration,
    },
    /// Trying again cannot help.
    Fail {
        /// For people.
        reason: String,
    },
}

/// A job and the right to do it.
#[derive(Clone, Debug)]
pub struct JobContext {
    /// The job.
    pub job: Job,
    /// The right. [`Lease::ended`] says when to stop.
    pub lease: Lease,
}

/// Does one kind of job.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Do it. A panic counts as an error.
    async fn run(&self, context: JobContext) -> Result<Verdict, HandlerError>;

    /// The job is given up, be it by a verdict, after its last attempt, or because
    /// its process died too often. Say so wherever it has to be said, in the
    /// transaction that marks the job as failed: either both happen or neither.
    async fn given_up(&self, tx: &DatabaseTransaction, job: &Job, reason: &str) -> Result<(), HandlerError>;

    /// After this time an attempt is ended and counts as an error.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(15 * 60)
    }
}

/// The handlers by kind of job.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<String, Arc<dyn Handler>>);

impl Registry {
    /// Without handlers.
    #[must_use]
    pub fn new() -> Self {
        Registry::default()
    }

    /// With one more handler.
    #[must_use]
    pub fn with(mut self, kind: impl Into<String>, handler: impl Handler) -> Self {
        self.0.insert(kind.into(), Arc::new(handler));
        self
    }

    pub(crate) fn get(&self, kind: &str) -> Option<Arc<dyn Handler>> {
        self.0.get(kind).cloned()
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
