//! The Standard Webhooks signature: HMAC-SHA256 over id, timestamp and body, with a
//! secret written as `whsec_` and base64; several signatures may stand side by side.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// A call may be this old, or from a clock this far ahead.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
const PREFIX: &str = "whsec_";
const SECRET_BYTES: usize = 32;
/// More signatures than this are not looked at.
const MOST_SIGNATURES: usize = 10;

/// What a signed call carries in its headers `webhook-id`, `webhook-timestamp` and
/// `webhook-signature`.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    pub id: &'a str,
    /// Seconds since 1970.
    pub timestamp: &'a str,
    /// Such as `v1,<base64>`, separated by blanks.
    pub signatures: &'a str,
}

/// A new secret.
pub fn new_secret() -> SecretString {
    let mut bytes = [0; SECRET_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    SecretString::from(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// Whether one of the signatures is this secret's, and the call is of now.
#[must_use]
pub fn is_genuine(secret: &SecretString, signed: Signed<'_>, body: &[u8], now: DateTime<Utc>) -> bool {
    let Signed { id, timestamp, signatures } = signed;
    let Some(sent) = timestamp.parse().ok().and_then(|seconds: i64| DateTime::from_timestamp(seconds, 0))
    else {
        return false;
    };
    if id.is_empty() || (now - sent).abs() > TOLERANCE {
        return false;
    }
    let Some(key) = secret.expose_secret().strip_prefix(PREFIX).and_then(|key| STANDARD.decode(key).ok())
    else {
        return false;
    };
    let candidates = signatures.split(' ').take(MOST_SIGNATURES).filter_map(|text| text.strip_prefix("v1,"));
    let mut genuine = false;
    for signature in candidates.filter_map(|text| STANDARD.decode(text).ok()) {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        // The comparison takes the same time however much is right.
        genuine |= mac.verify_slice(&signature).is_ok();
    }
    genuine
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the specification's own test vectors.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIMESTAMP: &str = "1614265330";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn genuine(secret: &str, id: &str, timestamp: &str, signatures: &str, body: &[u8], late: i64) -> bool {
        let now = DateTime::from_timestamp(1_614_265_330 + late, 0).expect("a moment");
        is_genuine(&SecretString::from(secret), Signed { id, timestamp, signatures }, body, now)
    }

    #[test]
    fn the_specifications_example_is_genuine() {
        assert!(genuine(SECRET, ID, TIMESTAMP, SIGNATURE, BODY, 0));
        for late in [-300, -1, 299, 300] {
            assert!(genuine(SECRET, ID, TIMESTAMP, SIGNATURE, BODY, late), "{late}");
        }
        let several = format!("v1,AAAA v2,{} v1a,x {SIGNATURE}", &SIGNATURE[3..]);
        assert!(genuine(SECRET, ID, TIMESTAMP, &several, BODY, 0));
    }

    #[test]
    fn everything_else_is_not() {
        let other = new_secret();
        assert!(!genuine(other.expose_secret(), ID, TIMESTAMP, SIGNATURE, BODY, 0));
        assert!(!genuine(SECRET, "msg_other", TIMESTAMP, SIGNATURE, BODY, 0));
        assert!(!genuine(SECRET, ID, TIMESTAMP, SIGNATURE, b"{}", 0));
        for late in [-301, 301, 86_400] {
            assert!(!genuine(SECRET, ID, TIMESTAMP, SIGNATURE, BODY, late), "{late}");
        }
        for timestamp in ["", "x", "1614265331", "1614265330.0", " 1614265330", "99999999999999999999"] {
            assert!(!genuine(SECRET, ID, timestamp, SIGNATURE, BODY, 0), "{timestamp}");
        }
        for signatures in
            ["", "v1", "v1,", "v1,AAAA", &SIGNATURE[3..], "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="]
        {
            assert!(!genuine(SECRET, ID, TIMESTAMP, signatures, BODY, 0), "{signatures}");
        }
        let late = format!("{}{SIGNATURE}", "v1,AAAA ".repeat(MOST_SIGNATURES));
        assert!(!genuine(SECRET, ID, TIMESTAMP, &late, BODY, 0));
        for secret in ["", "whsec_", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(!genuine(secret, ID, TIMESTAMP, SIGNATURE, BODY, 0), "{secret}");
        }
    }

    #[test]
    fn secrets_are_long_and_different() {
        let (one, other) = (new_secret(), new_secret());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(
            STANDARD.decode(&one.expose_secret()[PREFIX.len()..]).map(|key| key.len()),
            Ok(SECRET_BYTES)
        );
    }
}
