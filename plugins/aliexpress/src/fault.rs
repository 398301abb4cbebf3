//! What the gateway's failures mean.
//!
//! There are three layers with a shape each: the token service answers flat, the
//! gateway under `error_response`, and every method has fields of its own. They
//! share one table here, because it was never seen where some of the codes stand.

use sourcepilot_sdk::{Attribute, ErrorKind, Failure};

use crate::node::Node;

/// A failure as the remote side words it.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    /// `ISV` (ours to mend), `ISP` or `SYSTEM` (theirs).
    pub(crate) side: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) sub_code: Option<String>,
    pub(crate) text: String,
    pub(crate) request_id: Option<String>,
}

impl Fault {
    /// The body of an `error_response`, or a flat failure of the token service.
    pub(crate) fn read(error: Node<'_>) -> Fault {
        let texts =
            ["msg", "message", "sub_msg", "error_msg"].iter().filter_map(|name| error.get(name).text());
        Fault {
            side: error.get("type").text(),
            code: error.get("code").text(),
            sub_code: error.get("sub_code").text(),
            text: texts.collect::<Vec<_>>().join(" "),
            request_id: error.get("request_id").text(),
        }
    }

    /// A failure inside of a method's own answer.
    pub(crate) fn business(code: Option<String>, text: Option<String>) -> Fault {
        Fault { code, text: text.unwrap_or_default(), ..Fault::default() }
    }

