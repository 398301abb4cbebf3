//! What CJ's failures mean. The numbers count, never the texts: one number comes with
//! different texts in different places, and texts change.

use sourcepilot_sdk::{Attribute, ErrorKind, Failure};

/// A failure as the remote side words it.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    pub(crate) code: Option<u64>,
    pub(crate) text: Option<String>,
    pub(crate) request_id: Option<String>,
    /// What a `Retry-After` header said.
    pub(crate) wait_ms: Option<u64>,
}

/// Said when CJ states no time: its smallest limit is one request a second.
const PAUSE_MS: u64 = 2_000;
/// When a window of a used-up quota ends is not told.
const QUOTA_PAUSE_MS: u64 = 3_600_000;

impl Fault {
    /// Whether the number is one that is known here.
    pub(crate) fn is_known(&self) -> bool {
        self.meaning() != Meaning::Unclear
    }

    pub(crate) fn into_failure(self) -> Failure {
        let meaning = self.meaning();
        let (kind, sentence) = meaning.words();
        let mut failure = Failure::new(kind, sentence);
        failure.code = self.code.map(|code| code.to_string());
        failure.retry_after_ms = match meaning {
            Meaning::TooMany => Some(self.wait_ms.unwrap_or(PAUSE_MS)),
            Meaning::QuotaUsed => Some(self.wait_ms.unwrap_or(QUOTA_PAUSE_MS)),
            _ => None,
        };
        // The remote text may repeat parameters, so it is for the log alone, cut short.
        let text = self.text.map(|text| text.chars().take(200).collect::<String>());
        for (name, value) in [("text", text), ("request-id", self.request_id)] {
            let value = value.filter(|value| !value.is_empty());
            failure.details.extend(value.map(|value| Attribute::new(format!("x-cjdropship.{name}"), value)));
        }
        failure
    }

    fn meaning(&self) -> Meaning {
        match self.code {
            Some(1_600_000) => Meaning::Busy,
            Some(1_600_001) => Meaning::TokenDead,
            Some(1_600_003) => Meaning::RefreshDead,
            Some(1_600_004 | 1_600_006 | 1_600_008 | 1_600_030 | 1_600_031 | 1_601_000) => {
                Meaning::AccountRefused
            }
            Some(1_600_005) => Meaning::KeyWrong,
            Some(1_600_007) => Meaning::BoundElsewhere,
            Some(1_600_100) => Meaning::Offline,
            Some(1_600_200 | 429) => Meaning::TooMany,
            Some(1_600_201) => Meaning::QuotaUsed,
            Some(1_600_301) => Meaning::Slow,
            Some(
                1_600_002 | 1_600_101 | 1_600_300 | 16_900_202 | 16_900_203 | 16_900_204 | 16_900_205
                | 16_900_403,
            ) => Meaning::OurMistake,
            Some(1_602_000 | 1_602_001 | 1_600_014) => Meaning::Gone,
            Some(1_602_002 | 1_602_003) => Meaning::OffShelf,
            Some(1_604_000 | 1_604_001) => Meaning::Balance,
            Some(1_605_000..=1_605_002) => Meaning::NoRoute,
            Some(1_607_004) => Meaning::FreightFailed,
            _ => Meaning::Unclear,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Busy,
    TokenDead,
    RefreshDead,
    AccountRefused,
    KeyWrong,
    BoundElsewhere,
    Offline,
    TooMany,
    QuotaUsed,
    Slow,
    OurMistake,
    Gone,
    OffShelf,
    Balance,
    NoRoute,
    FreightFailed,
    Unclear,
}

impl Meaning {
    fn words(self) -> (ErrorKind, &'static str) {
        match self {
            Meaning::Busy => (ErrorKind::Unavailable, "CJ Dropshipping is busy: try again a little later."),
            Meaning::TokenDead => (
                ErrorKind::AuthRequired,
                "CJ Dropshipping no longer accepts this account's access: enter the API key again.",
            ),
            Meaning::RefreshDead => (
                ErrorKind::AuthRequired,
                "The access to this CJ Dropshipping account has ended: enter the API key again.",
            ),
            Meaning::AccountRefused => (
                ErrorKind::AuthRequired,
                "CJ Dropshipping does not let this account use its API: authorise it at CJ and enter the API key again.",
            ),
            Meaning::KeyWrong => (
                ErrorKind::AuthRequired,
                "CJ Dropshipping does not accept the API key: create one at CJ under My CJ, Authorization, API, and enter it again.",
            ),
            Meaning::BoundElsewhere => (
                ErrorKind::Forbidden,
                "This CJ Dropshipping account is bound to another developer account: release it there first.",
            ),
            Meaning::Offline => (
                ErrorKind::Unsupported,
                "CJ Dropshipping has taken this function out of service or does not accept what was asked; repeating it does not help.",
            ),
            Meaning::TooMany => {
                (ErrorKind::RateLimited, "CJ Dropshipping asks for a pause between requests.")
            }
            Meaning::QuotaUsed => (
                ErrorKind::QuotaExhausted,
                "The CJ Dropshipping account has used up its requests for now: try again later, or verify the account at CJ for a larger quota.",
            ),
            Meaning::Slow => {
                (ErrorKind::Timeout, "CJ Dropshipping did not answer in time: try again a little later.")
            }
            Meaning::OurMistake => (
                ErrorKind::UpstreamChanged,
                "CJ Dropshipping did not accept the form of the request: the plugin may need an update.",
            ),
            Meaning::Gone => (
                ErrorKind::NotFound,
                "CJ Dropshipping has no such product, or this account may not see it: check the address.",
            ),
            Meaning::OffShelf => (
                ErrorKind::UnavailableItem,
                "CJ Dropshipping has taken this product off sale: choose another one.",
            ),
            Meaning::Balance => (
                ErrorKind::Forbidden,
                "The balance of the CJ Dropshipping account does not allow this: top it up at CJ.",
            ),
            Meaning::NoRoute => (
                ErrorKind::UnavailableItem,
                "CJ Dropshipping offers no delivery of this product to the chosen country: choose another country or warehouse.",
            ),
            Meaning::FreightFailed => (
                ErrorKind::Unavailable,
                "CJ Dropshipping could not work out the delivery costs: try again a little later.",
            ),
            Meaning::Unclear => {
                (ErrorKind::UpstreamChanged, "CJ Dropshipping answered with a failure that is not known.")
            }
        }
    }
}
