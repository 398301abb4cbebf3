//! Checking and connecting accounts over recorded answers.

use sourcepilot_sdk::http::{Reason, SendError};
use sourcepilot_sdk::test::Recorded;
use sourcepilot_sdk::{Authorization as _, Effect, ErrorKind, Supplier as _, TokenRenewal as _};

use super::flows::{answers, assert_signed, call, received};
use crate::AliExpress;

#[test]
fn a_check_tells_a_bad_token_from_a_strange_answer() {
    assert!(AliExpress::check(&call(&answers(&["search-wrapped"]))).unwrap().warnings.is_empty());
    assert_eq!(AliExpress::check(&call(&answers(&["search-without-data"]))).unwrap().warnings.len(), 1);
    for (name, kind) in [
        ("failure-token-expired", ErrorKind::AuthRequired),
        ("failure-permission", ErrorKind::Forbidden),
        ("failure-signature", ErrorKind::Forbidden),
        ("failure-throttled", ErrorKind::RateLimited),
        ("failure-service-down", ErrorKind::Unavailable),
    ] {
        assert_eq!(AliExpress::check(&call(&answers(&[name]))).unwrap_err().kind, kind, "{name}");
    }
}

#[test]
fn consent_is_asked_for_on_aliexpress_own_page() {
    let recorded = Recorded::new();
    let url = AliExpress::consent_url(&call(&recorded), "https://pilot.example/cb?x=1", "a b&c").unwrap();
    assert_eq!(
        url,
        "https://api-sg.aliexpress.com/oauth/authorize?response_type=code&force_auth=true\
         &client_id={{credential:app_key}}&redirect_uri=https%3A%2F%2Fpilot.example%2Fcb%3Fx%3D1&state=a%20b%26c"
    );
    let failure = AliExpress::consent_url(&call(&recorded), "javascript:alert(1)", "s").unwrap_err();
    assert_eq!(failure.kind, ErrorKind::InvalidInput);
}

#[test]
fn a_code_becomes_a_grant() {
    let recorded = answers(&["token-granted"]);
    let grant = AliExpress::exchange_code(&call(&recorded), "https://pilot.example/cb").unwrap();
    assert_eq!(grant.account_id.as_deref(), Some("200000001"));
    assert_eq!(grant.account_label.as_deref(), Some("buyer@example.org"));
    let request = &recorded.requests()[0];
    assert_eq!(request.url(), "https://api-sg.aliexpress.com/rest/auth/token/create");
    assert_signed(request, "/auth/token/create");
    let names: Vec<_> = received(request).into_keys().collect();
    assert_eq!(names, ["app_key", "code", "sign", "sign_method", "timestamp"], "no uuid, no method");

    let grant = AliExpress::exchange_code(&call(&answers(&["token-granted-numbers-as-text"])), "").unwrap();
    assert_eq!(
        (grant.account_id.as_deref(), grant.account_label.as_deref()),
        (Some("200000001"), Some("lampbuyer"))
    );
    let failure = AliExpress::exchange_code(&call(&answers(&["token-code-used-twice"])), "").unwrap_err();
    assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::AuthRequired, Some("InvalidCode")));
}

#[test]
fn a_token_is_renewed_on_its_own_path() {
    let recorded = answers(&["token-granted"]);
    AliExpress::renew(&call(&recorded)).unwrap();
    let request = &recorded.requests()[0];
    assert_eq!(request.url(), "https://api-sg.aliexpress.com/rest/auth/token/refresh");
    assert_signed(request, "/auth/token/refresh");
    assert_eq!(received(request)["refresh_token"], "ref-abc");
    assert!(!received(request).contains_key("session"));
    for (name, kind) in
        [("token-refresh-dead", ErrorKind::AuthRequired), ("token-service-down", ErrorKind::Unavailable)]
    {
        assert_eq!(AliExpress::renew(&call(&answers(&[name]))).unwrap_err().kind, kind);
    }
    let recorded = Recorded::new().then_error(SendError::new(Reason::Timeout, "slow"));
    assert_eq!(
        AliExpress::renew(&call(&recorded)).unwrap_err().effect,
        Effect::Unknown,
        "the old token may be gone"
    );
}
