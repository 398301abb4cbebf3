//! Every route, and the layers around them.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, patch, post, put};

use super::error::ApiError;
use super::limits::AddressLimit;
use super::v1::{
    admin, ai, api_keys, auth, billing, catalogues, connections, consent, events, health, images, imports,
    plugins, price_watches, products, store_products, suppliers, usage, webhooks,
};
use super::{dashboard, detached, docs, headers, limits, openapi, prepare};
use crate::app::App;

/// The API as it is served on its own port.
pub fn api(app: &Arc<App>) -> Router {
    let limit = address_limit(app);
    layered(app, &limit, routes().merge(documents()).fallback(no_route))
}

/// The dashboard with the same API below it, and the limit per address in common.
pub fn dashboard(app: &Arc<App>) -> Router {
    let page = Router::new().route("/demo.json", get(dashboard::demo)).fallback(get(dashboard::file));
    // Inside `/api` an unknown address is the API's, not the page's.
    let nothing = Router::new().route("/api/{*rest}", get(no_route).fallback(no_route));
    layered(app, &address_limit(app), routes().merge(documents()).merge(nothing).merge(page))
}

fn routes() -> Router<Arc<App>> {
    Router::new().nest(
        "/api/v1",
        Router::new()
            // Anybody.
            .route("/health", get(health::live))
            .route("/health/ready", get(health::ready))
            .route("/auth/register", post(auth::register))
            .route("/auth/login", post(auth::login))
            .route("/auth/refresh", post(auth::refresh))
            .route("/auth/forgot-password", post(auth::passwords::forgot))
            .route("/auth/reset-password", post(auth::passwords::reset))
            .route("/suppliers/consent", get(consent::finish))
            .route("/connections/consent", get(consent::finish_for_shop))
            .route("/billing/plans", get(billing::plans))
            .route("/webhooks/stripe", post(webhooks::stripe::receive))
            // Merchants.
            .route("/auth/me", get(auth::me))
            .route("/auth/logout", post(auth::logout))
            .route("/auth/logout-all", post(auth::logout_all))
            .route("/auth/provision", post(auth::provision::provision))
            .route("/auth/change-password", post(auth::passwords::change))
            .route(
                "/auth/session",
                post(auth::browser::begin).get(auth::browser::get).delete(auth::browser::end),
            )
            .route("/api-keys", get(api_keys::list).post(api_keys::create))
            .route("/api-keys/{key_id}", delete(api_keys::revoke))
            .route("/imports", get(imports::list).post(imports::create))
            .route("/imports/bulk", post(imports::create_bulk))
            .route("/imports/csv", post(imports::lists::import_csv))
            .route("/imports/export.csv", get(imports::lists::export_csv))
            .route("/imports/{job_id}", get(imports::get))
            .route("/imports/{job_id}/history", get(imports::history))
            .route("/imports/{job_id}/cancel", post(imports::cancel))
            .route("/imports/{job_id}/retry", post(imports::retry))
            .route("/products/search", get(products::search))
            .route("/products/preview", post(products::preview))
            .route("/images", get(images::get))
            .route("/suppliers/accounts", get(suppliers::list).post(suppliers::create))
            .route(
                "/suppliers/accounts/{account_id}",
                put(suppliers::update).patch(suppliers::update).delete(suppliers::delete),
            )
            .route("/suppliers/accounts/{account_id}/check", post(suppliers::check))
            .route(
                "/suppliers/accounts/{account_id}/catalogue",
                get(catalogues::show)
                    .put(catalogues::upload)
                    .patch(catalogues::upload)
                    .delete(catalogues::delete),
            )
            .route("/suppliers/accounts/{account_id}/catalogue/refresh", post(catalogues::refresh))
            .route("/suppliers/accounts/{account_id}/consent", post(consent::begin))
            .route("/connections", get(connections::list).post(connections::create))
            .route(
                "/connections/{conn_id}",
                put(connections::update).patch(connections::update).delete(connections::delete),
            )
            .route(
                "/connections/{conn_id}/default",
                post(connections::set_default).patch(connections::set_default),
            )
            .route("/connections/{conn_id}/check", post(connections::check))
            .route("/connections/{conn_id}/consent", post(consent::begin_for_shop))
            .route("/store-products", get(store_products::list))
            .route(
                "/store-products/{product_id}",
                get(store_products::get)
                    .patch(store_products::change)
                    .put(store_products::change)
                    .delete(store_products::remove),
            )
            .route("/store-products/{product_id}/state", get(store_products::state))
            .route("/store-products/{product_id}/changes", get(store_products::changes))
            .route("/price-watches", get(price_watches::list).post(price_watches::create))
            .route("/price-watches/sync", post(price_watches::sync))
            .route("/price-watches/export.csv", get(price_watches::export_csv))
            .route(
                "/price-watches/{watch_id}",
                patch(price_watches::update).put(price_watches::update).delete(price_watches::delete),
            )
            .route("/price-watches/{watch_id}/history", get(price_watches::history))
            .route("/billing/checkout", post(billing::checkout))
            .route("/billing/portal", post(billing::portal))
            .route("/billing/current", get(billing::current))
            .route("/billing/overview", get(billing::overview))
            .route("/usage", get(usage::get))
            .route("/ai/suggestions", get(ai::suggestions))
            .route("/ai/score-supplier", post(ai::score_supplier))
            .route("/webhooks/product-scored", post(webhooks::product_scored::receive))
            .route("/webhooks/platform-events", post(webhooks::platform_events::receive))
            .route("/webhooks/secrets", get(webhooks::secrets::list).post(webhooks::secrets::create))
            .route("/webhooks/secrets/{secret_id}", delete(webhooks::secrets::delete))
            // Administrators.
            .route("/admin/users", get(admin::list_users))
            .route("/admin/users/{user_id}", put(admin::change_user).patch(admin::change_user))
            .route("/admin/plugins", get(admin::list_plugins))
            .route("/admin/plugins/reload", post(admin::reload_plugins))
            .route("/admin/plugins/{plugin_id}/release", post(admin::release_plugin))
            // Merchants again: what there is and what happens.
            .route("/plugins", get(plugins::list))
            .route("/events", get(events::follow)),
    )
}

fn documents() -> Router<Arc<App>> {
    docs::routes().route("/openapi.json", get(openapi::document))
}

fn address_limit(app: &App) -> Arc<AddressLimit> {
    let limits = &app.config.limits;
    let limit = AddressLimit::new(limits.per_address_per_minute, app.config.server.trusted_proxies.clone());
    Arc::new(limit.accounts_per_hour(limits.account_requests_per_address))
}

/// From the outside in: id, headers, CORS and log; limit per address; address and
/// method in their usual form; route; time limit and task around the handler.
fn layered(app: &Arc<App>, limit: &Arc<AddressLimit>, routes: Router<Arc<App>>) -> Router {
    let inner: Router = routes
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(app), detached::guard))
        .with_state(Arc::clone(app));
    Router::new()
        .fallback_service(inner)
        .layer(from_fn(prepare::prepare))
        .layer(from_fn_with_state(Arc::clone(limit), limits::limit))
        .layer(from_fn_with_state(Arc::clone(app), headers::complete))
}

async fn no_route() -> ApiError {
    ApiError::no_route()
}

async fn wrong_method() -> ApiError {
    ApiError::wrong_method()
}
