//! Whether an event comes from Stripe.
//!
//! The header reads `t=<seconds>,v1=<hex>[,v1=<hex>…]`; other parts are skipped. A `v1`
//! is the HMAC-SHA256 of `<t>.<body>` under the endpoint's whole secret. Several stand
//! there while a secret takes the place of another one; any of them may be right.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Seconds that an event may be old, or new: clocks differ.
const TOLERANCE: u64 = 300;
/// Longer headers, and more signatures, are nobody's mistake.
const LONGEST_HEADER: usize = 4096;
const MOST_SIGNATURES: usize = 16;

/// Whether a body was signed lately with one of the secrets. Every signature is
/// compared with every secret, so that the time it takes says nothing.
pub(super) fn is_genuine(secrets: &[SecretString], header: &str, body: &[u8], now: i64) -> bool {
    let Some((text, moment, signatures)) = parts(header) else { return false };
    if now.abs_diff(moment) > TOLERANCE {
        return false;
    }
    let mut found = subtle::Choice::from(0);
    for secret in secrets.iter().filter(|secret| !secret.expose_secret().trim().is_empty()) {
        let expected = sign(secret, text, body);
        for signature in &signatures {
            found |= expected.as_slice().ct_eq(signature);
        }
    }
    found.into()
}

/// The moment as text and number, and the signatures. Nothing when a part that counts
/// is missing, double or malformed.
fn parts(header: &str) -> Option<(&str, i64, Vec<[u8; 32]>)> {
    if header.len() > LONGEST_HEADER {
        return None;
    }
    let (mut moment, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=')? {
            ("t", _) if moment.is_some() => return None,
            ("t", text) => moment = Some(text),
            ("v1", text) => signatures.push(text),
            _ => {}
        }
    }
    let moment = moment.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    if signatures.len() > MOST_SIGNATURES {
        return None;
    }
    let signatures: Vec<[u8; 32]> = signatures.into_iter().filter_map(unhex).collect();
    (!signatures.is_empty()).then_some((moment, moment.parse().ok()?, signatures))
}

/// Exactly 64 lower-case digits, as Stripe writes them.
fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}

fn sign(secret: &SecretString, moment: &str, body: &[u8]) -> [u8; 32] {
    // A key of any length is a key of HMAC.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return [0; 32] };
    let mac = mac.chain_update(moment.as_bytes()).chain_update(b".").chain_update(body);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
