//! The two doors of the platform, `/sync` for business and `/rest` for tokens,
//! and what they check before anything else.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::TimeDelta;

use super::business::{self, Answer};
use super::errors::Refusal;
use super::params::Params;
use super::signature;
use crate::reply;
use crate::world::World;

/// How far a timestamp may be from the server's time.
const SKEW: TimeDelta = TimeDelta::seconds(7200);

/// `/sync`.
pub(super) async fn business(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref(), &headers, &body);
    match business_answer(&world, &params).await {
        Ok(Answer::Json(value)) => reply::json(StatusCode::OK, &value),
        Ok(Answer::Other(response)) => response,
        Err(refusal) => reply::json(StatusCode::OK, &refusal.nested(&world.aliexpress.request_id())),
    }
}

async fn business_answer(world: &World, params: &Params) -> Result<Answer, Refusal> {
    check_common(world, "", params)?;
    let method = params.need("method")?;
    let known = business::method(method).ok_or_else(Refusal::path)?;
    if known.needs_token {
        let token = params.get("session").or_else(|| params.get("access_token"));
        let good = token.is_some_and(|token| {
            world.aliexpress.tokens.check(&world.config.aliexpress, token, world.clock.now())
        });
        if !good {
            return Err(Refusal::access_token());
        }
    }
    business::answer(world, known, params).await
}

/// `/rest/<path>`.
pub(super) async fn system_by_path(
    State(world): State<Arc<World>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref(), &headers, &body);
    system(&world, &format!("/{path}"), &params)
}

/// `/rest` with the path in the field `method`, as the official SDK calls it.
pub(super) async fn system_by_field(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref(), &headers, &body);
    match params.need("method") {
        Ok(path) => system(&world, path, &params),
        Err(refusal) => reply::json(StatusCode::OK, &refusal.flat(&world.aliexpress.request_id())),
    }
}

fn system(world: &World, path: &str, params: &Params) -> Response {
    let request_id = world.aliexpress.request_id();
    let answer = match system_answer(world, path, params) {
        Ok(mut value) => {
            value["request_id"] = request_id.into();
            value
        }
        Err(refusal) => refusal.flat(&request_id),
    };
    reply::json(StatusCode::OK, &answer)
}

fn system_answer(world: &World, path: &str, params: &Params) -> Result<serde_json::Value, Refusal> {
    check_common(world, path, params)?;
    let (tokens, config, now) = (&world.aliexpress.tokens, &world.config.aliexpress, world.clock.now());
    match path {
        "/auth/token/create" | "/auth/token/security/create" => {
            let code = params.need("code")?;
            // Documented as optional, but it spoils the call.
            if params.get("uuid").is_some() {
                return Err(Refusal::code());
            }
            tokens.create(config, code, now)
        }
        "/auth/token/refresh" | "/auth/token/security/refresh" => {
            tokens.refresh(config, params.need("refresh_token")?, now)
        }
        _ => Err(Refusal::path()),
    }
}

/// What every call is checked for, in the platform's order.
fn check_common(world: &World, path: &str, params: &Params) -> Result<(), Refusal> {
    let (config, now) = (&world.config.aliexpress, world.clock.now());
    let app_key = params.need("app_key")?;
    let timestamp = params.need("timestamp")?;
    params.need("sign_method")?;
    params.need("sign")?;
    if app_key != config.app_key {
        return Err(Refusal::app_key());
    }
    let limit = world.aliexpress.throttle.pass(now, config.calls_per_second, config.ban_seconds);
    limit.map_err(Refusal::throttled)?;
    let sent: i64 = timestamp.parse().map_err(|_| Refusal::timestamp())?;
    let skew = now.timestamp_millis().saturating_sub(sent).saturating_abs();
    if skew > SKEW.num_milliseconds() {
        return Err(Refusal::timestamp());
    }
    signature::verify(&config.app_secret, path, params)
}