    pub(crate) fn into_failure(self) -> Failure {
        let meaning = self.meaning();
        let mut failure = Failure::new(meaning.kind(), meaning.sentence());
        failure.code = self.sub_code.clone().or_else(|| self.code.clone());
        if meaning == Meaning::TooMany || meaning == Meaning::QuotaUsed {
            failure.retry_after_ms = Some(wait_ms(&self.text));
        }
        let mut detail = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                failure.details.push(Attribute { name: format!("x-aliexpress.{name}"), value });
            }
        };
        // The remote text may repeat parameters, so it is for the log alone, cut short.
        detail("text", Some(self.text.chars().take(200).collect()).filter(|text: &String| !text.is_empty()));
        detail("request-id", self.request_id);
        failure
    }

    fn meaning(&self) -> Meaning {
        let haystack = [self.code.as_deref(), self.sub_code.as_deref(), Some(self.text.as_str())]
            .map(Option::unwrap_or_default);
        let haystack = haystack.join(" ").to_ascii_lowercase();
        let named = PHRASES.iter().find(|(phrase, _)| haystack.contains(phrase)).map(|(_, meaning)| *meaning);
        let meaning = named.unwrap_or_else(|| self.by_number());
        match meaning {
            Meaning::TooMany if ban_seconds(&self.text).is_some_and(|seconds| seconds > LONGEST_BAN) => {
                Meaning::QuotaUsed
            }
            other => other,
        }
    }

    /// The numbers count only when nothing was said in words: 15 and 27 are read
    /// differently by everybody and mean nothing on their own.
    fn by_number(&self) -> Meaning {
        match (self.code.as_deref(), self.side.as_deref()) {
            (Some("602"), _) => Meaning::NotInCountry,
            (Some("605"), _) => Meaning::Gone,
            (Some("404" | "500" | "503"), _) | (_, Some("ISP" | "SYSTEM")) => Meaning::Down,
            _ => Meaning::Unclear,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    TokenDead,
    ConsentDead,
    CodeDead,
    AppUnknown,
    NoPermission,
    TooMany,
    QuotaUsed,
    OurMistake,
    NoSuchMethod,
    ClockWrong,
    Down,
    NotInCountry,
    Gone,
    Unsaleable,
    Undeliverable,
    Unclear,
}

/// Lower-case pieces of codes and texts, the more special ones first.
const PHRASES: [(&str, Meaning); 34] = [
    ("illegalrefreshtoken", Meaning::ConsentDead),
    ("illegalaccesstoken", Meaning::TokenDead),
    ("invalid-sessionkey", Meaning::TokenDead),
    ("invalid-session", Meaning::TokenDead),
    ("session key", Meaning::TokenDead),
    ("access token", Meaning::TokenDead),
    ("invalidcode", Meaning::CodeDead),
    ("invalid code", Meaning::CodeDead),
    ("apicalllimit", Meaning::TooMany),
    ("accesscontrolled", Meaning::TooMany),
    ("call limited", Meaning::TooMany),
    ("insufficientpermission", Meaning::NoPermission),
    ("insufficient-permission", Meaning::NoPermission),
    ("insufficient-isv-permission", Meaning::NoPermission),
    ("incompletesignature", Meaning::AppUnknown),
    ("invalidappkey", Meaning::AppUnknown),
    ("invalid-appkey", Meaning::AppUnknown),
    ("not allowed to this country", Meaning::NotInCountry),
    ("item_id_not_found", Meaning::Gone),
    ("all sku unsaleable", Meaning::Unsaleable),
    ("delivery_not_available", Meaning::Undeliverable),
    ("delivery_info_empty", Meaning::Undeliverable),
    ("not reachable", Meaning::Undeliverable),
    ("missingparameter", Meaning::OurMistake),
    ("missing-parameter", Meaning::OurMistake),
    ("invalidparameter", Meaning::OurMistake),
    ("unsupportedparammapping", Meaning::OurMistake),
    ("invalidapipath", Meaning::NoSuchMethod),
    ("invalid-method", Meaning::NoSuchMethod),
    ("illegaltimestamp", Meaning::ClockWrong),
    ("serviceunavailable", Meaning::Down),
    ("isp.", Meaning::Down),
    ("internalerror", Meaning::Down),
    ("system error", Meaning::Down),
];

impl Meaning {
    fn kind(self) -> ErrorKind {
        match self {
            Meaning::TokenDead | Meaning::ConsentDead | Meaning::CodeDead => ErrorKind::AuthRequired,
            // No token helps here: the app itself has to be set right.
            Meaning::AppUnknown | Meaning::NoPermission => ErrorKind::Forbidden,
            Meaning::TooMany => ErrorKind::RateLimited,
            Meaning::QuotaUsed => ErrorKind::QuotaExhausted,
            Meaning::OurMistake | Meaning::ClockWrong => ErrorKind::Internal,
            Meaning::NoSuchMethod => ErrorKind::Unsupported,
            Meaning::Down => ErrorKind::Unavailable,
            Meaning::NotInCountry | Meaning::Unsaleable | Meaning::Undeliverable => {
                ErrorKind::UnavailableItem
            }
            Meaning::Gone => ErrorKind::NotFound,
            Meaning::Unclear => ErrorKind::UpstreamChanged,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Meaning::TokenDead => {
                "AliExpress no longer accepts this account's access: connect the account again."
            }
            Meaning::ConsentDead => {
                "The permission for this AliExpress account has ended: sign in at AliExpress and connect it again."
            }
            Meaning::CodeDead => {
                "The sign-in at AliExpress took longer than three minutes or was used before: start connecting again."
            }
            Meaning::AppUnknown => {
                "AliExpress does not accept the app key or the app secret: check both in the AliExpress app console."
            }
            Meaning::NoPermission => {
                "The AliExpress app may not use this function: apply for the dropshipping permission in its console."
            }
            Meaning::TooMany => "AliExpress asks for a pause between calls.",
            Meaning::QuotaUsed => "The AliExpress app has used up its calls for now.",
            Meaning::OurMistake => "AliExpress did not accept the form of the request.",
            Meaning::NoSuchMethod => "AliExpress does not offer this function any more.",
            Meaning::ClockWrong => {
                "The clock of this installation is wrong, so AliExpress does not accept its signatures."
            }
            Meaning::Down => "AliExpress has a disturbance: try again a little later.",
            Meaning::NotInCountry => "AliExpress does not sell this product to the chosen country.",
            Meaning::Gone => "AliExpress has no such product, or it was removed.",
            Meaning::Unsaleable => "None of this product's variants can be bought at present.",
            Meaning::Undeliverable => "AliExpress offers no delivery of this product to the chosen country.",
            Meaning::Unclear => "AliExpress answered with a failure that is not known.",
        }
    }
}

/// Longer bans than this, in seconds, are those of a used-up quota. The daily quota
/// is not documented in detail, so this border is an assumption.
const LONGEST_BAN: u64 = 600;
/// Added to the stated time, so that the first try does not come a moment early.
const MARGIN_MS: u64 = 250;

/// How long a throttled caller has to wait; a second when no time is stated.
fn wait_ms(text: &str) -> u64 {
    ban_seconds(text).unwrap_or(1).saturating_mul(1000).saturating_add(MARGIN_MS)
}

/// The number before the word `second` (`this ban will last 1 more seconds`).
fn ban_seconds(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.iter().position(|word| word.to_ascii_lowercase().starts_with("second"))?;
    words[..at].iter().rev().take(3).find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: &str, text: &str) -> ErrorKind {
        Fault::business(Some(code.to_owned()), Some(text.to_owned())).into_failure().kind
    }

    #[test]
    fn the_stated_pause_is_kept() {
        let throttled = |text: &str| {
            let failure = Fault::business(Some("ApiCallLimit".into()), Some(text.into())).into_failure();
            (failure.kind, failure.retry_after_ms)
        };
        let text = "The request has exceeded the frequency limit, the ban will last 1 seconds.";
        assert_eq!(throttled(text), (ErrorKind::RateLimited, Some(1250)));
        assert_eq!(throttled("this ban will last 7 more seconds"), (ErrorKind::RateLimited, Some(7250)));
        assert_eq!(throttled("slow down"), (ErrorKind::RateLimited, Some(1250)));
        assert_eq!(throttled("ban last 40000 seconds").0, ErrorKind::QuotaExhausted);
    }

    #[test]
    fn words_count_more_than_numbers() {
        assert_eq!(kind("602", "x"), ErrorKind::UnavailableItem);
        assert_eq!(kind("15", "The item is not allowed to this country"), ErrorKind::UnavailableItem);
        assert_eq!(kind("605", ""), ErrorKind::NotFound);
        assert_eq!(kind("15", "ITEM_ID_NOT_FOUND"), ErrorKind::NotFound);
        assert_eq!(kind("404", "System Error"), ErrorKind::Unavailable);
        assert_eq!(kind("27", "Invalid session key"), ErrorKind::AuthRequired);
        assert_eq!(kind("15", ""), ErrorKind::UpstreamChanged);
        assert_eq!(kind("27", ""), ErrorKind::UpstreamChanged);
    }
}
