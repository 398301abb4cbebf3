use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::AppState;
use crate::http::time::OffsetMoment;
use crate::service::health;

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    service: String,
    /// `ok`, or `unavailable` when the database does not answer.
    status: &'static str,
    timestamp: OffsetMoment,
}

/// Whether the process runs. Asks nobody else.
#[utoipa::path(get, path = "/api/v1/health", tag = "health", responses((status = 200, body = Health)))]
pub async fn live(State(app): AppState) -> Json<Health> {
    Json(Health {
        service: app.config.server.service_name.clone(),
        status: "ok",
        timestamp: OffsetMoment(app.now()),
    })
}

/// Whether the process can do its work.
#[utoipa::path(get, path = "/api/v1/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn ready(State(app): AppState) -> (StatusCode, Json<Health>) {
    let (code, status) = match health::is_ready(&app).await {
        true => (StatusCode::OK, "ok"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let service = app.config.server.service_name.clone();
    (code, Json(Health { service, status, timestamp: OffsetMoment(app.now()) }))
}
