//! The account and its tokens.

use sourcepilot_sdk::test::Recorded;
use sourcepilot_sdk::{ErrorKind, Supplier as _};

use super::{BASE, call, connected, fixture};
use crate::{CjDropshipping, account};

const KEY: &str = "/authentication/getAccessToken";
const REFRESH: &str = "/authentication/refreshAccessToken";

fn asked(recorded: &Recorded) -> Vec<(String, serde_json::Value)> {
    let path = |url: &str| url.strip_prefix(BASE).unwrap_or(url).to_owned();
    recorded.requests().iter().map(|request| (path(request.url()), request.body_json())).collect()
}

fn on(recorded: Recorded, path: &str, name: &str) -> Recorded {
    recorded.on("POST", &format!("{BASE}{path}"), fixture(name))
}

#[test]
fn the_first_token_comes_with_the_key() {
    let recorded = on(Recorded::new(), KEY, "token-granted");
    account::renew(&call(&recorded, &["api_key"])).unwrap();
    assert_eq!(asked(&recorded), [(KEY.into(), serde_json::json!({"apiKey": "{{credential:api_key}}"}))]);
    assert_eq!(recorded.requests()[0].header_value("cj-access-token"), None);
}

#[test]
fn later_ones_come_with_the_refresh_token_and_the_key_helps_when_it_has_ended() {
    let recorded = on(Recorded::new(), REFRESH, "token-granted");
    account::renew(&connected(&recorded)).unwrap();
    assert_eq!(
        asked(&recorded),
        [(REFRESH.into(), serde_json::json!({"refreshToken": "{{credential:refresh_token}}"}))]
    );

    let recorded = on(on(Recorded::new(), REFRESH, "failure-refresh-token-invalid"), KEY, "token-granted");
    account::renew(&connected(&recorded)).unwrap();
    assert_eq!(asked(&recorded).into_iter().map(|(path, _)| path).collect::<Vec<_>>(), [REFRESH, KEY]);
}

#[test]
fn a_disturbance_costs_no_second_token_call() {
    let recorded = on(Recorded::new(), REFRESH, "failure-too-many");
    assert_eq!(account::renew(&connected(&recorded)).unwrap_err().kind, ErrorKind::RateLimited);
    assert_eq!(recorded.requests().len(), 1);
}

#[test]
fn what_is_missing_or_wrong_is_told() {
    let none = account::renew(&call(&Recorded::new(), &[])).unwrap_err();
    assert!(none.kind == ErrorKind::AuthRequired && none.message.contains("Enter the API key"));
    let wrong = on(Recorded::new(), KEY, "failure-key-wrong");
    let failure = account::renew(&call(&wrong, &["api_key"])).unwrap_err();
    assert!(
        failure.kind == ErrorKind::AuthRequired && failure.message.contains("does not accept the API key")
    );
    let empty = on(Recorded::new(), KEY, "token-without-token");
    assert_eq!(account::renew(&call(&empty, &["api_key"])).unwrap_err().kind, ErrorKind::UpstreamChanged);
}

#[test]
fn a_check_tells_what_the_account_may_do() {
    let recorded = Recorded::new().on("GET", &format!("{BASE}/setting/get"), fixture("setting-usual"));
    let account = CjDropshipping::check(&connected(&recorded)).unwrap();
    assert_eq!((account.id.as_str(), account.label.as_str()), ("123450001", "Harbour Street"));
    let extra =
        |name: &str| account.extra.iter().find(|extra| extra.name == name).map(|extra| extra.value.as_str());
    assert_eq!(extra("x-cjdropship.requests-per-second"), Some("4"));
    assert_eq!(extra("x-cjdropship.calls-per-day.query"), Some("5000"), "the one by the day");
    assert_eq!(extra("x-cjdropship.calls-per-day.listV2"), None, "nothing limits it");
    assert!(extra("x-cjdropship.quotas").is_some_and(|quotas| quotas.contains("\"per\":\"day\"")));
    assert!(account.warnings.is_empty() && !format!("{account:?}").contains("owner@"));
    assert_eq!(recorded.requests()[0].header_value("cj-access-token"), Some("{{credential:access_token}}"));

    let recorded = Recorded::new().on(
        "GET",
        &format!("{BASE}/setting/get"),
        fixture("setting-sandbox-without-permission"),
    );
    let unverified = CjDropshipping::check(&connected(&recorded)).unwrap();
    assert_eq!(unverified.warnings.len(), 2);
    let by_the_day =
        unverified.extra.iter().filter(|one| one.name.starts_with("x-cjdropship.calls-per-day."));
    assert_eq!(by_the_day.map(|one| one.value.as_str()).collect::<Vec<_>>(), ["1000"; 4]);
}

#[test]
fn without_a_token_nothing_is_asked() {
    let recorded = Recorded::new();
    let failure = CjDropshipping::check(&call(&recorded, &["api_key"])).unwrap_err();
    assert_eq!((failure.kind, recorded.requests().len()), (ErrorKind::AuthRequired, 0));
}
