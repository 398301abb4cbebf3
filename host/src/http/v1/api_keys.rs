use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::Serialize;
use sourcepilot_domain::ids::ApiKeyId;
use sourcepilot_domain::scope::Scopes;
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal};
use crate::http::time::OffsetMoment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::api_keys::{self, ApiKey, KeyRequest, MadeKey};

const MOST_SCOPES: usize = 50;

/// A key to be made.
#[derive(Debug, ToSchema)]
pub struct CreateKey {
    /// For people.
    #[schema(max_length = 255)]
    name: String,
    /// `read`, `write` (includes `read`), `admin` (includes both). Other words are
    /// kept and grant nothing.
    #[schema(default = json!(["read"]), max_items = 50)]
    scopes: Vec<String>,
    /// Without it the key does not expire.
    expires_at: Option<DateTime<Utc>>,
}

impl Input for CreateKey {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.body("name").text(0..=255);
        let scopes = reader.body("scopes").texts_or(&["read"], 0..=MOST_SCOPES, 0..=100);
        let expires_at = reader.body("expires_at").optional_moment();
        Some(CreateKey { name: name?, scopes: scopes?, expires_at: expires_at? })
    }
}

/// One key.
#[derive(Debug)]
pub struct ById {
    id: ApiKeyId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("key_id").uuid().map(|id| ById { id: ApiKeyId(id) })
    }
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewKey {
    #[schema(value_type = uuid::Uuid)]
    id: ApiKeyId,
    name: String,
    /// For the `X-API-Key` header. It is shown only now.
    key: String,
    /// Its first 12 characters, to tell keys apart.
    key_prefix: String,
    #[schema(value_type = Vec<String>)]
    scopes: Scopes,
    /// When it ends by itself; null: never.
    expires_at: Option<OffsetMoment>,
    created_at: OffsetMoment,
}

impl From<MadeKey> for NewKey {
    fn from(made: MadeKey) -> Self {
        let MadeKey { key, secret } = made;
        NewKey {
            id: key.id,
            name: key.name,
            key: secret.expose_secret().to_owned(),
            key_prefix: key.prefix,
            scopes: key.scopes,
            expires_at: key.expires_at.map(OffsetMoment),
            created_at: OffsetMoment(key.created_at),
        }
    }
}

/// A key as it is listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedKey {
    #[schema(value_type = uuid::Uuid)]
    id: ApiKeyId,
    name: String,
    /// Its first 12 characters.
    key_prefix: String,
    #[schema(value_type = Vec<String>)]
    scopes: Scopes,
    /// `false` once it was revoked.
    is_active: bool,
    /// To the minute.
    last_used_at: Option<OffsetMoment>,
    created_at: OffsetMoment,
    /// When it ends by itself; null: never.
    expires_at: Option<OffsetMoment>,
}

impl From<ApiKey> for ListedKey {
    fn from(key: ApiKey) -> Self {
        let ApiKey { id, user_id: _, name, prefix, scopes, is_active, expires_at, last_used_at, created_at } =
            key;
        ListedKey {
            id,
            name,
            key_prefix: prefix,
            scopes,
            is_active,
            last_used_at: last_used_at.map(OffsetMoment),
            created_at: OffsetMoment(created_at),
            expires_at: expires_at.map(OffsetMoment),
        }
    }
}

/// Make an API key. A key can make only keys that may do no more than itself.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "api-keys", request_body = CreateKey,
    security(("jwt" = [])), responses(
    (status = 201, body = NewKey), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Invalid)))]
pub async fn create(
    State(app): AppState,
    request: Authorized<CreateKey>,
) -> Answer<(StatusCode, Json<NewKey>)> {
    let Authorized { session, input, once } = request;
    let CreateKey { name, scopes, expires_at } = input;
    let request = KeyRequest { name, scopes: Scopes(scopes), expires_at };
    let made = api_keys::create(&app, &session, request, once).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// The merchant's API keys, the newest first, revoked ones included.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "api-keys", security(("jwt" = [])), responses(
    (status = 200, body = Vec<ListedKey>), (status = 401, body = Refusal)))]
pub async fn list(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<Vec<ListedKey>>> {
    let keys = api_keys::list(&app, request.session.user.id).await?;
    Ok(Json(keys.into_iter().map(ListedKey::from).collect()))
}

/// Revoke an API key. Revoking it again is no harm.
#[utoipa::path(delete, path = "/api/v1/api-keys/{key_id}", tag = "api-keys", security(("jwt" = [])),
    params(("key_id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn revoke(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    api_keys::revoke(&app, &request.session, request.input.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
