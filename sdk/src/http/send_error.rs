//! Requests without an answer.

use crate::http::Request;
use crate::http::address::Address;
use crate::{Effect, Failure};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The host does not let the request out: not granted, or not well formed.
    Denied,
    /// The address is not on the public internet.
    PrivateAddress,
    /// The host sends no more requests there at the moment.
    Busy,
    /// The name is unknown, nobody listens, or the certificate is not trusted.
    Unreachable,
    /// The connection broke.
    Broken,
    /// No answer in time.
    Timeout,
    /// The answer is larger than allowed.
    TooLarge,
    /// The request is not one that HTTP knows.
    Invalid,
    /// Anything else.
    Other,
}

impl Reason {
    /// A few words for the log.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Denied => "the host does not allow the request",
            Reason::PrivateAddress => "the address is not on the public internet",
            Reason::Busy => "too many requests at the moment",
            Reason::Unreachable => "the other side cannot be reached",
            Reason::Broken => "the connection broke",
            Reason::Timeout => "no answer in time",
            Reason::TooLarge => "the answer is too large",
            Reason::Invalid => "the request is not valid",
            Reason::Other => "no usable answer",
        }
    }
}

/// A request without a complete answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// Why.
    pub reason: Reason,
    /// False when it is certain that nothing reached the other side.
    pub may_have_left: bool,
    /// A few words for the log.
    pub detail: String,
}

impl SendError {
    /// An error whose `may_have_left` follows from its reason.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        let may_have_left =
            matches!(reason, Reason::Broken | Reason::Timeout | Reason::TooLarge | Reason::Other);
        SendError { reason, may_have_left, detail: detail.into() }
    }

    /// The failure that a plugin reports. It names the host alone: paths and queries
    /// may hold what is nobody's business.
    pub(crate) fn into_failure(self, request: &Request) -> Failure {
        let host = Address::parse(request.url()).map_or("the address", |address| address.host());
        let effect = if self.may_have_left { request.possible_effect() } else { Effect::None };
        let failure = match self.reason {
            Reason::Denied => Failure::forbidden(format!(
                "This plugin may not send this request to {host}: its manifest or the plugin registry does not allow it."
            )),
            Reason::PrivateAddress => {
                Failure::invalid_input(format!("{host} is not on the public internet and cannot be used."))
            }
            Reason::Busy => {
                Failure::rate_limited(format!("There are too many requests to {host} at the moment."))
            }
            Reason::Unreachable => Failure::unavailable(format!("{host} cannot be reached.")),
            Reason::Broken => Failure::unavailable(format!("The connection to {host} broke.")),
            Reason::Timeout => Failure::timeout(format!("{host} did not answer in time.")),
            Reason::TooLarge => Failure::upstream_changed(format!("{host} sent more data than is allowed.")),
            Reason::Invalid => Failure::internal(format!("A request to {host} is not valid.")),
            Reason::Other => Failure::unavailable(format!("There was no usable answer from {host}.")),
        };
        failure.effect(effect).with_detail("reason", self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn only_a_write_that_may_have_left_has_an_unknown_effect() {
        let of = |reason, request: Request| SendError::new(reason, "").into_failure(&request);
        let write = || Request::post("https://shop.example/x?secret=1");
        assert_eq!(of(Reason::Timeout, write()).effect, Effect::Unknown);
        assert_eq!(of(Reason::Broken, write()).effect, Effect::Unknown);
        assert_eq!(of(Reason::Unreachable, write()).effect, Effect::None);
        assert_eq!(of(Reason::Denied, write()).effect, Effect::None);
        assert_eq!(of(Reason::Timeout, Request::get("https://shop.example")).effect, Effect::None);
        let denied = of(Reason::Denied, write());
        assert_eq!(denied.kind, ErrorKind::Forbidden);
        assert!(denied.message.contains("shop.example") && !denied.message.contains("secret"), "{denied:?}");
    }
}
