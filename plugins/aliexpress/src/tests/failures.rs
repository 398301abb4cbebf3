//! Recorded and documented failures, and the kind that each becomes.

use sourcepilot_sdk::{ErrorKind, Failure};

use super::fixture;
use crate::envelope;

fn failure(name: &str) -> Failure {
    let answer = fixture(name);
    let root = envelope::business(&answer, "aliexpress.ds.product.get");
    root.and_then(envelope::item).map(|_| ()).expect_err(name)
}

#[test]
fn every_failure_says_what_to_do_next() {
    for (name, kind) in [
        ("failure-602-in-root", ErrorKind::UnavailableItem),
        ("failure-602-in-gateway", ErrorKind::UnavailableItem),
        ("failure-605-in-root", ErrorKind::NotFound),
        ("failure-605-in-gateway", ErrorKind::NotFound),
        ("failure-404-system-error", ErrorKind::Unavailable),
        ("failure-all-unsaleable", ErrorKind::UnavailableItem),
        ("failure-200-without-result", ErrorKind::UpstreamChanged),
        ("failure-token-expired", ErrorKind::AuthRequired),
        ("failure-token-expired-by-number", ErrorKind::AuthRequired),
        ("failure-number-15-alone", ErrorKind::UpstreamChanged),
        ("failure-throttled", ErrorKind::RateLimited),
        ("failure-quota-used-up", ErrorKind::QuotaExhausted),
        ("failure-signature", ErrorKind::Forbidden),
        ("failure-app-key", ErrorKind::Forbidden),
        ("failure-permission", ErrorKind::Forbidden),
        ("failure-missing-parameter", ErrorKind::Internal),
        ("failure-clock", ErrorKind::Internal),
        ("failure-service-down", ErrorKind::Unavailable),
        ("failure-not-known", ErrorKind::UpstreamChanged),
    ] {
        assert_eq!(failure(name).kind, kind, "{name}");
    }
}

#[test]
fn pauses_and_codes_are_handed_on_and_remote_text_stays_in_the_details() {
    let throttled = failure("failure-throttled");
    assert_eq!((throttled.retry_after_ms, throttled.code.as_deref()), (Some(1250), Some("ApiCallLimit")));
    let quota = failure("failure-quota-used-up");
    assert_eq!(quota.retry_after_ms, Some(32_400_250));
    let country = failure("failure-602-in-gateway");
    assert_eq!(country.code.as_deref(), Some("602"));
    assert!(!country.message.contains("Remote service error"));
    assert!(country.details.iter().any(|detail| detail.value.contains("Remote service error")));
}

#[test]
fn the_token_service_answers_flat() {
    for (name, kind) in [
        ("token-code-used-twice", ErrorKind::AuthRequired),
        ("token-refresh-dead", ErrorKind::AuthRequired),
        ("token-service-down", ErrorKind::Unavailable),
    ] {
        assert_eq!(envelope::system(&fixture(name)).map(|_| ()).expect_err(name).kind, kind, "{name}");
    }
    assert!(envelope::system(&fixture("token-granted")).is_ok());
}
