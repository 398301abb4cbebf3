//! For administrators of the installation: accounts and plugins.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use utoipa::ToSchema;

use super::billing::PlanName;
use super::{Answer, AppState, Invalid, Nothing, Refusal};
use crate::http::extract::{ADMIN_NEEDS, Admin};
use crate::http::time::Moment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::User;
use crate::service::admin::{self, PluginReport, PluginStatus, UserChange};

/// Which accounts to show.
#[derive(Debug)]
pub struct ListUsers {
    /// How many of the newest to leave out.
    skip: u64,
    /// How many to show.
    limit: u64,
}

impl Input for ListUsers {
    fn read(reader: &mut Reader) -> Option<Self> {
        let skip = reader.query("skip").integer(0..=i128::MAX, 0);
        let limit = reader.query("limit").integer(1..=100, 20);
        Some(ListUsers {
            skip: u64::try_from(skip?).unwrap_or(u64::MAX),
            limit: u64::try_from(limit?).unwrap_or(u64::MAX),
        })
    }
}

/// A change of an account; what is absent or null stays.
#[derive(Debug, ToSchema)]
pub struct ChangeUser {
    #[schema(ignore)]
    id: UserId,
    /// `false` logs the account out everywhere at once.
    is_active: Option<bool>,
    #[schema(value_type = Option<PlanName>, example = "pro")]
    plan: Option<Plan>,
}

impl Input for ChangeUser {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("user_id").uuid();
        let is_active = reader.body("is_active").optional_bool();
        let plan = reader.body("plan").optional_choice(&Plan::ALL, Plan::as_str);
        Some(ChangeUser { id: UserId(id?), is_active: is_active?, plan: plan? })
    }
}

/// One plugin.
#[derive(Debug)]
pub struct ByPlugin {
    id: String,
}

impl Input for ByPlugin {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("plugin_id").text(1..=100).map(|id| ByPlugin { id })
    }
}

/// An account as an administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountSummary {
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    email: String,
    is_active: bool,
    /// Whether it may administer the installation.
    is_admin: bool,
    /// Whether it is one of a program of the operator's.
    is_service: bool,
    #[schema(value_type = String, example = "free")]
    plan: Plan,
    created_at: Moment,
}

impl From<User> for AccountSummary {
    fn from(user: User) -> Self {
        AccountSummary {
            is_service: user.is_service(),
            id: user.id,
            email: user.email,
            is_active: user.is_active,
            is_admin: user.is_admin,
            plan: user.plan,
            created_at: user.created_at.into(),
        }
    }
}

/// A part of all accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountPage {
    items: Vec<AccountSummary>,
    /// How many there are.
    total: u64,
}

/// A plugin of this process.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginState {
    id: String,
    version: String,
    /// `supplier` or `store`.
    kind: String,
    digest: String,
    /// Whether the registry names this digest.
    is_pinned: bool,
    /// Why it is not called any more; null when it serves.
    quarantined: Option<String>,
}

/// A plugin that does not run.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginProblem {
    id: String,
    problem: String,
}

/// All plugins of this process.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginStates {
    items: Vec<PluginState>,
    problems: Vec<PluginProblem>,
}

impl From<PluginReport> for PluginStates {
    fn from(report: PluginReport) -> Self {
        let state = |status: PluginStatus| {
            let PluginStatus { id, version, kind, digest, is_pinned, quarantined } = status;
            PluginState { id, version, kind, digest, is_pinned, quarantined }
        };
        let problems = report.problems.into_iter();
        PluginStates {
            items: report.plugins.into_iter().map(state).collect(),
            problems: problems
                .map(|problem| PluginProblem { id: problem.id, problem: problem.sentence })
                .collect(),
        }
    }
}

/// All accounts, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/users", tag = "admin", params(
        ("skip" = Option<u64>, Query, minimum = 0, description = "How many of the newest to leave out"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 100, description = "How many to show; 20 unless said")),
    security(("jwt" = [])), extensions(("x-required-scope" = json!(ADMIN_NEEDS))), responses(
    (status = 200, body = AccountPage), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn list_users(State(app): AppState, request: Admin<ListUsers>) -> Answer<Json<AccountPage>> {
    let Admin { by, input: ListUsers { skip, limit } } = request;
    let page = admin::list_users(&app, &by, skip, limit).await?;
    let items = page.items.into_iter().map(AccountSummary::from).collect();
    Ok(Json(AccountPage { items, total: page.total }))
}

/// Activate or deactivate an account, or give it another plan.
#[utoipa::path(put, path = "/api/v1/admin/users/{user_id}", tag = "admin", request_body = ChangeUser,
    params(("user_id" = uuid::Uuid, Path)),
    security(("jwt" = [])), extensions(("x-required-scope" = json!(ADMIN_NEEDS))), responses(
    (status = 200, body = AccountSummary), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn change_user(State(app): AppState, request: Admin<ChangeUser>) -> Answer<Json<AccountSummary>> {
    let Admin { by, input: ChangeUser { id, is_active, plan } } = request;
    let user = admin::change_user(&app, &by, id, UserChange { is_active, plan }).await?;
    Ok(Json(user.into()))
}

/// The plugins of the process that answers.
#[utoipa::path(get, path = "/api/v1/admin/plugins", tag = "admin",
    security(("jwt" = [])), extensions(("x-required-scope" = json!(ADMIN_NEEDS))), responses(
    (status = 200, body = PluginStates), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn list_plugins(State(app): AppState, request: Admin<Nothing>) -> Json<PluginStates> {
    Json(admin::plugins(&app, &request.by).into())
}

/// Read the plugin registry again. Processes do so by themselves within seconds.
#[utoipa::path(post, path = "/api/v1/admin/plugins/reload", tag = "admin",
    security(("jwt" = [])), extensions(("x-required-scope" = json!(ADMIN_NEEDS))), responses(
    (status = 200, body = PluginStates), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 502, body = Refusal)))]
pub async fn reload_plugins(State(app): AppState, request: Admin<Nothing>) -> Answer<Json<PluginStates>> {
    Ok(Json(admin::reload_plugins(&app, &request.by).await?.into()))
}

/// Let a quarantined plugin serve again, in the process that answers.
#[utoipa::path(post, path = "/api/v1/admin/plugins/{plugin_id}/release", tag = "admin",
    params(("plugin_id" = String, Path, max_length = 100)),
    security(("jwt" = [])), extensions(("x-required-scope" = json!(ADMIN_NEEDS))), responses(
    (status = 200, body = PluginStates), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn release_plugin(State(app): AppState, request: Admin<ByPlugin>) -> Answer<Json<PluginStates>> {
    Ok(Json(admin::release_plugin(&app, &request.by, &request.input.id)?.into()))
}
