mod input;
mod output;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

pub use input::{ById, ChangeStoreProduct, ListStoreProducts, StoreVariantChange};
pub use output::{StoreProduct, StoreProductChanges, StoreProductList, StoreProductState};

use super::{Answer, AppState, Authorized, Invalid, Refusal};
use crate::service::store_products;

/// The merchant's products in shops, newest first.
#[utoipa::path(get, path = "/api/v1/store-products", tag = "store-products", params(ListStoreProducts),
    security(("jwt" = [])), responses(
    (status = 200, body = StoreProductList), (status = 401, body = Refusal), (status = 422, body = Invalid)))]
pub async fn list(
    State(app): AppState,
    request: Authorized<ListStoreProducts>,
) -> Answer<Json<StoreProductList>> {
    let Authorized { session, input, .. } = request;
    let ListStoreProducts { skip, limit, connection_id } = input;
    let page = store_products::list(&app, session.user.id, connection_id, skip, limit).await?;
    let items = page.items.into_iter().map(StoreProduct::from).collect();
    Ok(Json(StoreProductList { items, total: page.total }))
}

/// One product in a shop, as it was put there.
#[utoipa::path(get, path = "/api/v1/store-products/{product_id}", tag = "store-products",
    params(("product_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = StoreProduct), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn get(State(app): AppState, request: Authorized<ById>) -> Answer<Json<StoreProduct>> {
    let product = store_products::get(&app, request.session.user.id, request.input.id).await?;
    Ok(Json(product.into()))
}

/// How a product is in its shop now: the shop is asked.
#[utoipa::path(get, path = "/api/v1/store-products/{product_id}/state", tag = "store-products",
    params(("product_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = StoreProductState), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid), (status = 502, body = Refusal),
    (status = 503, body = Refusal), (status = 504, body = Refusal)))]
pub async fn state(State(app): AppState, request: Authorized<ById>) -> Answer<Json<StoreProductState>> {
    let state = Box::pin(store_products::state(&app, request.session.user.id, request.input.id)).await?;
    Ok(Json(StoreProductState::new(state, Vec::new())))
}

/// What was changed on a product, newest first, each with how it was before.
#[utoipa::path(get, path = "/api/v1/store-products/{product_id}/changes", tag = "store-products",
    params(("product_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = StoreProductChanges), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn changes(State(app): AppState, request: Authorized<ById>) -> Answer<Json<StoreProductChanges>> {
    let changes = store_products::changes(&app, request.session.user.id, request.input.id).await?;
    Ok(Json(changes.into()))
}

/// Change a product in its shop: show or hide it, prices, stock. Answers how it is
/// afterwards.
#[utoipa::path(patch, path = "/api/v1/store-products/{product_id}", tag = "store-products",
    params(("product_id" = uuid::Uuid, Path)), request_body = ChangeStoreProduct, security(("jwt" = [])), responses(
    (status = 200, body = StoreProductState), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Invalid),
    (status = 502, body = Refusal), (status = 503, body = Refusal), (status = 504, body = Refusal)))]
pub async fn change(
    State(app): AppState,
    request: Authorized<ChangeStoreProduct>,
) -> Answer<Json<StoreProductState>> {
    let Authorized { session, input, .. } = request;
    let id = input.id;
    let changed = Box::pin(store_products::change(&app, session.user.id, id, input.into())).await?;
    Ok(Json(StoreProductState::new(changed.state, changed.problems)))
}

/// Take a product out of its shop.
#[utoipa::path(delete, path = "/api/v1/store-products/{product_id}", tag = "store-products",
    params(("product_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid), (status = 502, body = Refusal),
    (status = 503, body = Refusal), (status = 504, body = Refusal)))]
pub async fn remove(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    Box::pin(store_products::remove(&app, request.session.user.id, request.input.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
