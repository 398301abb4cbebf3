//! Connecting a supplier or a shop in the other side's own pages.

use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use serde::Serialize;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId};
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Invalid, Refusal, Valid};
use crate::http::error::ApiError;
use crate::http::validate::{Body, Input, Reader};
use crate::service::{connections, supplier_accounts as accounts};

/// Where the supplier shall send the merchant back to.
#[derive(Debug, ToSchema)]
pub struct BeginConsent {
    #[schema(ignore)]
    id: SupplierAccountId,
    /// As registered with the supplier, usually this service's `/api/v1/suppliers/consent`.
    #[schema(min_length = 1, max_length = 2000)]
    redirect_uri: String,
}

impl Input for BeginConsent {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("account_id").uuid();
        let redirect_uri = reader.body("redirect_uri").text(1..=2000);
        Some(BeginConsent { id: SupplierAccountId(id?), redirect_uri: redirect_uri? })
    }
}

/// Where the shop platform shall send the merchant back to.
#[derive(Debug, ToSchema)]
pub struct BeginShopConsent {
    #[schema(ignore)]
    id: ConnectionId,
    /// As registered with the platform, usually this service's `/api/v1/connections/consent`.
    #[schema(min_length = 1, max_length = 2000)]
    redirect_uri: String,
}

impl Input for BeginShopConsent {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("conn_id").uuid();
        let redirect_uri = reader.body("redirect_uri").text(1..=2000);
        Some(BeginShopConsent { id: ConnectionId(id?), redirect_uri: redirect_uri? })
    }
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentUrl {
    url: String,
}

/// What the supplier's pages send back.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FinishConsent {
    #[param(min_length = 1, max_length = 200)]
    state: String,
    #[param(value_type = String, min_length = 1, max_length = 2000)]
    code: SecretString,
}

impl Input for FinishConsent {
    fn read(reader: &mut Reader) -> Option<Self> {
        let state = reader.query("state").text(1..=200);
        let code = reader.query("code").text(1..=2000);
        Some(FinishConsent { state: state?, code: code?.into() })
    }
}

/// That it was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connected {
    /// Always `connected`.
    status: &'static str,
}

/// Where to send the merchant's browser to give consent.
#[utoipa::path(post, path = "/api/v1/suppliers/accounts/{account_id}/consent", tag = "suppliers", operation_id = "begin_consent",
    params(("account_id" = Uuid, Path)), request_body = BeginConsent, security(("jwt" = [])), responses(
    (status = 200, body = ConsentUrl), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn begin(State(app): AppState, request: Authorized<BeginConsent>) -> Answer<Json<ConsentUrl>> {
    let Authorized { session, input: BeginConsent { id, redirect_uri }, .. } = request;
    ensure_web_address(&redirect_uri)?;
    let url = accounts::begin_consent(&app, session.user.id, id, &redirect_uri).await?;
    Ok(Json(ConsentUrl { url }))
}

/// The merchant comes back from the supplier's pages. What proves the merchant is
/// the state, which was given out once and works once.
#[utoipa::path(get, path = "/api/v1/suppliers/consent", tag = "suppliers", operation_id = "finish_consent", params(FinishConsent), responses(
    (status = 200, body = Connected), (status = 400, body = Refusal), (status = 422, body = Invalid)))]
pub async fn finish(State(app): AppState, Valid(input): Valid<FinishConsent>) -> Answer<Json<Connected>> {
    accounts::finish_consent(&app, &input.state, &input.code).await?;
    Ok(Json(Connected { status: "connected" }))
}

fn ensure_web_address(redirect_uri: &str) -> Answer<()> {
    if redirect_uri.starts_with("http://") || redirect_uri.starts_with("https://") {
        return Ok(());
    }
    Err(ApiError::bad_request("redirect_uri must start with http:// or https://"))
}

/// Where to send the merchant's browser to give consent to the shop's connection.
#[utoipa::path(post, path = "/api/v1/connections/{conn_id}/consent", tag = "connections",
    params(("conn_id" = Uuid, Path)), request_body = BeginShopConsent, security(("jwt" = [])), responses(
    (status = 200, body = ConsentUrl), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn begin_for_shop(
    State(app): AppState,
    request: Authorized<BeginShopConsent>,
) -> Answer<Json<ConsentUrl>> {
    let Authorized { session, input: BeginShopConsent { id, redirect_uri }, .. } = request;
    ensure_web_address(&redirect_uri)?;
    let url = connections::begin_consent(&app, session.user.id, id, &redirect_uri).await?;
    Ok(Json(ConsentUrl { url }))
}

/// The merchant comes back from the shop platform's pages. What proves the merchant is
/// the state, which was given out once and works once.
#[utoipa::path(get, path = "/api/v1/connections/consent", tag = "connections", params(FinishConsent), responses(
    (status = 200, body = Connected), (status = 400, body = Refusal), (status = 422, body = Invalid)))]
pub async fn finish_for_shop(
    State(app): AppState,
    Valid(input): Valid<FinishConsent>,
) -> Answer<Json<Connected>> {
    accounts::finish_consent(&app, &input.state, &input.code).await?;
    Ok(Json(Connected { status: "connected" }))
}
