//! `/_sandbox/cj`: what can be ordered of CJ Dropshipping.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aliexpress::ItemChange;
use crate::cj::special;
use crate::world::World;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/cj/items/{id}", post(change_item))
        .route("/_sandbox/cj/special", get(special_ids))
        .route("/_sandbox/cj/limit", post(limit))
        .route("/_sandbox/cj/revoke", post(revoke))
}

async fn change_item(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Json(change): Json<ItemChange>,
) -> StatusCode {
    world.cj.change(&id, change);
    StatusCode::NO_CONTENT
}

async fn special_ids() -> Json<Value> {
    Json(special::ALL.iter().map(|entry| json!({"id": entry.id.to_string(), "what": entry.what})).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// As often as accounts like when absent.
    requests_per_second: Option<u32>,
}

async fn limit(State(world): State<Arc<World>>, Json(limit): Json<Limit>) -> StatusCode {
    world.cj.limit(limit.requests_per_second);
    StatusCode::NO_CONTENT
}

async fn revoke(State(world): State<Arc<World>>) -> StatusCode {
    world.cj.revoke_all();
    StatusCode::NO_CONTENT
}
