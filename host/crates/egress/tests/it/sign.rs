//! Signatures: published vectors, and who may sign with what.

use secrecy::SecretString;
use sourcepilot_egress::{Algorithm, CallScope, Credential, CredentialSet, EgressError, SignRequest, Use};

fn signer(secrets: &[(&str, &str)], algorithm: Algorithm) -> CallScope {
    let mut set = CredentialSet::new();
    for (name, value) in secrets {
        let credential =
            Credential::new(SecretString::from(*value)).uses([Use::Sign]).algorithms([algorithm]);
        set.insert(*name, credential);
    }
    CallScope::builder().credentials(set).build()
}

fn request(algorithm: Algorithm, key_suffix: &str, message: &str) -> SignRequest {
    SignRequest { key: "key".into(), key_suffix: key_suffix.into(), algorithm, message: message.into() }
}

fn upper(scope: &CallScope, message: &str) -> String {
    hex::encode_upper(scope.sign(&request(Algorithm::HmacSha256, "", message)).unwrap())
}

/// The example of the AliExpress open platform's signature page.
#[test]
fn the_published_aliexpress_signature() {
    let scope =
        signer(&[("key", "helloworld"), ("token", "test"), ("app_key", "123456")], Algorithm::HmacSha256);
    let message = "/order/getaccess_token{{credential:token}}app_key{{credential:app_key}}order_id1234sign_methodsha256timestamp1517820392000";
    assert_eq!(upper(&scope, message), "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A");
}

#[test]
fn business_and_system_calls_with_the_session_as_placeholder() {
    let scope = signer(
        &[("key", "sp-test-secret"), ("session", "tok-abc"), ("code", "0_abc")],
        Algorithm::HmacSha256,
    );
    for (message, expected) in [
        (
            "app_key500001methodaliexpress.ds.product.getproduct_id1005001234567890session{{credential:session}}ship_to_countryUSsign_methodsha256target_currencyUSDtarget_languageentimestamp1750000000000",
            "50853A4E9994B70B4B2719C520E66821E10C1848CFC82B74F2C25E6EC712E0F9",
        ),
        (
            "/auth/token/createapp_key500001code{{credential:code}}sign_methodsha256timestamp1750000000000",
            "80354F3CA8D20BCEC8CBBEF270C52A46D73800CEF68BBA117A1B16D4F487A5A8",
        ),
        (
            r#"app_key500001countryCodeFRcurrencyEURkeyWordé tasse & colocalfr_FRmethodaliexpress.ds.text.searchpageIndex1pageSize20searchExtend[{"searchKey":"ship_from","searchValue":"FR"}]session{{credential:session}}sign_methodsha256sortByorders,desctimestamp1750000000000"#,
            "AF592E8DDC4AB1957E061A19B54D485607CA34F0D341918CB58D91DD3A7FD522",
        ),
    ] {
        assert_eq!(upper(&scope, message), expected);
    }
}

/// RFC 2202 and RFC 4231 for "Jefe".
#[test]
fn every_algorithm_against_its_rfc() {
    for (algorithm, expected) in [
        (Algorithm::HmacMd5, "750c783e6ab0b503eaa86e310a5db738"),
        (Algorithm::HmacSha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (Algorithm::HmacSha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ] {
        let scope = signer(&[("key", "Jefe")], algorithm);
        let signature = scope.sign(&request(algorithm, "", "what do ya want for nothing?")).unwrap();
        assert_eq!(hex::encode(signature), expected);
    }
}

/// The worked example of OAuth 1.0a that the Twitter documentation made popular.
#[test]
fn key_suffix_and_percent_encoding() {
    let scope = signer(&[("key", "kd94hf93k423kf44")], Algorithm::HmacSha1);
    let whole = signer(&[("key", "kd94hf93k423kf44&pfkkdhi9sl3r4s00")], Algorithm::HmacSha1);
    let message = "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg";
    let with_suffix = scope.sign(&request(Algorithm::HmacSha1, "&pfkkdhi9sl3r4s00", message)).unwrap();
    assert_eq!(with_suffix, whole.sign(&request(Algorithm::HmacSha1, "", message)).unwrap());
    assert_ne!(with_suffix, scope.sign(&request(Algorithm::HmacSha1, "", message)).unwrap());

    let scope = signer(&[("key", "k"), ("odd", "a b/ü~")], Algorithm::HmacSha256);
    assert_eq!(upper(&scope, "x{{credential:odd:percent}}y"), upper(&scope, "xa%20b%2F%C3%BC~y"));
    assert_eq!(upper(&scope, "x{{credential:odd}}y"), upper(&scope, "xa b/ü~y"));
}

#[test]
fn who_may_not_sign() {
    let set = CredentialSet::new()
        .with(
            "key",
            Credential::new(SecretString::from("value"))
                .uses([Use::Sign])
                .algorithms([Algorithm::HmacSha256]),
        )
        .with(
            "header",
            Credential::new(SecretString::from("value"))
                .uses([Use::Header])
                .algorithms([Algorithm::HmacSha256]),
        )
        .with("empty", Credential::declared().uses([Use::Sign]).algorithms([Algorithm::HmacSha256]));
    let scope = CallScope::builder().credentials(set).build();
    let sign = |key: &str, algorithm, message: &str| {
        let key_suffix = String::new();
        scope.sign(&SignRequest { key: key.into(), key_suffix, algorithm, message: message.into() })
    };
    for (key, algorithm, message, expected) in [
        ("key", Algorithm::HmacSha1, "m", "sign = [\"hmac-sha1\"]"),
        ("header", Algorithm::HmacSha256, "m", "uses = [\"sign\"]"),
        ("empty", Algorithm::HmacSha256, "m", "no value in this connection"),
        ("unknown", Algorithm::HmacSha256, "m", "add a [[credential]]"),
        ("key", Algorithm::HmacSha256, "{{credential:unknown}}", "`unknown`"),
        ("key", Algorithm::HmacSha256, "{{credential:empty}}", "`empty`"),
        ("key", Algorithm::HmacSha256, "{{basic:key:key}}", "cannot stand in a message"),
    ] {
        let error: EgressError = sign(key, algorithm, message).unwrap_err();
        assert!(error.to_string().contains(expected), "{key} {message}: {error}");
    }
    assert!(sign("key", Algorithm::HmacSha256, "m").is_ok());
}
