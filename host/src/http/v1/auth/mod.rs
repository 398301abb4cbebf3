pub mod browser;
pub mod passwords;
pub mod provision;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal, Valid};
use crate::http::access::Needs;
use crate::http::time::Moment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::User;
use crate::service::auth::{self, TokenPair};
use browser::Own;

/// Longer passwords are refused: hashing them would be work for nothing.
const LONGEST_PASSWORD: usize = 1024;
const LONGEST_TOKEN: usize = 4096;

/// A new account.
#[derive(Debug, ToSchema)]
pub struct Registration {
    /// Its domain is kept in lower case, the part before the @ as typed.
    #[schema(format = Email)]
    email: String,
    /// At least 8 characters.
    #[schema(value_type = String, min_length = 8, max_length = 1024, format = Password)]
    password: SecretString,
}

impl Input for Registration {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.body("email").email();
        let password = reader.body("password").text(8..=LONGEST_PASSWORD);
        Some(Registration { email: email?, password: password?.into() })
    }
}

/// A login.
#[derive(Debug, ToSchema)]
pub struct Credentials {
    #[schema(format = Email)]
    email: String,
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

impl Input for Credentials {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.body("email").email();
        let password = reader.body("password").text(0..=usize::MAX);
        Some(Credentials { email: email?, password: password?.into() })
    }
}

/// A refresh token to exchange.
#[derive(Debug, ToSchema)]
pub struct Refresh {
    #[schema(value_type = String, max_length = 4096)]
    refresh_token: SecretString,
}

impl Input for Refresh {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.body("refresh_token").text(0..=LONGEST_TOKEN);
        Some(Refresh { refresh_token: token?.into() })
    }
}

/// Which session to end.
#[derive(Debug, ToSchema)]
pub struct Logout {
    /// Without it, all sessions end at once.
    #[schema(value_type = Option<String>, max_length = 4096)]
    refresh_token: Option<SecretString>,
}

impl Input for Logout {
    const BODY: Body = Body::Optional;
    const NEEDS: Needs = Needs::Login;

    fn read(reader: &mut Reader) -> Option<Self> {
        if !reader.has_body() {
            return Some(Logout { refresh_token: None });
        }
        let token = reader.body("refresh_token").optional_text(0..=LONGEST_TOKEN);
        Some(Logout { refresh_token: token?.map(SecretString::from) })
    }
}

/// What a login gives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// For the `Authorization` header: `Bearer …`.
    access_token: String,
    /// For `/auth/refresh`.
    refresh_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    user: TokenUser,
}

/// Whose tokens they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenUser {
    email: String,
}

impl From<TokenPair> for Tokens {
    fn from(pair: TokenPair) -> Self {
        let TokenPair { access, refresh, user } = pair;
        Tokens {
            access_token: access.expose_secret().to_owned(),
            refresh_token: refresh.expose_secret().to_owned(),
            token_type: "bearer",
            user: TokenUser { email: user.email },
        }
    }
}

/// A merchant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    email: String,
    is_active: bool,
    #[schema(value_type = String, example = "free")]
    plan: Plan,
    created_at: Moment,
}

impl From<User> for Me {
    fn from(user: User) -> Self {
        Me {
            id: user.id,
            email: user.email,
            is_active: user.is_active,
            plan: user.plan,
            created_at: user.created_at.into(),
        }
    }
}

/// Make an account and log in.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = Registration, responses(
    (status = 201, body = Tokens), (status = 409, body = Refusal), (status = 422, body = Invalid),
    (status = 429, body = Refusal), (status = 503, body = Refusal)))]
pub async fn register(
    State(app): AppState,
    Valid(input): Valid<Registration>,
) -> Answer<(StatusCode, Json<Tokens>)> {
    let Registration { email, password } = input;
    let pair = auth::register(&app, email, password).await?;
    Ok((StatusCode::CREATED, Json(pair.into())))
}

/// Log in.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = Credentials, responses(
    (status = 200, body = Tokens), (status = 401, body = Refusal), (status = 422, body = Invalid),
    (status = 429, body = Refusal), (status = 503, body = Refusal)))]
pub async fn login(State(app): AppState, Valid(input): Valid<Credentials>) -> Answer<Json<Tokens>> {
    let Credentials { email, password } = input;
    Ok(Json(auth::login(&app, &email, password).await?.into()))
}

/// Exchange a refresh token for new tokens. It is good once; sent again within seconds
/// it gives the same next token, later it ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body = Refresh, responses(
    (status = 200, body = Tokens), (status = 401, body = Refusal), (status = 422, body = Invalid)))]
pub async fn refresh(State(app): AppState, Valid(input): Valid<Refresh>) -> Answer<Json<Tokens>> {
    Ok(Json(auth::refresh(&app, &input.refresh_token).await?.into()))
}

/// End a session, or all of them.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", request_body = Option<Logout>,
    security(("jwt" = [])), extensions(("x-required-scope" = json!(Logout::NEEDS))), responses(
    (status = 204), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn logout(State(app): AppState, request: Authorized<Logout>) -> Answer<StatusCode> {
    let Authorized { session, input, .. } = request;
    match input.refresh_token {
        Some(token) => auth::logout(&app, &session.user, token).await?,
        None => auth::logout_everywhere(&app, session.user.id).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// End all sessions: refresh tokens, browsers, and access tokens that are out. API
/// keys stay.
#[utoipa::path(post, path = "/api/v1/auth/logout-all", tag = "auth", security(("jwt" = [])),
    extensions(("x-required-scope" = json!(Own::NEEDS))), responses(
    (status = 204), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn logout_all(State(app): AppState, request: Authorized<Own>) -> Answer<StatusCode> {
    auth::logout_everywhere(&app, request.session.user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who asks.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "auth", security(("jwt" = [])), responses(
    (status = 200, body = Me), (status = 401, body = Refusal)))]
pub async fn me(request: Authorized<Nothing>) -> Json<Me> {
    Json(request.session.user.into())
}
