//! Failures of calls to suppliers and shops, in terms of what to do next.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What went wrong. The first thirteen come from plugins; the rest only the host
/// can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The request itself is wrong.
    InvalidInput,
    /// The operation is not offered.
    Unsupported,
    /// The thing does not exist (any more).
    NotFound,
    /// It exists but cannot be had at present or for this country.
    UnavailableItem,
    /// The credential is missing, wrong or expired.
    AuthRequired,
    /// A permission is missing.
    Forbidden,
    /// Too many requests.
    RateLimited,
    /// A quota is used up until its window ends.
    QuotaExhausted,
    /// The remote side is down.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// Something with the same key exists already.
    Conflict,
    /// The answer is not understood any more.
    UpstreamChanged,
    /// The plugin caught a fault of its own.
    Internal,
    /// The plugin trapped.
    Trap,
    /// The plugin passed one of its limits.
    Limit,
    /// The plugin asked for something that is not granted.
    Denied,
    /// The plugin answered something that cannot be true.
    BadAnswer,
    /// The merchant cancelled, or the host is shutting down.
    Cancelled,
    /// The job's lease was lost: somebody else does the work now.
    LeaseLost,
}

/// Whether a failed call may have changed something on the remote side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Certainly nothing.
    None,
    /// Perhaps.
    Unknown,
    /// Certainly something.
    Applied,
}

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Failure {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What may have happened remotely.
    pub effect: Effect,
    /// One sentence for a merchant.
    pub message: String,
    /// The remote side's own code.
    pub code: Option<String>,
    /// When to come back.
    pub retry_after: Option<Duration>,
    /// More, for the log: name and value.
    pub details: Vec<(String, String)>,
}

impl Failure {
    /// A failure without effect, code or delay.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            effect: Effect::None,
            message: message.into(),
            code: None,
            retry_after: None,
            details: Vec::new(),
        }
    }

    /// The same failure with another effect.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}
