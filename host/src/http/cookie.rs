//! The cookie of a browser's session, and the checks that requests with it pass.
//!
//! A browser sends the cookie along with whatever any page asks it to send. So a
//! request that changes something must come from a page of ours, as the browser
//! itself says (`Origin`, `Sec-Fetch-Site`), and carry a token that only pages of
//! ours can read.

use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::error::ApiError;
use crate::service::auth::BrowserKey;

/// Over https: a browser takes this name only from us, for the whole site, protected.
const SECURE_NAME: &str = "__Host-sourcepilot_session";
/// For work on one's own machine over http.
const PLAIN_NAME: &str = "sourcepilot_session";

/// The same for the browser that began a consent; the state's beginning follows.
const SECURE_CONSENT: &str = "__Host-sourcepilot_consent_";
const PLAIN_CONSENT: &str = "sourcepilot_consent_";
/// So much of a state tells the consents of one browser apart.
const STATE_SHOWN: usize = 8;

/// The token in the cookie. Two cookies of one name are none: one of them was put
/// there by somebody else.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    found(headers, SECURE_NAME).or_else(|| found(headers, PLAIN_NAME))
}

/// What the browser that began the consent of this state was given.
pub fn consent<'a>(headers: &'a HeaderMap, state: &str) -> Option<&'a str> {
    let shown: String = state.chars().take(STATE_SHOWN).collect();
    found(headers, &format!("{SECURE_CONSENT}{shown}"))
        .or_else(|| found(headers, &format!("{PLAIN_CONSENT}{shown}")))
}

fn found<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    (values.next().is_none() && !value.is_empty()).then_some(value)
}

/// Whether the page that asks was loaded over https; in production all are.
pub fn is_secure(headers: &HeaderMap, is_production: bool) -> bool {
    is_production || text(headers, ORIGIN.as_str()).is_some_and(|origin| origin.starts_with("https://"))
}

/// The header value that sets the cookie.
pub fn set(token: &SecretString, life: TimeDelta, is_secure: bool) -> HeaderValue {
    let name = if is_secure { SECURE_NAME } else { PLAIN_NAME };
    set_named(name, token, life, is_secure)
}

/// The header value that marks the browser in which a consent begins.
pub fn set_consent(state: &str, binding: &SecretString, life: TimeDelta, is_secure: bool) -> HeaderValue {
    let name = if is_secure { SECURE_CONSENT } else { PLAIN_CONSENT };
    let shown: String = state.chars().take(STATE_SHOWN).collect();
    set_named(&format!("{name}{shown}"), binding, life, is_secure)
}

fn set_named(name: &str, token: &SecretString, life: TimeDelta, is_secure: bool) -> HeaderValue {
    let secure = if is_secure { "; Secure" } else { "" };
    let (token, seconds) = (token.expose_secret(), life.num_seconds());
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// The header values that remove the cookie under both its names.
pub fn cleared() -> [HeaderValue; 2] {
    [
        HeaderValue::from_static(
            "__Host-sourcepilot_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
        ),
        HeaderValue::from_static("sourcepilot_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
    ]
}

/// Refuse what a page of another site made the browser send.
///
/// # Errors
/// 403 with a sentence that says what is missing.
pub fn check(
    method: &Method,
    headers: &HeaderMap,
    allowed: &[String],
    key: &BrowserKey,
) -> Result<(), ApiError> {
    if method.is_safe() {
        return Ok(());
    }
    same_site(headers, allowed)?;
    let sent = text(headers, "x-csrf-token").unwrap_or_default();
    match bool::from(sent.as_bytes().ct_eq(key.csrf_token.as_bytes())) {
        true => Ok(()),
        false => Err(ApiError::forbidden(
            "The X-CSRF-Token header is missing or wrong. Send the csrf_token of GET /api/v1/auth/session.",
        )),
    }
}

/// Refuse a request that a browser sends for a page of another site. Programs that
/// are no browsers say nothing about it.
///
/// # Errors
/// 403 naming the setting that would allow it.
pub fn same_site(headers: &HeaderMap, allowed: &[String]) -> Result<(), ApiError> {
    let is_ours = match (text(headers, ORIGIN.as_str()), text(headers, "sec-fetch-site")) {
        (Some(origin), _) => allowed.iter().any(|known| known == origin) || is_own(origin, headers),
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        (None, None) => !headers.contains_key(ORIGIN),
    };
    match is_ours {
        true => Ok(()),
        false => Err(ApiError::forbidden(
            "This request comes from a page of another site. The operator can allow it in CORS_ORIGINS.",
        )),
    }
}

/// The page was loaded from the very address that is asked now.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let Some(host) = text(headers, HOST.as_str()) else { return false };
    let place = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    place.is_some_and(|place| place.eq_ignore_ascii_case(host))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header"));
        }
        headers
    }

    #[test]
    fn the_cookie_is_found_among_others_and_never_twice() {
        for (cookies, found) in [
            (vec!["a=b; sourcepilot_session=x; c=d"], Some("x")),
            (vec!["a=b", "sourcepilot_session=x"], Some("x")),
            (vec!["sourcepilot_session=plain; __Host-sourcepilot_session=safe"], Some("safe")),
            (vec!["sourcepilot_session=x; sourcepilot_session=y"], None),
            (vec!["xsourcepilot_session=x"], None),
            (vec!["sourcepilot_session="], None),
            (vec![], None),
        ] {
            let pairs: Vec<_> = cookies.iter().map(|cookie| ("cookie", *cookie)).collect();
            assert_eq!(token(&headers(&pairs)), found, "{cookies:?}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let allowed = ["http://localhost:3109".to_owned()];
        let host = ("host", "api.example:8109");
        for (pairs, passes) in [
            (vec![host], true),
            (vec![host, ("origin", "http://localhost:3109")], true),
            (vec![host, ("origin", "https://api.example:8109")], true),
            (vec![host, ("origin", "https://API.example:8109"), ("sec-fetch-site", "same-origin")], true),
            (vec![host, ("sec-fetch-site", "same-origin")], true),
            (vec![host, ("sec-fetch-site", "none")], true),
            (vec![host, ("sec-fetch-site", "same-site")], false),
            (vec![host, ("sec-fetch-site", "cross-site")], false),
            (vec![host, ("origin", "null")], false),
            (vec![host, ("origin", "")], false),
            (vec![host, ("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], false),
            (vec![host, ("origin", "https://api.example")], false),
            (vec![host, ("origin", "https://api.example:8109.evil.example")], false),
            (vec![host, ("origin", "http://localhost:3109.evil.example")], false),
            (vec![("origin", "https://api.example:8109")], false),
        ] {
            assert_eq!(same_site(&headers(&pairs), &allowed).is_ok(), passes, "{pairs:?}");
        }
    }

    #[test]
    fn the_token_is_asked_for_when_something_changes() {
        let key = BrowserKey { id: uuid::Uuid::nil(), csrf_token: "right".to_owned() };
        let passes = |method: Method, token: &str| {
            check(&method, &headers(&[("x-csrf-token", token)]), &[], &key).is_ok()
        };
        assert!(passes(Method::GET, "wrong") && passes(Method::POST, "right"));
        for token in ["", "wrong", "righ", "right "] {
            assert!(!passes(Method::DELETE, token), "{token}");
        }
    }
}
