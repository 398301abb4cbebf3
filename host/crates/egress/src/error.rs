//! What can go wrong on the way out, in sentences that hold no secret.

use std::time::Duration;

/// A configuration text that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub(crate) String);

impl ConfigError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        ConfigError(message.into())
    }
}

/// Which clock ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Waiting for a free connection permit.
    Permit,
    /// Name resolution, TCP and TLS.
    Connect,
    /// Waiting for the head of the answer.
    FirstByte,
    /// Reading the body of the answer.
    Body,
    /// The deadline of the whole call.
    Deadline,
}

impl Phase {
    fn words(self) -> &'static str {
        match self {
            Phase::Permit => "no connection became free",
            Phase::Connect => "no connection could be made",
            Phase::FirstByte => "no answer began",
            Phase::Body => "the answer did not end",
            Phase::Deadline => "the call was not finished",
        }
    }
}

/// Why a request was not sent, or has no answer that may be used.
///
/// Every text in it is safe to log and to show: hosts and names, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EgressError {
    /// The request asks for something that was not granted.
    #[error("{what}; {hint}")]
    Denied {
        /// What was asked for.
        what: String,
        /// Which line would allow it, or why nothing does.
        hint: String,
    },
    /// The name leads only to addresses that are not on the public internet.
    #[error(
        "{host} leads to an address that is not on the public internet; only public addresses may be reached \
         (for local work, EGRESS_ALLOW_PRIVATE={host}:{port} makes an exception)"
    )]
    PrivateAddress {
        /// The host as asked for.
        host: String,
        /// The port as asked for.
        port: u16,
    },
    /// There is no such name: asking again cannot help until somebody corrects it.
    #[error("there is no server of the name {host}; check the spelling of the address")]
    UnknownName {
        /// The host as asked for.
        host: String,
    },
    /// No address of the name was found this time.
    #[error("the name {host} could not be resolved; check the spelling of the address")]
    Resolve {
        /// The host as asked for.
        host: String,
    },
    /// Nobody accepted the connection.
    #[error("could not connect to {origin}: {reason}")]
    Connect {
        /// The origin as asked for.
        origin: String,
        /// A few words.
        reason: String,
    },
    /// The other side could not prove who it is.
    #[error("could not establish a trusted connection to {origin}: {reason}")]
    Tls {
        /// The origin as asked for.
        origin: String,
        /// A few words.
        reason: String,
    },
    /// A time limit passed.
    #[error("{} within {:.1} s at {origin}", .phase.words(), .limit.as_secs_f64())]
    Timeout {
        /// The origin as asked for.
        origin: String,
        /// Which limit.
        phase: Phase,
        /// How long was waited at most.
        limit: Duration,
    },
    /// The connection ended before the answer did.
    #[error("the connection to {origin} broke before the answer was complete")]
    Interrupted {
        /// The origin as asked for.
        origin: String,
    },
    /// Something is larger than the limit.
    #[error(
        "the {what} is larger than {limit} bytes; `[limits]` in plugin.toml and `limits` in plugin-registry.toml set the limit"
    )]
    TooLarge {
        /// Request body, answer, headers…
        what: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// The call has used up its requests.
    #[error(
        "this call has already made {limit} requests; `network.requests_per_call` in plugin.toml sets the number"
    )]
    BudgetExhausted {
        /// The number allowed.
        limit: u32,
    },
    /// Our own rate limit towards the remote side.
    #[error("too many requests to the remote service for now; the next is possible in {:.1} s", .after.as_secs_f64())]
    RateLimited {
        /// When the next one is possible.
        after: Duration,
    },
    /// The job's lease does not outlive the request. Nothing was sent.
    #[error("the work was handed to another worker, so the request was not sent")]
    LeaseLost,
    /// A credential is missing or may not be used in this way.
    #[error("credential `{name}`: {reason}")]
    Credential {
        /// The credential's name in the manifest.
        name: String,
        /// What is wrong and which line would change it.
        reason: String,
    },
    /// The request itself is malformed.
    #[error("the request is not acceptable: {reason}")]
    InvalidRequest {
        /// What is wrong.
        reason: String,
    },
    /// The answer breaks the rules of HTTP or of this gate.
    #[error("the answer of {origin} is not acceptable: {reason}")]
    InvalidAnswer {
        /// The origin as asked for.
        origin: String,
        /// What is wrong.
        reason: String,
    },
}

impl EgressError {
    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        EgressError::InvalidRequest { reason: reason.into() }
    }

    pub(crate) fn credential(name: impl Into<String>, reason: impl Into<String>) -> Self {
        EgressError::Credential { name: name.into(), reason: reason.into() }
    }

    /// True when policy, not the network, stopped the request: nothing was sent,
    /// and sending it again cannot help.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            EgressError::Denied { .. }
                | EgressError::PrivateAddress { .. }
                | EgressError::BudgetExhausted { .. }
                | EgressError::Credential { .. }
                | EgressError::InvalidRequest { .. }
        )
    }
}
