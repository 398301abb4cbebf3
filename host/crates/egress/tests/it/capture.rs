//! Tokens that the guest never sees.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};
use secrecy::ExposeSecret as _;
use sourcepilot_egress::{CallScope, CaptureRule, Credential, Egress, EgressError, UrlPattern, Use};

use crate::support::*;

const TOKEN: &str = "50000900aAbBcCdD";
const NOW: &str = "2026-01-02T03:04:05Z";

fn rule(credential: &str, expires_in: Option<&str>, expires_at: Option<&str>) -> CaptureRule {
    CaptureRule {
        credential: credential.into(),
        url: UrlPattern::parse("https://api.example/rest/auth/token/*", None).unwrap(),
        pointer: format!("/{credential}"),
        expires_in: expires_in.map(Into::into),
        expires_at: expires_at.map(Into::into),
        renews: false,
    }
}

fn capturing(rules: Vec<CaptureRule>) -> CallScope {
    let token = || Credential::declared().audience([origin(API)]).uses([Use::Header, Use::Body]);
    let set = credentials().with("access_token", token()).with("refresh_token", token());
    scope().credentials(set).captures(rules).started(NOW.parse().unwrap()).build()
}

fn both() -> Vec<CaptureRule> {
    vec![
        rule("access_token", Some("/expires_in"), Some("/expire_time")),
        rule("refresh_token", None, Some("/refresh_end")),
    ]
}

async fn ask(egress: &Egress, scope: &CallScope, path: &str) -> Result<Response<Bytes>, EgressError> {
    let request = post(&format!("https://api.example{path}"), "application/x-www-form-urlencoded", "code=1");
    egress.send(scope, request).await
}

fn at(text: &str) -> Option<DateTime<Utc>> {
    Some(text.parse().unwrap())
}

