use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::{ApiError, Refusal};
use crate::http::v1::{Answer, AppState};
use crate::service::stripe_events;

/// Events of Stripe's are a few kilobytes.
const LARGEST: usize = 256 * 1024;

/// That it was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// Always `ok`.
    status: &'static str,
}

/// An event of Stripe's. It is answered with 200 also when it concerns nobody here.
#[utoipa::path(post, operation_id = "receive_stripe", path = "/api/v1/webhooks/stripe", tag = "webhooks",
    params(("Stripe-Signature" = Option<String>, Header, description = "`t=<seconds>,v1=<hex>`, as Stripe makes it")),
    request_body(content = Object, description = "An event; the raw bytes are what is signed"), responses(
    (status = 200, body = Taken), (status = 400, body = Refusal), (status = 413, body = Refusal),
    (status = 503, body = Refusal)))]
pub async fn receive(State(app): AppState, request: Request) -> Answer<Json<Taken>> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|_| ApiError::too_large(LARGEST))?;
    let signature = parts.headers.get("stripe-signature").and_then(|value| value.to_str().ok());
    stripe_events::receive(&app, &body, signature).await?;
    Ok(Json(Taken { status: "ok" }))
}
