use axum::Json;
use axum::extract::{Request, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body;
use crate::http::error::Refusal;
use crate::http::v1::{Answer, AppState};
use crate::service::platform_events;

const SIGNATURE: &str = "x-platform-signature";

/// What was done about an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Handled {
    /// Always `ok`.
    status: &'static str,
    /// `merchant_notified`, or nothing: the event concerns nobody here, is of no
    /// interest, or was told before.
    #[schema(value_type = Vec<String>)]
    actions: Vec<&'static str>,
}

/// The platform tells what happened in its shops, with the same signature as its
/// other services get: HMAC-SHA256 over the body.
#[utoipa::path(post, operation_id = "receive_platform_event", path = "/api/v1/webhooks/platform-events", tag = "webhooks",
    params(
        ("X-Platform-Event" = Option<String>, Header, description = "The event's name, as in the body")),
    request_body(content = Object, description = "`event`, `user_id`, `store_id`, `resource_id`, `resource_type`, `timestamp`, `data`"),
    security(("platform_signature" = [])), responses(
    (status = 200, body = Handled), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 413, body = Refusal)))]
pub async fn receive(State(app): AppState, request: Request) -> Answer<Json<Handled>> {
    let (parts, body) = request.into_parts();
    let bytes = body::bytes(body).await?;
    let signature = parts.headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let actions = platform_events::receive(&app, &bytes, signature).await?;
    Ok(Json(Handled { status: "ok", actions }))
}
