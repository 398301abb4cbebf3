//! What a status means, unless a service has its own idea.

use std::time::Duration;

use crate::http::date;
use crate::{Effect, ErrorKind, Failure};

/// The failure for a status that is no success.
///
/// | Status | Kind |
/// |---|---|
/// | 400, 405, 406, 411, 413, 414, 415, 422, 431 | `invalid-input` |
/// | 401 | `auth-required` |
/// | 402, 403, 407, 451 | `forbidden` |
/// | 404, 410 | `not-found` |
/// | 408, 504, 524 | `timeout` |
/// | 409, 412 | `conflict` |
/// | 429 | `rate-limited` |
/// | 501 | `unsupported` |
/// | other 5xx | `unavailable` |
/// | 3xx, and everything else | `upstream-changed`, which is never repeated |
///
/// `Retry-After` is understood as seconds and as a date (counted from the answer's
/// own `Date`), and kept for 429 and 5xx. A refusal (4xx) has changed nothing; after
/// a time-out or a server error a write may have happened, so that `possible_effect`
/// holds.
pub fn failure_for_status(
    status: u16,
    retry_after: Option<&str>,
    date: Option<&str>,
    possible_effect: Effect,
) -> Failure {
    let (kind, message) = meaning(status);
    let mut failure = Failure::new(kind, message).with_code(status.to_string());
    let refused = (400..500).contains(&status) && status != 408;
    if !refused {
        failure.effect = possible_effect;
    }
    if matches!(kind, ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Timeout) {
        failure.retry_after_ms =
            retry_after.and_then(|text| wait(text, date)).map(|wait| wait.as_millis() as u64);
    }
    failure
}

fn meaning(status: u16) -> (ErrorKind, &'static str) {
    match status {
        401 => (
            ErrorKind::AuthRequired,
            "The other side does not accept the credentials: connect the account again.",
        ),
        402 | 403 | 407 | 451 => {
            (ErrorKind::Forbidden, "The other side does not permit this with the given account.")
        }
        404 | 410 => (ErrorKind::NotFound, "The other side has no such thing, or it was removed."),
        408 | 504 | 524 => (ErrorKind::Timeout, "The other side did not answer in time."),
        409 | 412 => (ErrorKind::Conflict, "The other side has something in the same place already."),
        429 => (ErrorKind::RateLimited, "The other side asks for a pause between requests."),
        501 => (ErrorKind::Unsupported, "The other side does not offer this."),
        400..500 if matches!(status, 400 | 405 | 406 | 411 | 413 | 414 | 415 | 422 | 431) => {
            (ErrorKind::InvalidInput, "The other side did not accept the request.")
        }
        500..600 => (ErrorKind::Unavailable, "The other side has a disturbance."),
        300..400 => (ErrorKind::UpstreamChanged, "The other side sends the request to another address."),
        _ => (ErrorKind::UpstreamChanged, "The other side answered in a way that is not known."),
    }
}

/// No service means a wait that is longer than this.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

fn wait(retry_after: &str, date: Option<&str>) -> Option<Duration> {
    let text = retry_after.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = date::parse(text)?;
    let from = date::parse(date?.trim())?;
    Some(Duration::from_secs(u64::try_from(until - from).unwrap_or(0)).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16) -> ErrorKind {
        failure_for_status(status, None, None, Effect::Unknown).kind
    }

    #[test]
    fn every_status_has_a_meaning() {
        for (status, expected) in [
            (400, ErrorKind::InvalidInput),
            (401, ErrorKind::AuthRequired),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Timeout),
            (409, ErrorKind::Conflict),
            (410, ErrorKind::NotFound),
            (418, ErrorKind::UpstreamChanged),
            (422, ErrorKind::InvalidInput),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Unavailable),
            (501, ErrorKind::Unsupported),
            (503, ErrorKind::Unavailable),
            (504, ErrorKind::Timeout),
            (302, ErrorKind::UpstreamChanged),
            (999, ErrorKind::UpstreamChanged),
        ] {
            assert_eq!(kind(status), expected, "{status}");
        }
    }

    #[test]
    fn refusals_change_nothing_and_disturbances_may() {
        let effect = |status| failure_for_status(status, None, None, Effect::Unknown).effect;
        assert_eq!([400, 401, 409, 429].map(effect), [Effect::None; 4]);
        assert_eq!([302, 408, 500, 503, 504].map(effect), [Effect::Unknown; 5]);
    }

    #[test]
    fn the_stated_pause_is_read_in_both_forms() {
        let ms = |text: &str, date| failure_for_status(429, Some(text), date, Effect::None).retry_after_ms;
        let now = Some("Tue, 24 Nov 2026 08:00:00 GMT");
        assert_eq!(ms("120", None), Some(120_000));
        assert_eq!(ms(" 0 ", None), Some(0));
        assert_eq!(ms("Tue, 24 Nov 2026 08:01:30 GMT", now), Some(90_000));
        assert_eq!(ms("Tue, 24 Nov 2026 07:00:00 GMT", now), Some(0));
        assert_eq!(ms("Tue, 24 Nov 2026 08:01:30 GMT", None), None);
        assert_eq!(ms("soon", now), None);
        assert_eq!(ms("99999999999", None), Some(604_800_000));
    }
}
