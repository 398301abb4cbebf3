use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Answer, AppState, Authorized, Invalid, Refusal, Valid};
use super::{LONGEST_PASSWORD, LONGEST_TOKEN, Tokens};
use crate::http::access::Needs;
use crate::http::validate::{Body, Input, Reader, usual_email};
use crate::service::auth::{self, Reset};

/// Any text may be asked about; longer ones are no addresses.
const LONGEST_ADDRESS: usize = 1000;

/// A change of the password.
#[derive(Debug, ToSchema)]
pub struct PasswordChange {
    #[schema(value_type = String, max_length = 1024, format = Password)]
    current_password: SecretString,
    /// At least 8 characters.
    #[schema(value_type = String, min_length = 8, max_length = 1024, format = Password)]
    new_password: SecretString,
}

impl Input for PasswordChange {
    const BODY: Body = Body::Required;
    const NEEDS: Needs = Needs::Login;

    fn read(reader: &mut Reader) -> Option<Self> {
        let current = reader.body("current_password").text(0..=LONGEST_PASSWORD);
        let new = reader.body("new_password").text(8..=LONGEST_PASSWORD);
        Some(PasswordChange { current_password: current?.into(), new_password: new?.into() })
    }
}

/// Whose password is to be set anew.
#[derive(Debug, ToSchema)]
pub struct Forgotten {
    /// May stand in the query instead.
    #[schema(max_length = 1000)]
    email: String,
}

impl Input for Forgotten {
    const BODY: Body = Body::Optional;

    fn read(reader: &mut Reader) -> Option<Self> {
        let in_query = reader.has_query("email") || !reader.has_body();
        let email = match in_query {
            true => reader.query("email").text(0..=LONGEST_ADDRESS),
            false => reader.body("email").text(0..=LONGEST_ADDRESS),
        };
        Some(Forgotten { email: usual_email(&email?) })
    }
}

/// A new password, permitted by an e-mail.
#[derive(Debug, ToSchema)]
pub struct NewPassword {
    /// From the link in the e-mail.
    #[schema(value_type = String, max_length = 4096)]
    token: SecretString,
    /// At least 8 characters.
    #[schema(value_type = String, min_length = 8, max_length = 1024, format = Password)]
    new_password: SecretString,
}

impl Input for NewPassword {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.body("token").text(0..=LONGEST_TOKEN);
        let new = reader.body("new_password").text(8..=LONGEST_PASSWORD);
        Some(NewPassword { token: token?.into(), new_password: new?.into() })
    }
}

/// One sentence for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Said {
    message: &'static str,
}

/// Change the password. All other sessions end; these tokens go on.
#[utoipa::path(post, path = "/api/v1/auth/change-password", tag = "auth", request_body = PasswordChange,
    security(("jwt" = [])), extensions(("x-required-scope" = json!(PasswordChange::NEEDS))), responses(
    (status = 200, body = Tokens), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 422, body = Invalid), (status = 429, body = Refusal),
    (status = 503, body = Refusal)))]
pub async fn change(State(app): AppState, request: Authorized<PasswordChange>) -> Answer<Json<Tokens>> {
    let Authorized { session, input, .. } = request;
    let PasswordChange { current_password, new_password } = input;
    Ok(Json(auth::change_password(&app, session, current_password, new_password).await?.into()))
}

/// Have an e-mail sent with which the password can be set anew. The answer is the same
/// whether there is such an account or not.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password", tag = "auth", request_body = Option<Forgotten>,
    params(("email" = Option<String>, Query, max_length = 1000, description = "In place of the body")), responses(
    (status = 200, body = Said), (status = 422, body = Invalid), (status = 429, body = Refusal),
    (status = 503, body = Refusal)))]
pub async fn forgot(State(app): AppState, Valid(input): Valid<Forgotten>) -> Answer<Json<Said>> {
    auth::ask_for_reset(&app, input.email).await?;
    Ok(Json(Said { message: "If an account exists, a reset email has been sent." }))
}

/// Set the password anew with the token of an e-mail. The token works once, for an
/// hour, and every session ends.
#[utoipa::path(post, path = "/api/v1/auth/reset-password", tag = "auth", request_body = NewPassword, responses(
    (status = 200, body = Said), (status = 400, body = Refusal), (status = 422, body = Invalid),
    (status = 429, body = Refusal), (status = 503, body = Refusal)))]
pub async fn reset(State(app): AppState, Valid(input): Valid<NewPassword>) -> Answer<Json<Said>> {
    let NewPassword { token, new_password } = input;
    auth::reset_password(&app, Reset { token, new_password }).await?;
    Ok(Json(Said { message: "The password was set. Log in with it." }))
}
