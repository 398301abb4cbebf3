//! Failures: what went wrong, in terms of what the host should do next.

use std::time::Duration;

use crate::{Attribute, Effect, ErrorKind, Failure};

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(message: impl Into<String>) -> Self {
            Failure::new(ErrorKind::$kind, message)
        })*
    };
}

impl Failure {
    /// A failure that has changed nothing on the remote side. The message is one
    /// sentence for a merchant: what happened and what to do about it.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            effect: Effect::None,
            message: message.into(),
            code: None,
            retry_after_ms: None,
            details: Vec::new(),
        }
    }

    constructors! {
        /// The request itself is wrong; repeating it cannot help.
        invalid_input => InvalidInput;
        /// The operation is not offered, or the address is somebody else's.
        unsupported => Unsupported;
        /// The thing does not exist (any more).
        not_found => NotFound;
        /// It exists but cannot be had at present or for this country.
        unavailable_item => UnavailableItem;
        /// The credential is missing, wrong or expired: the host renews a token once,
        /// then asks the merchant.
        auth_required => AuthRequired;
        /// The credential is right but lacks a permission.
        forbidden => Forbidden;
        /// Too many requests: the host waits, and no attempt is used up.
        rate_limited => RateLimited;
        /// A quota is used up until its window ends.
        quota_exhausted => QuotaExhausted;
        /// The remote side is down: the host tries again later.
        unavailable => Unavailable;
        /// No answer in time: the host tries again later.
        timeout => Timeout;
        /// Something with the same key exists already: the host asks `find_by_key`.
        conflict => Conflict;
        /// The answer is not understood any more: never repeated.
        upstream_changed => UpstreamChanged;
        /// A fault of the plugin itself.
        internal => Internal;
    }

    /// True when the same request may well succeed a little later: a pause was asked
    /// for, no answer came in time, or the remote side is down.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Unavailable)
    }

    /// With the remote side's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With the time after which to come back.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after_ms = Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// With what may have happened on the remote side.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// With one more value for the log. Never put a secret or a person's data here.
    #[must_use]
    pub fn with_detail(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.details.push(Attribute::new(name, value));
        self
    }

    /// With another sentence for the merchant; all else stays.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}
