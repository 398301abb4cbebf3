//! Documented failures, and the kind that each becomes.

use sourcepilot_sdk::http::Response;
use sourcepilot_sdk::{ErrorKind, Failure};

use super::fixture;
use crate::envelope;

fn failure(name: &str) -> Failure {
    envelope::data(&fixture(name)).map(|_| ()).expect_err(name)
}

#[test]
fn every_failure_says_what_to_do_next() {
    for (name, kind) in [
        ("failure-busy", ErrorKind::Unavailable),
        ("failure-token-invalid", ErrorKind::AuthRequired),
        ("failure-refresh-token-invalid", ErrorKind::AuthRequired),
        ("failure-key-wrong", ErrorKind::AuthRequired),
        ("failure-account-not-authorised", ErrorKind::AuthRequired),
        ("failure-bound-elsewhere", ErrorKind::Forbidden),
        ("failure-offline", ErrorKind::Unsupported),
        ("failure-too-many", ErrorKind::RateLimited),
        ("failure-code-as-text", ErrorKind::RateLimited),
        ("failure-quota-used-up", ErrorKind::QuotaExhausted),
        ("failure-parameter", ErrorKind::UpstreamChanged),
        ("failure-slow", ErrorKind::Timeout),
        ("failure-variant-not-found", ErrorKind::NotFound),
        ("failure-product-not-found", ErrorKind::NotFound),
        ("failure-product-off-shelf", ErrorKind::UnavailableItem),
        ("failure-variant-off-shelf", ErrorKind::UnavailableItem),
        ("failure-no-route", ErrorKind::UnavailableItem),
        ("failure-freight-failed", ErrorKind::Unavailable),
        ("failure-wrong-verb", ErrorKind::UpstreamChanged),
        ("failure-not-known", ErrorKind::UpstreamChanged),
        ("failure-without-code", ErrorKind::UpstreamChanged),
        ("failure-code-is-no-number", ErrorKind::UpstreamChanged),
    ] {
        let failure = failure(name);
        assert_eq!(failure.kind, kind, "{name}");
        let sentence = &failure.message;
        assert!(sentence.contains("CJ Dropshipping") && sentence.ends_with('.'), "{name}: {sentence}");
    }
}

#[test]
fn pauses_and_codes_are_handed_on_and_remote_text_stays_in_the_details() {
    let throttled = failure("failure-too-many");
    assert_eq!((throttled.retry_after_ms, throttled.code.as_deref()), (Some(2000), Some("1600200")));
    assert!(!throttled.message.contains("QPS"));
    assert!(throttled.details.iter().any(|detail| detail.value.contains("QPS limit")));
    assert_eq!(failure("failure-quota-used-up").retry_after_ms, Some(3_600_000));
}

#[test]
fn the_number_in_a_body_is_worth_more_than_the_status() {
    let with = |status: u16, name: &str| Response::new(status, fixture(name).bytes().to_vec());
    let kind = |response: &Response| envelope::data(response).unwrap_err().kind;
    assert_eq!(kind(&with(429, "failure-too-many")), ErrorKind::RateLimited);
    assert_eq!(kind(&with(500, "failure-token-invalid")), ErrorKind::AuthRequired);
    assert_eq!(kind(&with(500, "failure-not-known")), ErrorKind::Unavailable);
    assert_eq!(kind(&Response::new(403, "<html>")), ErrorKind::Forbidden);
    assert_eq!(
        kind(&with(500, "product-usual")),
        ErrorKind::Unavailable,
        "a success with a status of failure"
    );
    assert_eq!(kind(&Response::new(200, "<html><p>Maintenance")), ErrorKind::UpstreamChanged);
    assert_eq!(kind(&Response::new(200, "[]")), ErrorKind::UpstreamChanged);
    let paused = with(429, "failure-too-many").with_header("Retry-After", "7");
    assert_eq!(envelope::data(&paused).unwrap_err().retry_after_ms, Some(7000));
}

#[test]
fn success_is_said_in_three_ways() {
    for name in ["product-usual", "product-code-absent-only-success", "setting-sandbox-without-permission"] {
        assert!(envelope::data(&fixture(name)).unwrap().is_object(), "{name}");
    }
}
