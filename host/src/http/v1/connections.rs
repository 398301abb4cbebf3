use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use sourcepilot_domain::ids::{ConnectionId, UserId};
use utoipa::ToSchema;

use super::checked::Checked;
use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal};
use crate::http::time::Moment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::connections::{self, NewShop, SecretParts, Secrets, ShopChange};
use crate::service::{Connection, Facts};

/// A shop to connect.
#[derive(Debug, ToSchema)]
pub struct CreateConnection {
    #[schema(min_length = 1, max_length = 255)]
    store_name: String,
    /// A shop platform's id, such as `woocommerce`.
    #[schema(min_length = 1, max_length = 50)]
    platform: String,
    /// The shop's address.
    #[schema(min_length = 1, max_length = 500)]
    store_url: String,
    /// In one text, such as `consumer_key:consumer_secret`.
    #[schema(value_type = Option<String>, max_length = 500)]
    api_key: Option<SecretString>,
    /// By name, in place of `api_key`.
    #[schema(value_type = Option<Object>)]
    credentials: Option<SecretParts>,
    /// The plugin's settings for this shop.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

impl Input for CreateConnection {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let store_name = reader.body("store_name").text(1..=255);
        let platform = reader.body("platform").text(1..=50);
        let store_url = reader.body("store_url").text(1..=500);
        let api_key = reader.body("api_key").optional_text(0..=500);
        let credentials = reader.body("credentials").optional_object();
        let settings = reader.body("settings").optional_object();
        Some(CreateConnection {
            store_name: store_name?,
            platform: platform?,
            store_url: store_url?,
            api_key: api_key?.map(SecretString::from),
            credentials: credentials?.map(SecretParts),
            settings: settings?,
        })
    }
}

/// A change of a shop; what is absent or null stays.
#[derive(Debug, ToSchema)]
pub struct UpdateConnection {
    #[schema(ignore)]
    id: ConnectionId,
    #[schema(min_length = 1, max_length = 255)]
    store_name: Option<String>,
    #[schema(max_length = 500)]
    store_url: Option<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    api_key: Option<SecretString>,
    #[schema(value_type = Option<Object>)]
    credentials: Option<SecretParts>,
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    /// `true` makes it the default one in place of the other.
    is_default: Option<bool>,
}

impl Input for UpdateConnection {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("conn_id").uuid();
        let store_name = reader.body("store_name").optional_text(1..=255);
        let store_url = reader.body("store_url").optional_text(0..=500);
        let api_key = reader.body("api_key").optional_text(0..=500);
        let credentials = reader.body("credentials").optional_object();
        let settings = reader.body("settings").optional_object();
        let is_default = reader.body("is_default").optional_bool();
        Some(UpdateConnection {
            id: ConnectionId(id?),
            store_name: store_name?,
            store_url: store_url?,
            api_key: api_key?.map(SecretString::from),
            credentials: credentials?.map(SecretParts),
            settings: settings?,
            is_default: is_default?,
        })
    }
}

/// One shop.
#[derive(Debug)]
pub struct ById {
    id: ConnectionId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("conn_id").uuid().map(|id| ById { id: ConnectionId(id) })
    }
}

/// A connected shop. Its key is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shop {
    #[schema(value_type = Uuid)]
    id: ConnectionId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    store_name: String,
    platform: String,
    store_url: String,
    /// Whether imports without a shop go there.
    is_default: bool,
    created_at: Moment,
    updated_at: Moment,
    /// In which the shop reckons, once it was asked.
    currency: Option<String>,
    /// What was wrong when it was last used or checked.
    problem: Option<String>,
    checked_at: Option<Moment>,
}

impl From<Connection> for Shop {
    fn from(connection: Connection) -> Self {
        let Connection {
            id,
            user_id,
            store_name,
            platform,
            store_url,
            credentials: _,
            settings: _,
            is_default,
            facts: Facts { remote_id: _, label: _, currency, extra: _, problem, checked_at },
            version: _,
            created_at,
            updated_at,
        } = connection;
        Shop {
            id,
            user_id,
            store_name,
            platform,
            store_url,
            is_default,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
            currency: currency.map(|currency| currency.as_str().to_owned()),
            problem,
            checked_at: checked_at.map(Moment),
        }
    }
}

/// The merchant's shops.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopList {
    items: Vec<Shop>,
}

/// That it was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// Always `ok`.
    status: &'static str,
}

/// Connect a shop. The first one becomes the default one.
#[utoipa::path(post, path = "/api/v1/connections", tag = "connections", request_body = CreateConnection,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key connects no second one")),
    security(("jwt" = [])), responses(
    (status = 201, body = Shop), (status = 401, body = Refusal), (status = 409, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn create(
    State(app): AppState,
    request: Authorized<CreateConnection>,
) -> Answer<(StatusCode, Json<Shop>)> {
    let Authorized { session, input, once } = request;
    let CreateConnection { store_name, platform, store_url, api_key, credentials, settings } = input;
    let secrets = Secrets { api_key, credentials };
    let new = NewShop { store_name, platform, store_url, secrets, settings };
    let connection = connections::create(&app, session.user.id, new, once).await?;
    Ok((StatusCode::CREATED, Json(connection.into())))
}

/// The merchant's shops: the default one first, then by name.
#[utoipa::path(get, path = "/api/v1/connections", tag = "connections", security(("jwt" = [])), responses(
    (status = 200, body = ShopList), (status = 401, body = Refusal)))]
pub async fn list(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<ShopList>> {
    let shops = connections::list(&app, request.session.user.id).await?;
    Ok(Json(ShopList { items: shops.into_iter().map(Shop::from).collect() }))
}

/// Change a shop.
#[utoipa::path(put, path = "/api/v1/connections/{conn_id}", tag = "connections",
    params(("conn_id" = Uuid, Path)), request_body = UpdateConnection, security(("jwt" = [])), responses(
    (status = 200, body = Shop), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 409, body = Refusal), (status = 422, body = Invalid)))]
pub async fn update(State(app): AppState, request: Authorized<UpdateConnection>) -> Answer<Json<Shop>> {
    let Authorized { session, input, .. } = request;
    let UpdateConnection { id, store_name, store_url, api_key, credentials, settings, is_default } = input;
    let secrets = Secrets { api_key, credentials };
    let change = ShopChange { store_name, store_url, secrets, settings, is_default };
    Ok(Json(connections::update(&app, session.user.id, id, change).await?.into()))
}

/// Disconnect a shop. Its products stay in it.
#[utoipa::path(delete, path = "/api/v1/connections/{conn_id}", tag = "connections",
    params(("conn_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 204), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn delete(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    connections::delete(&app, request.session.user.id, request.input.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a shop the default one.
#[utoipa::path(post, path = "/api/v1/connections/{conn_id}/default", tag = "connections",
    params(("conn_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Done), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn set_default(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Done>> {
    connections::set_default(&app, request.session.user.id, request.input.id).await?;
    Ok(Json(Done { status: "ok" }))
}

/// Ask the shop whether the connection works.
#[utoipa::path(post, path = "/api/v1/connections/{conn_id}/check", tag = "connections",
    params(("conn_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Checked), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn check(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Checked>> {
    let found = connections::check(&app, request.session.user.id, request.input.id).await?;
    Ok(Json(Checked::new(found, Moment(app.now()))))
}
