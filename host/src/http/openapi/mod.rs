//! The API's description, made from the handlers.

mod security;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

use security::Credentials;

use super::description;
use super::error::{Invalid, InvalidField, Refusal};
use super::v1::{
    admin, ai, api_keys, auth, billing, catalogues, connections, consent, events, health, images, imports,
    plugins, price_watches, products, store_products, suppliers, usage, webhooks,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SourcePilot",
        description = "From a supplier's product page to a product in your shop.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        health::live, health::ready,
        auth::register, auth::login, auth::refresh, auth::me, auth::logout,
        auth::logout_all, auth::passwords::change, auth::passwords::forgot, auth::passwords::reset,
        auth::browser::begin, auth::browser::get, auth::browser::end,
        imports::create, imports::create_bulk, imports::list, imports::get, imports::history,
        imports::cancel, imports::retry, imports::lists::import_csv, imports::lists::export_csv,
        products::search, products::preview, images::get,
        suppliers::create, suppliers::list, suppliers::update, suppliers::delete, suppliers::check,
        catalogues::upload, catalogues::refresh, catalogues::show, catalogues::delete,
        consent::begin, consent::finish, consent::begin_for_shop, consent::finish_for_shop,
        connections::create, connections::list, connections::update, connections::delete,
        connections::set_default, connections::check,
        store_products::list, store_products::get, store_products::state, store_products::changes,
        store_products::change, store_products::remove,
        price_watches::create, price_watches::list, price_watches::update, price_watches::delete,
        price_watches::sync, price_watches::history, price_watches::export_csv,
        billing::plans, billing::checkout, billing::portal, billing::current, billing::overview, usage::get,
        webhooks::stripe::receive,
        ai::suggestions, ai::score_supplier,
        webhooks::product_scored::receive, webhooks::platform_events::receive,
        webhooks::secrets::create, webhooks::secrets::list, webhooks::secrets::delete,
        plugins::list, events::follow,
        auth::provision::provision,
        admin::list_users, admin::change_user, admin::list_plugins, admin::reload_plugins,
        admin::release_plugin,
        api_keys::create, api_keys::list, api_keys::revoke,
    ),
    components(schemas(Refusal, Invalid, InvalidField)),
    modifiers(&Credentials),
    tags(
        (name = "auth", description = "Accounts and sessions"),
        (name = "api-keys", description = "Keys for programs"),
        (name = "imports", description = "Products on their way into shops"),
        (name = "products", description = "Looking at suppliers' products"),
        (name = "catalogues", description = "Products that merchants supply for their accounts with suppliers"),
        (name = "suppliers", description = "Accounts with suppliers"),
        (name = "connections", description = "Connected shops"),
        (name = "store-products", description = "Products that stand in connected shops"),
        (name = "price-watches", description = "Suppliers' prices that are watched"),
        (name = "billing", description = "Plans, payments and what is used"),
        (name = "webhooks", description = "What other services tell us"),
        (name = "ai", description = "Questions to language models"),
        (name = "plugins", description = "Suppliers and shop platforms there are"),
        (name = "events", description = "What happens, live"),
        (name = "admin", description = "For administrators of the installation"),
        (name = "health", description = "For operators"),
    )
)]
struct Api;

/// The description as JSON, as it is committed in `host/openapi.json`.
///
/// # Errors
/// Never for the handlers there are.
pub fn json() -> Result<String, serde_json::Error> {
    let mut document = serde_json::to_value(Api::openapi())?;
    description::complete(&mut document);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

pub async fn document() -> Response {
    match json() {
        Ok(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the API's description cannot be written");
            super::error::ApiError::internal().into_response()
        }
    }
}
