//! One-legged OAuth 1.0a as the shop checks it: the address rebuilt from the
//! site's own idea of itself, parameters encoded twice, no token secret.

use std::collections::BTreeMap;
use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Shop;
use super::auth::{Asked, authorization, believes_https};
use super::error::ApiError;
use crate::config::ApiKey;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How far a timestamp may be off, and how long a nonce is remembered.
const WINDOW: i64 = 15 * 60;
const NAMES: [&str; 5] =
    ["oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method"];

/// Nonces by the time they were sent with, for each key.
pub(super) type Nonces = BTreeMap<i64, HashSet<String>>;

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The key whose signature the request carries.
pub(super) fn key<'a>(shop: &'a Shop, asked: &Asked<'_>) -> Result<Option<&'a ApiKey>, ApiError> {
    let mut all: Vec<(String, String)> = asked.query.to_vec();
    all.extend(header_parameters(shop, asked));
    let value = |name: &str| all.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let missing: Vec<&str> = NAMES.into_iter().filter(|name| value(name).is_none_or(str::is_empty)).collect();
    if missing.len() == NAMES.len() {
        return Ok(None);
    }
    if !missing.is_empty() {
        let message = format!("Missing OAuth parameter(s): {}", missing.join(", "));
        return Err(ApiError::authentication(&message));
    }
    let field = |name: &str| value(name).unwrap_or_default();
    let known = shop
        .key(field("oauth_consumer_key"))
        .ok_or_else(|| ApiError::authentication("Consumer key is invalid."))?;
    let right = signature(shop, asked, known, field("oauth_signature_method"), &all)?;
    let same: bool = right.as_bytes().ct_eq(field("oauth_signature").as_bytes()).into();
    if !same {
        return Err(ApiError::authentication("Invalid signature - provided signature does not match."));
    }
    check_nonce(shop, asked.now, known, field("oauth_timestamp"), field("oauth_nonce"))?;
    Ok(Some(known))
}

fn header_parameters(shop: &Shop, asked: &Asked<'_>) -> Vec<(String, String)> {
    let Some(list) = authorization(shop, asked.headers).and_then(|value| value.strip_prefix("OAuth ")) else {
        return Vec::new();
    };
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    list.split(',')
        .filter_map(|part| part.trim().split_once('='))
        .map(|(name, value)| (decode(name), decode(value.trim_matches('"'))))
        .filter(|(name, _)| name != "realm")
        .collect()
}

fn signature(
    shop: &Shop,
    asked: &Asked<'_>,
    key: &ApiKey,
    algorithm: &str,
    parameters: &[(String, String)],
) -> Result<String, ApiError> {
    let message = base_string(shop, asked, parameters);
    let secret = format!("{}&", key.consumer_secret);
    let bytes = match algorithm {
        "HMAC-SHA256" => Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .map(|mac| mac.chain_update(message.as_bytes()).finalize().into_bytes().to_vec()),
        "HMAC-SHA1" => Hmac::<Sha1>::new_from_slice(secret.as_bytes())
            .map(|mac| mac.chain_update(message.as_bytes()).finalize().into_bytes().to_vec()),
        _ => {
            return Err(ApiError::authentication("Invalid signature - signature method is invalid."));
        }
    };
    bytes
        .map(|bytes| STANDARD.encode(bytes))
        .map_err(|_| ApiError::authentication("Invalid signature - failed to sort parameters."))
}

fn base_string(shop: &Shop, asked: &Asked<'_>, parameters: &[(String, String)]) -> String {
    let (_, rest) = shop.home.split_once("://").unwrap_or(("http", &shop.home));
    let host = rest.split('/').next().unwrap_or(rest);
    let scheme = if believes_https(shop, asked.headers) { "https" } else { "http" };
    let mut pairs: Vec<(String, String)> = parameters
        .iter()
        .filter(|(name, _)| name != "oauth_signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort();
    let joined: Vec<String> =
        pairs.into_iter().map(|(name, value)| encode(&format!("{name}={value}"))).collect();
    format!("{}&{}&{}", asked.method, encode(&format!("{scheme}://{host}{}", asked.path)), joined.join("%26"))
}

fn check_nonce(shop: &Shop, now: i64, key: &ApiKey, timestamp: &str, nonce: &str) -> Result<(), ApiError> {
    let sent: i64 = timestamp.parse().unwrap_or(0);
    if !(now - WINDOW..=now + WINDOW).contains(&sent) {
        return Err(ApiError::authentication("Invalid timestamp."));
    }
    let mut nonces = shop.nonces.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let used = nonces.entry(key.consumer_key.clone()).or_default();
    used.retain(|time, _| *time >= now - WINDOW);
    // Kept by the time they came with: two at the same second are two.
    if used.entry(sent).or_default().insert(nonce.to_owned()) {
        Ok(())
    } else {
        Err(ApiError::authentication("Invalid nonce - nonce has already been used."))
    }
}
