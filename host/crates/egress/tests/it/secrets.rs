//! Placeholders, audiences, mirrors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use secrecy::SecretString;
use sourcepilot_egress::{Credential, CredentialSet, EgressError, Use};

use crate::support::*;

const ENCODED: &str = "s3cr3t%2FValue%2Bwith%3Dodd%26marks";

fn with_header(url: &str, name: &str, value: &str) -> Request<Bytes> {
    Request::get(url).header(name, value).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn placeholders_are_filled_in_by_place() {
    let upstream = Upstream::start(|_| ok("done")).await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = scope().build();
    let basic = format!("Basic {}", STANDARD.encode(format!("ck_0123456789:{SECRET}")));
    for request in [
        with_header("https://api.example/a", "authorization", "Bearer {{credential:secret}}"),
        with_header("https://api.example/b", "authorization", "{{basic:user:secret}}"),
        with_header("https://api.example/b", "authorization", "Basic {{basic:user:secret}}"),
        with_header("https://api.example/c", "x-oauth", "key=\"{{credential:secret:percent}}\""),
        get("https://api.example/d?a={{credential:secret}}&b=1&c={{credential:app_key}}"),
        get("https://api.example/e?a=%7B%7Bcredential%3Asecret%7D%7D"),
        post(
            "https://api.example/f",
            "application/x-www-form-urlencoded; charset=UTF-8",
            "x=1&s={{credential:secret}}&k=%7B%7Bcredential%3Aapp_key%7D%7D",
        ),
        post(
            "https://api.example/g",
            "application/json",
            r#"{"s":"{{credential:secret}}","k":["{{credential:app_key}}"]}"#,
        ),
        post("https://api.example/h", "text/xml", "<s>{{credential:secret}}</s>"),
    ] {
        assert_eq!(text(&egress.send(&scope, request).await.unwrap()), "done");
    }
    let seen = upstream.seen();
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    assert_eq!(seen[1].header("authorization"), Some(&basic["Basic ".len()..]));
    assert_eq!(seen[2].header("authorization"), Some(basic.as_str()));
    assert_eq!(seen[3].header("x-oauth"), Some(format!("key=\"{ENCODED}\"").as_str()));
    assert_eq!(seen[4].line(), format!("GET /d?a={ENCODED}&b=1&c={PUBLIC} HTTP/1.1"));
    assert_eq!(seen[5].line(), format!("GET /e?a={ENCODED} HTTP/1.1"));
    assert_eq!(seen[6].body, format!("x=1&s={ENCODED}&k={PUBLIC}"));
    assert_eq!(seen[7].body, format!(r#"{{"s":"{SECRET}","k":["{PUBLIC}"]}}"#));
    assert_eq!(seen[8].body, format!("<s>{}</s>", SECRET.replace('&', "&amp;")));
    assert!(scope.report().denials.is_empty(), "{:?}", scope.report().denials);
}

#[tokio::test]
async fn json_values_are_escaped() {
    let upstream = Upstream::start(|_| ok("")).await;
    let odd = "quote\" back\\slash";
    let set = CredentialSet::new()
        .with("odd", Credential::new(SecretString::from(odd)).audience([origin(API)]).uses([Use::Body]));
    let scope = scope().credentials(set).build();
    let request = post("https://api.example/", "application/vnd.api+json", r#"{"s":"{{credential:odd}}"}"#);
    mapped(&[(API, &upstream)]).send(&scope, request).await.unwrap();
    assert_eq!(upstream.seen()[0].body, serde_json::json!({ "s": odd }).to_string());
}

#[tokio::test]
async fn text_of_third_parties_is_never_filled_in() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    let body_less =
        Credential::new(SecretString::from("another-secret")).audience([origin(API)]).uses([Use::Header]);
    let scope = scope().credentials(credentials().with("header_only", body_less)).build();
    let bodies = [
        ("application/json", r#"{"description":"buy {{credential:secret}} now"}"#),
        ("application/json", r#"{"description":"said \"{{credential:secret}}\" twice"}"#),
        ("application/json", r#"{"description":"{{credential:secret}}!"}"#),
        ("application/json", r#"{"description":"{{credential:header_only}}"}"#),
        ("application/json", r#"{"description":"{{credential:unknown}} {{basic:user:secret}}"}"#),
        ("application/x-www-form-urlencoded", "a=buy+{{credential:secret}}&b={{credential:header_only}}"),
    ];
    for (kind, body) in bodies {
        egress.send(&scope, post("https://api.example/", kind, body)).await.unwrap();
    }
    for (seen, (_, body)) in upstream.seen().iter().zip(bodies) {
        assert_eq!(seen.body, body);
    }
    assert!(scope.report().denials[0].contains("`uses` in plugin.toml"), "{:?}", scope.report().denials);
}

#[tokio::test]
async fn a_credential_goes_to_its_audience_only() {
    let (upstream, other) = (Upstream::start(|_| ok("")).await, Upstream::start(|_| ok("")).await);
    let egress = mapped(&[(API, &upstream), (OTHER, &other)]);
    let scope = scope().build();
    for request in [
        with_header("https://other.example/", "authorization", "Bearer {{credential:secret}}"),
        with_header("https://other.example/", "authorization", "{{basic:user:secret}}"),
        get("https://other.example/?s={{credential:secret}}"),
        post("https://other.example/", "application/json", r#"{"s":"{{credential:secret}}"}"#),
        post("https://other.example/", "application/x-www-form-urlencoded", "s={{credential:secret}}"),
    ] {
        let error = egress.send(&scope, request).await.unwrap_err();
        assert!(
            matches!(&error, EgressError::Credential { name, .. } if name == "secret" || name == "user"),
            "{error}"
        );
        assert!(error.to_string().contains("`audience` of its [[credential]] in plugin.toml"), "{error}");
    }
    assert_eq!((upstream.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn uses_values_and_names_are_checked() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    let of = |value: &str, uses: &[Use]| {
        Credential::new(SecretString::from(value)).audience([origin(API)]).uses(uses.iter().copied())
    };
    let set = CredentialSet::new()
        .with("only_query", of("query-secret", &[Use::Query]))
        .with("colon", of("us:er", &[Use::Header]))
        .with("newline", of("two\r\nlines", &[Use::Header]))
        .with("empty", Credential::declared().audience([origin(API)]).uses([Use::Header]));
    let scope = scope().credentials(set).build();
    for (value, expected) in [
        ("{{credential:only_query}}", "add \"header\" to `uses`"),
        ("{{basic:colon:newline}}", "must not contain a colon"),
        ("{{credential:newline}}", "no header can carry"),
        ("{{credential:empty}}", "no value in this connection"),
        ("{{credential:unknown}}", "add a [[credential]] to plugin.toml"),
    ] {
        let error =
            egress.send(&scope, with_header("https://api.example/", "x-key", value)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{value}: {error}");
    }
    let error = egress.send(&scope, get("https://api.example/{{credential:only_query}}")).await.unwrap_err();
    assert!(error.to_string().contains("in the path"), "{error}");
    assert!(
        scope.has_credential("colon") && !scope.has_credential("empty") && !scope.has_credential("unknown")
    );
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn without_tls_only_public_credentials_travel() {
    let plain = "http://shop.example";
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(plain, &upstream)]);
    let of = |value: &str| {
        let all = [Use::Header, Use::Query, Use::Body];
        Credential::new(SecretString::from(value)).audience([origin(plain)]).uses(all)
    };
    let set =
        CredentialSet::new().with("secret", of("plain-secret")).with("key", of("public-key").public(true));
    let scope = scope().allow(patterns(&[plain])).credentials(set).build();
    for request in [
        with_header("http://shop.example/", "authorization", "Bearer {{credential:secret}}"),
        with_header("http://shop.example/", "authorization", "{{basic:key:secret}}"),
        get("http://shop.example/?s={{credential:secret}}"),
        post("http://shop.example/", "application/json", r#"{"s":"{{credential:secret}}"}"#),
    ] {
        let error = egress.send(&scope, request).await.unwrap_err();
        assert!(error.to_string().contains("without TLS"), "{error}");
    }
    egress.send(&scope, get("http://shop.example/?k={{credential:key}}")).await.unwrap();
    assert_eq!(upstream.seen()[0].line(), "GET /?k=public-key HTTP/1.1");
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test]
async fn a_mirror_shows_nothing() {
    let upstream = Upstream::start(|seen| {
        let key = seen.header("x-key").unwrap_or_default().to_owned();
        let body = match seen.line() {
            line if line.contains("/raw") => format!("<{key}>"),
            line if line.contains("/percent") => {
                format!("<{ENCODED}> <{}>", ENCODED.to_lowercase().replace("value", "Value"))
            }
            line if line.contains("/base64") => STANDARD.encode(format!("{{\"key\":\"{key}\"}}")),
            line if line.contains("/json") => serde_json::json!({ "k": key }).to_string().replace('/', "\\/"),
            line if line.contains("/hex") => key.bytes().map(|b| format!("{b:02x}")).collect(),
            line if line.contains("/big") => format!("{}{key}{}", "x".repeat(300_000), "y".repeat(300_000)),
            _ => String::new(),
        };
        with_headers(
            &format!("x-echo: a {key} b\r\nlocation: https://evil.example/?k={ENCODED}\r\nx-{}: 1\r\n", "z"),
            &body,
        )
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    for path in ["raw", "percent", "base64", "json", "hex", "big", "none"] {
        let request = with_header(&format!("https://api.example/{path}"), "x-key", "{{credential:secret}}");
        let answer = egress.send(&scope().build(), request).await.unwrap();
        let body = text(&answer);
        assert_eq!(body.contains("[redacted:secret]"), path != "none", "{path}: {body:.80}");
        for leak in [SECRET, ENCODED, "s3cr3t", "733363723374", &STANDARD.encode(SECRET)[..20]] {
            assert!(!body.contains(leak), "{path} shows {leak}");
        }
        assert_eq!(answer.headers()["x-echo"], "a [redacted:secret] b");
        assert_eq!(answer.headers()["location"], "https://evil.example/?k=[redacted:secret]");
    }
    assert_eq!(upstream.seen()[0].header("x-key"), Some(SECRET), "the mirror did receive it");
}

#[tokio::test]
async fn a_secret_in_the_open_does_not_leave() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream), (OTHER, &upstream)]);
    let scope = scope().allow(patterns(&["https://*"])).build();
    let inside = STANDARD.encode(format!("x{SECRET}"));
    for request in [
        get(&format!("https://other.example/?x={ENCODED}")),
        get("https://ck_0123456789.other.example/"),
        with_header("https://other.example/", "x-note", SECRET),
        with_header("https://api.example/", "x-note", &inside),
        post("https://other.example/", "text/plain", &format!("before {SECRET} after")),
        post(
            "https://other.example/",
            "application/json",
            &format!("{{\"a\":\"{}\"}}", SECRET.replace('/', "\\/")),
        ),
        post("https://other.example/", "text/plain", &format!("{}{SECRET}", "x".repeat(400_000))),
    ] {
        let error = egress.send(&scope, request).await.unwrap_err();
        assert!(matches!(error, EgressError::Credential { .. }), "{error}");
        let sentence = error.to_string();
        assert!(!sentence.contains(SECRET) && sentence.contains("in the open"), "{sentence}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn nothing_printable_holds_a_secret() {
    let upstream = Upstream::start(|_| Reply::HangUp).await;
    let scope = scope().build();
    let request = get("https://api.example/?s={{credential:secret}}");
    let error = mapped(&[(API, &upstream)]).send(&scope, request).await.unwrap_err();
    let printed = format!("{error} {error:?} {scope:?} {:?} {:?}", scope.report(), credentials());
    assert!(!printed.contains(SECRET) && !printed.contains(ENCODED), "{printed}");
    assert_eq!(scope.redact(&format!("log: {SECRET} {ENCODED}")), "log: [redacted:secret] [redacted:secret]");
    assert_eq!(scope.redact(PUBLIC), PUBLIC);
}

#[test]
fn addresses_for_browsers_hold_public_credentials_only() {
    let scope = scope().build();
    let consent = "https://api.example/oauth/authorize?client_id={{credential:app_key}}&state=1";
    assert_eq!(
        scope.fill_public(consent).unwrap(),
        format!("https://api.example/oauth/authorize?client_id={PUBLIC}&state=1")
    );
    for text in [
        "https://x/?a={{credential:secret}}",
        "https://x/?a={{credential:none}}",
        "https://x/?a={{basic:user:secret}}",
    ] {
        assert!(scope.fill_public(text).is_err(), "{text}");
    }
}
