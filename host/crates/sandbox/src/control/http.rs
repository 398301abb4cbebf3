//! `/_sandbox`: the same as [`Control`](super::Control), over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::faults::FaultRule;
use crate::aliexpress::{ItemChange, special};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox", get(overview))
        .route("/_sandbox/requests", get(requests).delete(clear_requests))
        .route("/_sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/clock", post(advance))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/aliexpress/items/{id}", post(change_item))
        .route("/_sandbox/aliexpress/special", get(special_ids))
        .route("/_sandbox/aliexpress/revoke", post(revoke))
        .merge(super::cj::routes())
        .route("/_sandbox/shop", get(root_shop))
        .route("/_sandbox/shops/{*mount}", get(shop))
        .route("/_sandbox/shopify/{domain}", get(shopify))
}

async fn overview(State(world): State<Arc<World>>) -> Json<Value> {
    let shops: Vec<_> =
        world.shops.iter().map(|shop| json!({"mount": shop.config.mount, "url": shop.home})).collect();
    Json(json!({
        "demo": true,
        "base_url": world.base_url,
        "now": world.clock.now().to_rfc3339(),
        "shops": shops,
        "pages": format!("{}/pages", world.base_url),
        "faults": world.faults.list(),
    }))
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn requests(State(world): State<Arc<World>>, Query(after): Query<After>) -> Json<Value> {
    Json(json!(world.log.after(after.after)))
}

async fn clear_requests(State(world): State<Arc<World>>) -> StatusCode {
    world.log.clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(world): State<Arc<World>>) -> Json<Vec<FaultRule>> {
    Json(world.faults.list())
}

async fn add_fault(State(world): State<Arc<World>>, Json(rule): Json<FaultRule>) -> StatusCode {
    world.faults.add(rule);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(world): State<Arc<World>>) -> StatusCode {
    world.faults.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Advance {
    seconds: i64,
}

async fn advance(State(world): State<Arc<World>>, Json(by): Json<Advance>) -> Json<Value> {
    world.clock.advance(by.seconds);
    Json(json!({"now": world.clock.now().to_rfc3339()}))
}

async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    Control::new(world).reset();
    StatusCode::NO_CONTENT
}

async fn change_item(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Json(change): Json<ItemChange>,
) -> StatusCode {
    world.aliexpress.change(&id, change);
    StatusCode::NO_CONTENT
}

async fn special_ids() -> Json<Value> {
    Json(special::ALL.iter().map(|entry| json!({"id": entry.id.to_string(), "what": entry.what})).collect())
}

async fn revoke(State(world): State<Arc<World>>) -> StatusCode {
    Control::new(world).revoke_tokens();
    StatusCode::NO_CONTENT
}

async fn root_shop(State(world): State<Arc<World>>) -> Response {
    inventory(&world, "")
}

async fn shop(State(world): State<Arc<World>>, Path(mount): Path<String>) -> Response {
    inventory(&world, &mount)
}

async fn shopify(State(world): State<Arc<World>>, Path(domain): Path<String>) -> Response {
    match Control::new(world).shopify(&domain) {
        Some(shop) => Json(shop).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "no shop has this host"}))).into_response(),
    }
}

fn inventory(world: &World, mount: &str) -> Response {
    match world.shop(mount) {
        Some(shop) => Json(shop.inventory()).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "no shop is mounted there"}))).into_response(),
    }
}
