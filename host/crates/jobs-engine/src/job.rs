use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

/// A job's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub Uuid);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobId({})", self.0)
    }
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Waits until it is due and there is room.
    Ready,
    /// Somebody has it.
    Running,
    /// It did what it should.
    Done,
    /// It was given up.
    Failed,
    /// It is not wanted any more.
    Cancelled,
}

impl JobState {
    /// The name in the table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Ready => "ready",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        use JobState::{Cancelled, Done, Failed, Ready, Running};
        [Ready, Running, Done, Failed, Cancelled].into_iter().find(|state| state.as_str() == text)
    }
}

/// A remote resource that does not like many visitors at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its name within the tenant, such as a connection's id.
    pub name: String,
    /// How many jobs may use it at a time.
    pub cap: u32,
}

impl Lane {
    /// The usual lane: two jobs at a time.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Lane { name: name.into(), cap: 2 }
    }
}

/// A job to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Which handler does it.
    pub kind: String,
    /// Whose it is.
    pub tenant: Uuid,
    /// What it uses, when that is known.
    pub lane: Option<Lane>,
    /// Lower ones run first.
    pub priority: i32,
    /// Not before this long from now.
    pub delay: Duration,
    /// How often it is tried.
    pub max_attempts: u32,
    /// At most one unfinished job has this key.
    pub unique_key: Option<String>,
    /// What the handler needs: ids rather than copies.
    pub payload: Value,
}

impl NewJob {
    /// A job with the usual settings, due at once.
    #[must_use]
    pub fn new(kind: impl Into<String>, tenant: Uuid, payload: Value) -> Self {
        NewJob {
            kind: kind.into(),
            tenant,
            lane: None,
            priority: 0,
            delay: Duration::ZERO,
            max_attempts: 8,
            unique_key: None,
            payload,
        }
    }
}

/// What came of enqueueing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// There is a new job.
    New(JobId),
    /// An unfinished job with the same unique key is there already.
    Exists(JobId),
}

impl Enqueued {
    /// The job, new or not.
    #[must_use]
    pub fn id(self) -> JobId {
        match self {
            Enqueued::New(id) | Enqueued::Exists(id) => id,
        }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub tenant: Uuid,
    /// Which handler does it.
    pub kind: String,
    /// Where it is.
    pub state: JobState,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How often it is tried.
    pub max_attempts: u32,
    /// How often the process died during it. More than zero means: the former
    /// attempt may have got anywhere.
    pub crash_count: u32,
    /// At most one unfinished job has this key.
    pub unique_key: Option<String>,
    /// What the handler needs.
    pub payload: Value,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl Job {
    /// The payload in its own form.
    ///
    /// # Errors
    /// When it has another form.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.payload)
    }

    /// Whether there is no attempt after this one.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// How many jobs of a kind are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateCount {
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: JobState,
    /// How many.
    pub number: u64,
}
