use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use sourcepilot_domain::ids::{SupplierAccountId, UserId};
use utoipa::ToSchema;

use super::checked::Checked;
use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal};
use crate::http::time::Moment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::SupplierAccount;
use crate::service::supplier_accounts::{self as accounts, AccountChange, AccountView, NewAccount};

/// A new account with a supplier.
#[derive(Debug, ToSchema)]
pub struct CreateAccount {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    /// A supplier's id, such as `aliexpress`.
    #[schema(max_length = 100)]
    platform: String,
    /// By name; see `/plugins` for what a supplier needs.
    #[schema(value_type = Option<Object>)]
    credentials: Option<Map<String, Value>>,
    /// The plugin's settings for this account.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

impl Input for CreateAccount {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.body("name").text(1..=255);
        let platform = reader.body("platform").text(0..=100);
        let credentials = reader.body("credentials").optional_object();
        let settings = reader.body("settings").optional_object();
        Some(CreateAccount {
            name: name?,
            platform: platform?,
            credentials: credentials?,
            settings: settings?,
        })
    }
}

/// A change of an account; what is absent or null stays.
#[derive(Debug, ToSchema)]
pub struct UpdateAccount {
    #[schema(ignore)]
    id: SupplierAccountId,
    #[schema(min_length = 1, max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 100)]
    platform: Option<String>,
    /// In place of the old ones; a masked value means "unchanged".
    #[schema(value_type = Option<Object>)]
    credentials: Option<Map<String, Value>>,
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    is_active: Option<bool>,
}

impl Input for UpdateAccount {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("account_id").uuid();
        let name = reader.body("name").optional_text(1..=255);
        let platform = reader.body("platform").optional_text(0..=100);
        let credentials = reader.body("credentials").optional_object();
        let settings = reader.body("settings").optional_object();
        let is_active = reader.body("is_active").optional_bool();
        Some(UpdateAccount {
            id: SupplierAccountId(id?),
            name: name?,
            platform: platform?,
            credentials: credentials?,
            settings: settings?,
            is_active: is_active?,
        })
    }
}

/// One account.
#[derive(Debug)]
pub struct ById {
    pub id: SupplierAccountId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("account_id").uuid().map(|id| ById { id: SupplierAccountId(id) })
    }
}

/// An account with a supplier.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    #[schema(value_type = Uuid)]
    id: SupplierAccountId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    name: String,
    platform: String,
    /// Names with masked values.
    #[schema(value_type = Option<Object>)]
    credentials: Option<Map<String, Value>>,
    is_active: bool,
    last_synced_at: Option<Moment>,
    created_at: Moment,
    updated_at: Moment,
    /// What was wrong when it was last used or checked.
    problem: Option<String>,
    checked_at: Option<Moment>,
}

impl From<AccountView> for Account {
    fn from(view: AccountView) -> Self {
        let AccountView { account, credentials } = view;
        let SupplierAccount {
            id,
            user_id,
            name,
            platform,
            credentials: _,
            settings: _,
            is_active,
            last_synced_at,
            facts,
            version: _,
            created_at,
            updated_at,
        } = account;
        Account {
            id,
            user_id,
            name,
            platform,
            credentials,
            is_active,
            last_synced_at: last_synced_at.map(Moment),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
            problem: facts.problem,
            checked_at: facts.checked_at.map(Moment),
        }
    }
}

/// The merchant's accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountList {
    items: Vec<Account>,
}

/// Add an account.
#[utoipa::path(post, path = "/api/v1/suppliers/accounts", tag = "suppliers", request_body = CreateAccount,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key adds no second one")),
    security(("jwt" = [])), responses(
    (status = 201, body = Account), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn create(
    State(app): AppState,
    request: Authorized<CreateAccount>,
) -> Answer<(StatusCode, Json<Account>)> {
    let Authorized { session, input, once } = request;
    let CreateAccount { name, platform, credentials, settings } = input;
    let new = NewAccount { name, platform, credentials, settings };
    let view = accounts::create(&app, session.user.id, new, once).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// The merchant's accounts, by platform, then name.
#[utoipa::path(get, path = "/api/v1/suppliers/accounts", tag = "suppliers", security(("jwt" = [])), responses(
    (status = 200, body = AccountList), (status = 401, body = Refusal)))]
pub async fn list(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<AccountList>> {
    let views = accounts::list(&app, request.session.user.id).await?;
    Ok(Json(AccountList { items: views.into_iter().map(Account::from).collect() }))
}

/// Change an account.
#[utoipa::path(put, path = "/api/v1/suppliers/accounts/{account_id}", tag = "suppliers",
    params(("account_id" = Uuid, Path)), request_body = UpdateAccount, security(("jwt" = [])), responses(
    (status = 200, body = Account), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn update(State(app): AppState, request: Authorized<UpdateAccount>) -> Answer<Json<Account>> {
    let Authorized { session, input, .. } = request;
    let UpdateAccount { id, name, platform, credentials, settings, is_active } = input;
    let change = AccountChange { name, platform, credentials, settings, is_active };
    Ok(Json(accounts::update(&app, session.user.id, id, change).await?.into()))
}

/// Remove an account with its credentials.
#[utoipa::path(delete, path = "/api/v1/suppliers/accounts/{account_id}", tag = "suppliers",
    params(("account_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 204), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn delete(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    accounts::delete(&app, request.session.user.id, request.input.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask the supplier whether the account works.
#[utoipa::path(post, path = "/api/v1/suppliers/accounts/{account_id}/check", tag = "suppliers",
    params(("account_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Checked), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn check(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Checked>> {
    let found = accounts::check(&app, request.session.user.id, request.input.id).await?;
    Ok(Json(Checked::new(found, Moment(app.now()))))
}
