mod input;
mod output;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

pub use input::{ById, CreateWatch, ListWatches, UpdateWatch};
pub use output::{Price, Prices, Synced, Watch, WatchList};

use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal};
use crate::http::csv;
use crate::service::price_watches;

/// Watch a product's price. It is read soon; changes of at least the threshold are
/// told on the event stream.
#[utoipa::path(post, path = "/api/v1/price-watches", tag = "price-watches", request_body = CreateWatch,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key makes no second watch")),
    security(("jwt" = [])), responses(
    (status = 201, body = Watch), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Invalid)))]
pub async fn create(
    State(app): AppState,
    request: Authorized<CreateWatch>,
) -> Answer<(StatusCode, Json<Watch>)> {
    let Authorized { session, input, once, .. } = request;
    let watch = price_watches::create(&app, &session.user, input.into(), once).await?;
    Ok((StatusCode::CREATED, Json(watch.into())))
}

/// The merchant's watches, newest first.
#[utoipa::path(get, path = "/api/v1/price-watches", tag = "price-watches", params(ListWatches),
    security(("jwt" = [])), responses(
    (status = 200, body = WatchList), (status = 401, body = Refusal), (status = 422, body = Invalid)))]
pub async fn list(State(app): AppState, request: Authorized<ListWatches>) -> Answer<Json<WatchList>> {
    let Authorized { session, input, .. } = request;
    let watches = price_watches::list(&app, session.user.id, input.connection_id).await?;
    let items: Vec<Watch> = watches.into_iter().map(Watch::from).collect();
    Ok(Json(WatchList { total: items.len(), items }))
}

/// Change a watch's threshold, pause it, or take it up again.
#[utoipa::path(patch, path = "/api/v1/price-watches/{watch_id}", tag = "price-watches",
    params(("watch_id" = Uuid, Path)), request_body = UpdateWatch, security(("jwt" = [])), responses(
    (status = 200, body = Watch), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn update(State(app): AppState, request: Authorized<UpdateWatch>) -> Answer<Json<Watch>> {
    let Authorized { session, input, .. } = request;
    let id = input.id;
    Ok(Json(price_watches::update(&app, session.user.id, id, input.into()).await?.into()))
}

/// Watch a product no longer.
#[utoipa::path(delete, path = "/api/v1/price-watches/{watch_id}", tag = "price-watches",
    params(("watch_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 204), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn delete(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    price_watches::delete(&app, request.session.user.id, request.input.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read the prices of all active watches now.
#[utoipa::path(post, path = "/api/v1/price-watches/sync", tag = "price-watches", security(("jwt" = [])),
    responses((status = 200, body = Synced), (status = 401, body = Refusal)))]
pub async fn sync(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<Synced>> {
    // What takes longer is left to the schedule, so that there is always an answer.
    let time = app.config.server.request_timeout() / 2;
    Ok(Json(price_watches::sync(&app, request.session.user.id, time).await?.into()))
}

/// The prices that a watch has seen, newest first; one entry per change.
#[utoipa::path(get, path = "/api/v1/price-watches/{watch_id}/history", tag = "price-watches",
    params(("watch_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Prices), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn history(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Prices>> {
    let Authorized { session, input, .. } = request;
    let seen = price_watches::history(&app, session.user.id, input.id).await?;
    Ok(Json(Prices { items: seen.into_iter().map(Price::from).collect() }))
}

/// The merchant's watches as a table, newest first.
#[utoipa::path(get, path = "/api/v1/price-watches/export.csv", tag = "price-watches", params(ListWatches),
    security(("jwt" = [])), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 422, body = Invalid)))]
pub async fn export_csv(State(app): AppState, request: Authorized<ListWatches>) -> Answer<Response> {
    let Authorized { session, input, .. } = request;
    let watches = price_watches::list(&app, session.user.id, input.connection_id).await?;
    let mut table = csv::line(&output::COLUMNS.map(str::to_owned));
    for watch in &watches {
        table.extend(csv::line(&output::cells(watch)));
    }
    Ok(csv::download("price-watches.csv", Body::from(table)))
}