#[tokio::test]
async fn tokens_are_taken_and_usable_in_the_same_call() {
    let upstream = Upstream::start(|seen| match seen.header("authorization") {
        Some(value) => ok(&format!("used {value}")),
        None => json(&format!(
            r#"{{"code":"0","access_token":"{TOKEN}","refresh_token":"refresh/1","expires_in":"3600","refresh_end":1767500000000,"user":"u","copy":"{TOKEN}"}}"#
        )),
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = capturing(both());
    let answer = ask(&egress, &scope, "/rest/auth/token/create").await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["access_token"], "{{credential:access_token}}");
    assert_eq!(body["refresh_token"], "{{credential:refresh_token}}");
    assert_eq!(
        (&body["code"], &body["user"], &body["copy"]),
        (&"0".into(), &"u".into(), &"[redacted:access_token]".into())
    );

    let captured = scope.report().captured;
    let values: Vec<_> = captured.iter().map(|c| (c.credential.as_str(), c.value.expose_secret())).collect();
    assert_eq!(values, [("access_token", TOKEN), ("refresh_token", "refresh/1")]);
    let until = captured[0].expires_at.unwrap() - at("2026-01-02T04:04:05Z").unwrap();
    assert!(until.num_milliseconds() >= 0 && until.num_seconds() < 5, "{until}");
    assert_eq!(captured[1].expires_at, at("2026-01-04T04:13:20Z"));
    assert!(!format!("{captured:?} {scope:?}").contains(TOKEN));

    let request =
        Request::get("https://api.example/x").header("authorization", "{{credential:access_token}}");
    let answer = egress.send(&scope, request.body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(text(&answer), "used [redacted:access_token]");
    assert_eq!(upstream.seen()[1].header("authorization"), Some(TOKEN));
}

#[tokio::test]
async fn a_guest_cannot_get_around_the_capture() {
    let wrapped = format!(r#"{{"response":{{"access_token":"{TOKEN}","n":1}}}}"#);
    let nested = serde_json::json!({ "text": format!(r#"{{"access_token":"{TOKEN}"}}"#) }).to_string();
    let upstream = Upstream::start(move |seen| match seen.line() {
        line if line.contains("/wrapped") => json(&wrapped),
        line if line.contains("/nested") => json(&nested),
        line if line.contains("/xml") => ok(&format!("<access_token>{TOKEN}</access_token>")),
        _ => json(&format!(r#"{{"access_token":"{TOKEN}"}}"#)),
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    for path in [
        "/rest",
        "/rest/auth/token/wrapped",
        "/sync/wrapped",
        "/sync/nested",
        "/rest/auth/%74oken/create",
        "/rest//auth/token/x",
    ] {
        let scope = capturing(both());
        let answer = ask(&egress, &scope, path).await.unwrap();
        assert!(!text(&answer).contains(TOKEN), "{path}: {}", text(&answer));
        let expected = usize::from(path.contains("oken") && !path.contains("wrapped"));
        assert_eq!(scope.report().captured.len(), expected, "{path}");
        if expected == 0 {
            assert!(scope.report().denials[0].contains("`access_token`"), "{path}");
        }
    }
    let scope = capturing(both());
    let error = ask(&egress, &scope, "/rest/auth/token/xml").await.unwrap_err();
    assert!(error.to_string().contains("not JSON"), "{error}");
}

#[tokio::test]
async fn other_answers_pass_unchanged() {
    let upstream = Upstream::start(|seen| match seen.line() {
        line if line.contains("/empty") => json(""),
        line if line.contains("/token/") => json(r#"{"code":"InvalidCode", "message":"no"}"#),
        _ => json(r#"{ "spaced" : 1.50, "big": 12345678901234567890123 }"#),
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = capturing(both());
    let body = text(&ask(&egress, &scope, "/rest/auth/token/create").await.unwrap());
    assert_eq!(body, r#"{"code":"InvalidCode","message":"no"}"#);
    assert_eq!(
        text(&ask(&egress, &scope, "/sync").await.unwrap()),
        r#"{ "spaced" : 1.50, "big": 12345678901234567890123 }"#
    );
    assert_eq!(text(&ask(&egress, &scope, "/rest/auth/token/empty").await.unwrap()), "");
    assert!(scope.report().captured.is_empty() && scope.report().denials.is_empty());
}

#[tokio::test]
async fn refused_token_requests_capture_nothing() {
    let upstream = Upstream::start(|_| {
        let body = format!(r#"{{"access_token":"{TOKEN}"}}"#);
        Reply::Bytes(
            format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes(),
        )
    })
    .await;
    let scope = capturing(both());
    let answer = ask(&mapped(&[(API, &upstream)]), &scope, "/rest/auth/token/create").await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(!text(&answer).contains(TOKEN));
    assert!(scope.report().captured.is_empty());
}

#[tokio::test]
async fn ends_of_tokens_in_every_notation() {
    for (member, value, expected) in [
        ("in", "3600", Some("2026-01-02T04:04:05Z")),
        ("in", "\"3600\"", Some("2026-01-02T04:04:05Z")),
        ("in", "3600.9", Some("2026-01-02T04:04:05Z")),
        ("in", "0", Some(NOW)),
        ("in", "99999999999", Some("2036-01-10T03:04:05Z")),
        ("in", "\"soon\"", Some("2026-01-02T04:04:05Z")),
        ("at", "1767500000000", Some("2026-01-04T04:13:20Z")),
        ("at", "\"1767500000000\"", Some("2026-01-04T04:13:20Z")),
        ("at", "\"2026-03-04T05:06:07+08:00\"", Some("2026-03-03T21:06:07Z")),
        ("at", "\"2026-03-04T05:06:07.5Z\"", Some("2026-03-04T05:06:07.5Z")),
        ("at", "\"2026-03-04T05:06:07+0800\"", Some("2026-03-03T21:06:07Z")),
        ("at", "\"2026-03-04T05:06:07\"", Some("2026-03-04T05:06:07Z")),
        ("at", "\"2026-03-04 05:06:07\"", Some("2026-03-04T05:06:07Z")),
        ("at", "\"2026-03-04\"", Some("2026-03-04T00:00:00Z")),
        ("at", "null", Some("2026-01-02T04:04:05Z")),
        ("at", "\"never\"", Some("2026-01-02T04:04:05Z")),
    ] {
        let body = format!(r#"{{"access_token":"{TOKEN}","{member}":{value}}}"#);
        let upstream = Upstream::start(move |_| json(&body)).await;
        let scope = capturing(vec![rule("access_token", Some("/in"), Some("/at"))]);
        ask(&mapped(&[(API, &upstream)]), &scope, "/rest/auth/token/create").await.unwrap();
        let end = scope.report().captured[0].expires_at;
        let off = end.zip(expected.and_then(at)).map(|(end, expected)| (end - expected).num_seconds());
        assert_eq!(end.is_some(), expected.is_some(), "{member} {value}: {end:?}");
        assert!(off.is_none_or(|off| (0..5).contains(&off)), "{member} {value}: {end:?}");
    }
}

#[tokio::test]
async fn every_generation_of_a_token_stays_hidden() {
    let upstream = Upstream::start(|seen| match seen.line() {
        line if line.contains("/first") => json(r#"{"access_token":"generation-one"}"#),
        line if line.contains("/second") => json(r#"{"access_token":"generation-two"}"#),
        _ => ok("generation-nil generation-one generation-two"),
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    let token = Credential::new("generation-nil".into()).audience([origin(API)]).uses([Use::Header]);
    let set = credentials().with("access_token", token);
    let scope = scope().credentials(set).captures(vec![rule("access_token", None, None)]).build();
    for path in ["/rest/auth/token/first", "/rest/auth/token/second"] {
        ask(&egress, &scope, path).await.unwrap();
    }
    let answer = text(&ask(&egress, &scope, "/sync").await.unwrap());
    assert_eq!(answer, ["[redacted:access_token]"; 3].join(" "));
}

/// Services leave out at times what they state at others. A token without a stated end
/// is renewed in an hour; of a refresh token the end is then not known.
#[tokio::test]
async fn an_end_that_is_left_out_is_an_hour_away() {
    for answer in [
        format!(r#"{{"access_token":"{TOKEN}","refresh_token":"refresh/1"}}"#),
        format!(
            r#"{{"access_token":"{TOKEN}","refresh_token":"refresh/1","expires_in":null,"refresh_end":"-"}}"#
        ),
    ] {
        let upstream = Upstream::start(move |_| json(&answer)).await;
        let egress = mapped(&[(API, &upstream)]);
        let refresh = rule("refresh_token", None, Some("/refresh_end"));
        for (rules, ends) in [
            (both(), [true, true]),
            (vec![rule("access_token", None, None)], [false, false]),
            (
                vec![
                    rule("access_token", Some("/expires_in"), None),
                    CaptureRule { renews: true, ..refresh.clone() },
                ],
                [true, false],
            ),
        ] {
            let scope = capturing(rules);
            ask(&egress, &scope, "/rest/auth/token/create").await.unwrap();
            for (captured, ends) in scope.report().captured.iter().zip(ends) {
                let left = captured.expires_at.map(|end| (end - at(NOW).unwrap()).num_seconds());
                assert_eq!(left.is_some(), ends, "{captured:?}");
                assert!(left.is_none_or(|left| (3600..3660).contains(&left)), "{left:?}");
            }
        }
    }
}
