//! Who asks: an access token, an API key, or a browser's cookie.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use super::cookie;
use super::error::ApiError;
use crate::app::App;
use crate::service::api_keys;
use crate::service::auth::{self, Credential, Session};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The merchant of the credentials. A token decides when there is one; a key is
/// looked at when there is none, and a cookie when there is neither.
///
/// # Errors
/// 401 without credentials, with bad ones, or when the merchant is gone; 403 when a
/// page of another site made the browser send its cookie.
pub async fn session(app: &App, parts: &Parts) -> Result<Session, ApiError> {
    let headers = &parts.headers;
    if let Some(token) = bearer(headers) {
        return Ok(auth::authenticate(app, token).await?);
    }
    if let Some(key) = key(headers) {
        return Ok(api_keys::authenticate(app, key).await?);
    }
    if headers.contains_key(AUTHORIZATION) {
        return Err(ApiError::not_authenticated());
    }
    match cookie::token(headers) {
        Some(token) => of_browser(app, parts, token).await,
        None => Err(ApiError::not_authenticated()),
    }
}

async fn of_browser(app: &App, parts: &Parts, token: &str) -> Result<Session, ApiError> {
    let session = auth::authenticate_browser(app, token).await?;
    if let Credential::Browser(key) = &session.credential {
        cookie::check(&parts.method, &parts.headers, &app.config.server.cors_origins, key)?;
    }
    Ok(session)
}

/// The same for the operations that have always taken either: a bad token is
/// passed over when there is a key, and the refusal names both.
///
/// # Errors
/// 401 when neither is good.
pub async fn token_or_key(app: &App, parts: &Parts) -> Result<Session, ApiError> {
    let headers = &parts.headers;
    if let Some(token) = bearer(headers)
        && let Some(session) = passed_over(auth::authenticate(app, token).await)?
    {
        return Ok(session);
    }
    if let Some(key) = key(headers)
        && let Some(session) = passed_over(api_keys::authenticate(app, key).await)?
    {
        return Ok(session);
    }
    match cookie::token(headers) {
        Some(token) if !headers.contains_key(AUTHORIZATION) => of_browser(app, parts, token).await,
        _ => Err(ApiError::neither_token_nor_key()),
    }
}

/// Bad credentials count as none; a database that does not answer does not.
fn passed_over(found: Result<Session, auth::AuthError>) -> Result<Option<Session>, ApiError> {
    match found {
        Ok(session) => Ok(Some(session)),
        Err(error @ auth::AuthError::Db(_)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only(headers, &AUTHORIZATION)?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn key(headers: &HeaderMap) -> Option<&str> {
    only(headers, &X_API_KEY).map(str::trim).filter(|key| !key.is_empty())
}

/// A header that stands there once. Of two nobody knows which one was checked by
/// whoever stands in front of us.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().expect("a header"))).collect()
    }

    #[test]
    fn the_scheme_is_read_with_tolerance() {
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer   abc", Some("abc")),
            ("BEARER abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("Bearer  ", None),
            ("abc", None),
        ] {
            assert_eq!(bearer(&headers(&AUTHORIZATION, &[header])), token, "{header}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }

    #[test]
    fn a_header_that_stands_there_twice_counts_as_none() {
        assert_eq!(bearer(&headers(&AUTHORIZATION, &["Bearer a", "Bearer a"])), None);
        assert_eq!(key(&headers(&X_API_KEY, &["a", "b"])), None);
        assert_eq!(key(&headers(&X_API_KEY, &[" a "])), Some("a"));
        assert_eq!(key(&headers(&X_API_KEY, &[" "])), None);
    }
}
