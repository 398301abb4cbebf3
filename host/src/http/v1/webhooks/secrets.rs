use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sourcepilot_domain::ids::WebhookSecretId;
use utoipa::ToSchema;

use crate::http::error::{Invalid, Refusal};
use crate::http::extract::{Authorized, Nothing};
use crate::http::time::Moment;
use crate::http::v1::{Answer, AppState};
use crate::http::validate::{Body, Input, Reader};
use crate::service::WebhookSecret;
use crate::service::webhook_secrets;

/// A secret to be made.
#[derive(Debug, ToSchema)]
pub struct CreateSecret {
    /// For people, such as the service that will sign with it.
    #[schema(max_length = 255)]
    name: String,
}

impl Input for CreateSecret {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        reader.body("name").text(0..=255).map(|name| CreateSecret { name })
    }
}

/// One secret.
#[derive(Debug)]
pub struct ById {
    id: WebhookSecretId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("secret_id").uuid().map(|id| ById { id: WebhookSecretId(id) })
    }
}

/// A secret that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSecret {
    #[serde(flatten)]
    listed: ListedSecret,
    /// `whsec_` and base64. It is shown only now.
    secret: String,
    /// Where signed calls go.
    path: String,
}

impl NewSecret {
    fn new(made: WebhookSecret, secret: &SecretString) -> Self {
        let path = format!("/api/v1/webhooks/product-scored?signer={}", made.id);
        NewSecret { listed: made.into(), secret: secret.expose_secret().to_owned(), path }
    }
}

/// A secret as it is listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedSecret {
    #[schema(value_type = Uuid)]
    id: WebhookSecretId,
    name: String,
    /// To the minute.
    last_used_at: Option<Moment>,
    created_at: Moment,
}

impl From<WebhookSecret> for ListedSecret {
    fn from(secret: WebhookSecret) -> Self {
        let WebhookSecret { id, user_id: _, name, secret: _, last_used_at, created_at } = secret;
        ListedSecret { id, name, last_used_at: last_used_at.map(Moment), created_at: created_at.into() }
    }
}

/// The merchant's secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretList {
    items: Vec<ListedSecret>,
}

/// Make a secret with which another service signs what it tells about the
/// merchant's products.
#[utoipa::path(post, path = "/api/v1/webhooks/secrets", tag = "webhooks", request_body = CreateSecret,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key makes no second secret")),
    security(("jwt" = [])), responses(
    (status = 201, body = NewSecret), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Invalid)))]
pub async fn create(
    State(app): AppState,
    request: Authorized<CreateSecret>,
) -> Answer<(StatusCode, Json<NewSecret>)> {
    let Authorized { session, input, once, .. } = request;
    let (made, secret) = webhook_secrets::create(&app, session.user.id, input.name, once).await?;
    Ok((StatusCode::CREATED, Json(NewSecret::new(made, &secret))))
}

/// The merchant's secrets, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/secrets", tag = "webhooks", security(("jwt" = [])), responses(
    (status = 200, body = SecretList), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn list(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<SecretList>> {
    let secrets = webhook_secrets::list(&app, request.session.user.id).await?;
    Ok(Json(SecretList { items: secrets.into_iter().map(ListedSecret::from).collect() }))
}

/// Believe a secret no longer.
#[utoipa::path(delete, path = "/api/v1/webhooks/secrets/{secret_id}", tag = "webhooks",
    params(("secret_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 204), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn delete(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    webhook_secrets::delete(&app, request.session.user.id, request.input.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
