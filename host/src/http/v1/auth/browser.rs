use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Answer, AppState, Authorized, Invalid, Refusal, Valid};
use super::{Credentials, Me};
use crate::http::access::Needs;
use crate::http::cookie;
use crate::http::time::Moment;
use crate::http::validate::{Input, Reader};
use crate::service::auth::{self, BrowserLogin, Credential};

/// A session of a browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrowserSession {
    user: Me,
    /// For the `X-CSRF-Token` header of everything but GET; null when the request came
    /// with a token instead of a cookie.
    csrf_token: Option<String>,
    /// When the browser has to log in again.
    expires_at: Moment,
}

/// What a request about the own session needs: a login.
#[derive(Clone, Copy, Debug)]
pub struct Own;

impl Input for Own {
    const NEEDS: Needs = Needs::Login;

    fn read(_: &mut Reader) -> Option<Self> {
        Some(Own)
    }
}

/// Log a browser in: the session is a cookie that scripts cannot read.
#[utoipa::path(post, path = "/api/v1/auth/session", tag = "auth", request_body = Credentials, responses(
    (status = 201, body = BrowserSession), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Invalid), (status = 429, body = Refusal), (status = 503, body = Refusal)))]
pub async fn begin(
    State(app): AppState,
    headers: HeaderMap,
    Valid(input): Valid<Credentials>,
) -> Answer<impl IntoResponse> {
    cookie::same_site(&headers, &app.config.server.cors_origins)?;
    let Credentials { email, password } = input;
    let login = auth::begin_browser(&app, &email, password).await?;
    let is_secure = cookie::is_secure(&headers, app.config.is_production());
    let set = cookie::set(&login.token, app.config.auth.refresh_life(), is_secure);
    let BrowserLogin { token: _, csrf_token, user, ends_at } = login;
    let session =
        BrowserSession { user: user.into(), csrf_token: Some(csrf_token), expires_at: ends_at.into() };
    Ok((StatusCode::CREATED, AppendHeaders([(SET_COOKIE, set)]), Json(session)))
}

/// The session of this browser, with the token against forged requests.
#[utoipa::path(get, path = "/api/v1/auth/session", tag = "auth", security(("jwt" = [])),
    extensions(("x-required-scope" = json!(Own::NEEDS))), responses(
    (status = 200, body = BrowserSession), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn get(request: Authorized<Own>) -> Json<BrowserSession> {
    let session = request.session;
    let csrf_token = match session.credential {
        Credential::Browser(key) => Some(key.csrf_token),
        Credential::Token | Credential::Key(_) => None,
    };
    Json(BrowserSession { user: session.user.into(), csrf_token, expires_at: session.ends_at.into() })
}

/// Log this browser out.
#[utoipa::path(delete, path = "/api/v1/auth/session", tag = "auth", security(("jwt" = [])),
    extensions(("x-required-scope" = json!(Own::NEEDS))), responses(
    (status = 204), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn end(State(app): AppState, request: Authorized<Own>) -> Answer<impl IntoResponse> {
    auth::end_browser(&app, &request.session).await?;
    let cleared = cookie::cleared().map(|value| (SET_COOKIE, value));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cleared)))
}
