//! Who calls: keys over HTTPS as the shop believes it, signatures without it.

use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Shop;
use super::error::ApiError;
use super::oauth1;
use crate::config::{ApiKey, KeyRights};

/// A request as the key check sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The method on the wire, whatever an override says.
    pub(super) method: &'a Method,
    /// The whole path, with the shop's own.
    pub(super) path: &'a str,
    pub(super) query: &'a [(String, String)],
    pub(super) headers: &'a HeaderMap,
    /// Seconds since 1970.
    pub(super) now: i64,
}

impl Asked<'_> {
    /// The first value of a query parameter.
    pub(super) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Whether the shop believes that the request came over HTTPS.
pub(super) fn believes_https(shop: &Shop, headers: &HeaderMap) -> bool {
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    shop.config.https_behind_proxy || forwarded.is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
}

/// The key behind a request, none for strangers. An unknown key is a stranger; a
/// known key with something wrong about it is an error.
pub(super) fn key<'a>(shop: &'a Shop, asked: &Asked<'_>) -> Result<Option<&'a ApiKey>, ApiError> {
    // The check runs only for addresses in which the API's path stands.
    if !asked.path.contains("/wp-json/wc/") {
        return Ok(None);
    }
    if believes_https(shop, asked.headers)
        && let Some(key) = by_secret(shop, asked)?
    {
        return Ok(Some(key));
    }
    oauth1::key(shop, asked)
}

fn by_secret<'a>(shop: &'a Shop, asked: &Asked<'_>) -> Result<Option<&'a ApiKey>, ApiError> {
    let from_query = asked.query_value("consumer_key").zip(asked.query_value("consumer_secret"));
    let given = match from_query {
        Some((key, secret)) => Some((key.to_owned(), secret.to_owned())),
        None => basic(shop, asked.headers),
    };
    let Some((key, secret)) = given else { return Ok(None) };
    let Some(known) = shop.key(&key) else { return Ok(None) };
    if known.consumer_secret != secret {
        return Err(ApiError::authentication("Consumer secret is invalid."));
    }
    Ok(Some(known))
}

fn basic(shop: &Shop, headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = authorization(shop, headers)?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (key, secret) = decoded.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

/// The header, unless the shop's host throws it away.
pub(super) fn authorization<'a>(shop: &Shop, headers: &'a HeaderMap) -> Option<&'a str> {
    if shop.config.strips_authorization {
        return None;
    }
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

/// Whether a key may do what the (overridden) method does.
pub(super) fn check_rights(key: &ApiKey, method: &Method) -> Result<(), ApiError> {
    let refused = |kind: &str| {
        Err(ApiError::authentication(&format!("The API key provided does not have {kind} permissions.")))
    };
    match *method {
        Method::GET | Method::HEAD if key.rights == KeyRights::Write => refused("read"),
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE if key.rights == KeyRights::Read => {
            refused("write")
        }
        _ => Ok(()),
    }
}

/// What a stranger is told.
pub(super) fn stranger(method: &Method, batch: bool) -> ApiError {
    let (verb, what) = match *method {
        _ if batch => ("batch", "batch manipulate this resource"),
        Method::POST => ("create", "create resources"),
        Method::PUT | Method::PATCH => ("edit", "edit this resource"),
        Method::DELETE => ("delete", "delete this resource"),
        _ => ("view", "list resources"),
    };
    ApiError::new(401, &format!("woocommerce_rest_cannot_{verb}"), format!("Sorry, you cannot {what}."))
}
