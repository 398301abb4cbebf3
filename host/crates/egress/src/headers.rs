//! Headers that a guest may not set, and headers that it does not get to see.

use http::header::{self, HeaderMap, HeaderName};

use crate::error::EgressError;
use crate::origin::Origin;
use crate::placeholder;

/// Set by the gate itself, or meaningful only between two hops: dropped.
const DROPPED: &[&str] = &[
    "accept-encoding",
    "alt-used",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-real-ip",
];

/// Would let the method that was checked differ from the one that is obeyed.
const METHOD_OVERRIDES: &[&str] = &["x-http-method", "x-http-method-override", "x-method-override"];

/// Not for the guest: sessions, proofs of identity, and what belongs to the hop.
const HIDDEN: &[&str] = &[
    "alt-svc",
    "authentication-info",
    "authorization",
    "clear-site-data",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "keep-alive",
    "set-cookie",
    "set-cookie2",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The headers of a guest's request that may travel on.
///
/// # Errors
/// For `authorization` and `cookie` without a placeholder, for anything meant
/// for proxies, for a foreign `host`, and for method overrides.
pub(crate) fn outgoing(headers: &HeaderMap, origin: &Origin, limit: u64) -> Result<HeaderMap, EgressError> {
    if size(headers) > limit || headers.len() > 128 {
        return Err(EgressError::TooLarge { what: "headers of the request", limit });
    }
    let mut kept = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let text = name.as_str();
        if DROPPED.contains(&text) || text.starts_with("x-forwarded-") {
            continue;
        }
        if *name == header::HOST {
            same_host(value.as_bytes(), origin)?;
            continue;
        }
        if text.starts_with("proxy-") || METHOD_OVERRIDES.contains(&text) {
            return Err(EgressError::invalid(format!("the header `{text}` must not be set")));
        }
        let secret = *name == header::AUTHORIZATION || *name == header::COOKIE;
        if secret && !value.to_str().is_ok_and(placeholder::contains) {
            return Err(EgressError::invalid(format!(
                "the header `{text}` may only carry a placeholder such as {{{{credential:NAME}}}}"
            )));
        }
        kept.append(name.clone(), value.clone());
    }
    Ok(kept)
}

fn same_host(value: &[u8], origin: &Origin) -> Result<(), EgressError> {
    let with_port = format!("{}:{}", origin.host(), origin.port());
    let same = value.eq_ignore_ascii_case(origin.authority().as_bytes())
        || value.eq_ignore_ascii_case(with_port.as_bytes());
    if same { Ok(()) } else { Err(EgressError::invalid("the header `host` differs from the address")) }
}

/// The headers of an answer that the guest may see.
pub(crate) fn incoming(headers: &HeaderMap, redact: impl Fn(&[u8]) -> Option<Vec<u8>>) -> HeaderMap {
    let visible =
        |name: &HeaderName| !HIDDEN.contains(&name.as_str()) && !name.as_str().starts_with("proxy-");
    let mut kept = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers.iter().filter(|(name, _)| visible(name)) {
        let clean = match redact(value.as_bytes()) {
            None => Some(value.clone()),
            Some(clean) => clean.try_into().ok(),
        };
        if redact(name.as_str().as_bytes()).is_none()
            && let Some(clean) = clean
        {
            kept.append(name.clone(), clean);
        }
    }
    kept
}

/// Bytes of all names and values.
pub(crate) fn size(headers: &HeaderMap) -> u64 {
    headers.iter().map(|(name, value)| (name.as_str().len() + value.len() + 4) as u64).sum()
}
