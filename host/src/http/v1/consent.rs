//! Connecting a supplier or a shop in the other side's own pages.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, Method};
use axum::response::{AppendHeaders, IntoResponse};
use secrecy::SecretString;
use serde::Serialize;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId};
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Invalid, Refusal};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::validate::{Body, Input, Reader};
use crate::http::{auth, cookie, extract};
use crate::service::consent::{Begun, PATIENCE, Return};
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

/// Somebody comes back: what they bring, and who they are.
#[derive(Debug)]
pub struct Returned(Return);

impl FromRequest<Arc<App>> for Returned {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, _) = request.into_parts();
        let FinishConsent { state, code } = extract::fields(&mut parts, None).await?;
        // Nobody has to be signed in; who is must be allowed to change things.
        let session = auth::session(app, &parts).await.ok();
        let session = session.filter(|session| FinishConsent::NEEDS.check(session, &Method::POST).is_ok());
        let binding = cookie::consent(&parts.headers, &state).map(SecretString::from);
        let query = SecretString::from(parts.uri.query().unwrap_or_default());
        let user = session.map(|session| session.user.id);
        Ok(Returned(Return { state, code, query, binding, user }))
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
pub async fn begin(
    State(app): AppState,
    headers: HeaderMap,
    request: Authorized<BeginConsent>,
) -> Answer<impl IntoResponse> {
    let Authorized { session, input: BeginConsent { id, redirect_uri }, .. } = request;
    ensure_web_address(&redirect_uri)?;
    let begun = accounts::begin_consent(&app, session.user.id, id, &redirect_uri).await?;
    Ok(to_browser(&app, &headers, begun))
}

/// The merchant comes back from the supplier's pages, in the browser in which the
/// consent began (a cookie tells), or signed in. A program that began it sends the state
/// and the code with its own token. The state works once.
#[utoipa::path(get, path = "/api/v1/suppliers/consent", tag = "suppliers", operation_id = "finish_consent", params(FinishConsent), responses(
    (status = 200, body = Connected), (status = 400, body = Refusal), (status = 422, body = Invalid)))]
pub async fn finish(State(app): AppState, Returned(back): Returned) -> Answer<Json<Connected>> {
    accounts::finish_consent(&app, back).await?;
    Ok(Json(Connected { status: "connected" }))
}

/// The address, and a mark for the browser that asked for it.
fn to_browser(app: &App, headers: &HeaderMap, begun: Begun) -> impl IntoResponse + use<> {
    let Begun { url, state, binding } = begun;
    let is_secure = cookie::is_secure(headers, app.config.is_production());
    let mark = cookie::set_consent(&state, &binding, PATIENCE, is_secure);
    (AppendHeaders([(SET_COOKIE, mark)]), Json(ConsentUrl { url }))
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
    headers: HeaderMap,
    request: Authorized<BeginShopConsent>,
) -> Answer<impl IntoResponse> {
    let Authorized { session, input: BeginShopConsent { id, redirect_uri }, .. } = request;
    ensure_web_address(&redirect_uri)?;
    let begun = connections::begin_consent(&app, session.user.id, id, &redirect_uri).await?;
    Ok(to_browser(&app, &headers, begun))
}

/// The merchant comes back from the shop platform's pages, in the browser in which the
/// consent began (a cookie tells), or signed in. A program that began it sends all that
/// came back with its own token. The state works once; where the platform signs its
/// answer, the signature, the time and the shop are checked.
#[utoipa::path(get, path = "/api/v1/connections/consent", tag = "connections", params(FinishConsent), responses(
    (status = 200, body = Connected), (status = 400, body = Refusal), (status = 422, body = Invalid)))]
pub async fn finish_for_shop(State(app): AppState, Returned(back): Returned) -> Answer<Json<Connected>> {
    accounts::finish_consent(&app, back).await?;
    Ok(Json(Connected { status: "connected" }))
}
