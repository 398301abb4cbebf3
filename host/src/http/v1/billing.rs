use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use sourcepilot_domain::ids::{SubscriptionId, UserId};
use sourcepilot_domain::plan::{Plan, PlanTerms};
use sourcepilot_domain::scope::Scope;
use sourcepilot_domain::subscription::Subscription;
use utoipa::ToSchema;

use super::usage::UsageReport;
use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal};
use crate::http::access::Needs;
use crate::http::time::Moment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::billing;

/// A plan on offer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"tier": "pro", "name": "Pro", "price_monthly_cents": 2900, "max_items": 100,
    "max_secondary": 500, "trial_days": 14, "api_access": true}))]
pub struct PlanOffer {
    /// `free`, `pro` or `enterprise`.
    tier: &'static str,
    /// For people.
    name: &'static str,
    /// US cents a month.
    price_monthly_cents: u32,
    /// Imports a month; -1: any number.
    max_items: i64,
    /// Price watches at a time; -1: any number.
    max_secondary: i64,
    /// Days without payment at the beginning of the first subscription.
    trial_days: u32,
    api_access: bool,
}

impl From<Plan> for PlanOffer {
    fn from(plan: Plan) -> Self {
        let PlanTerms { name, price_monthly_cents, max_items, max_secondary, trial_days, api_access } =
            plan.terms();
        PlanOffer {
            tier: plan.as_str(),
            name,
            price_monthly_cents,
            max_items: max_items.wire(),
            max_secondary: max_secondary.wire(),
            trial_days,
            api_access,
        }
    }
}

/// The plans that can be named.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum PlanName {
    Free,
    Pro,
    Enterprise,
}

/// The plan to pay for.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"plan": "pro"}))]
pub struct BeginCheckout {
    /// `pro` or `enterprise`; `free` is refused.
    #[schema(value_type = PlanName)]
    plan: Plan,
}

impl Input for BeginCheckout {
    const BODY: Body = Body::Required;
    const NEEDS: Needs = Needs::Scope(Scope::Admin);

    fn read(reader: &mut Reader) -> Option<Self> {
        reader.body("plan").choice(&Plan::ALL, Plan::as_str).map(|plan| BeginCheckout { plan })
    }
}

/// To manage payments.
#[derive(Clone, Copy, Debug)]
pub struct OpenPortal;

impl Input for OpenPortal {
    const NEEDS: Needs = Needs::Scope(Scope::Admin);

    fn read(_: &mut Reader) -> Option<Self> {
        Some(OpenPortal)
    }
}

/// Where to pay.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckoutPage {
    /// Send the merchant's browser there.
    checkout_url: String,
    session_id: String,
}

/// Where to manage payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortalPage {
    /// Send the merchant's browser there at once: it opens the page for whoever has it.
    portal_url: String,
}

/// A merchant's subscription.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Subscription")]
pub struct SubscriptionReport {
    #[schema(value_type = Uuid)]
    id: SubscriptionId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    stripe_subscription_id: String,
    /// `free` when it is for a price that stands for no plan.
    plan: &'static str,
    /// `active`, `trialing`, `past_due`, `canceled`, `unpaid` or `incomplete`.
    status: &'static str,
    current_period_start: Moment,
    current_period_end: Moment,
    /// Whether it ends at a time that is set already.
    cancel_at_period_end: bool,
    trial_start: Option<Moment>,
    trial_end: Option<Moment>,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Subscription> for SubscriptionReport {
    fn from(subscription: Subscription) -> Self {
        let cancel_at_period_end = subscription.is_ending();
        let Subscription {
            id,
            user_id,
            stripe_subscription_id,
            stripe_price_id: _,
            plan,
            plan_as_of: _,
            status,
            has_granted: _,
            current_period_start,
            current_period_end,
            cancel_at_period_end: _,
            cancel_at: _,
            trial_start,
            trial_end,
            as_of: _,
            version: _,
            created_at,
            updated_at,
        } = subscription;
        SubscriptionReport {
            id,
            user_id,
            stripe_subscription_id,
            plan: plan.unwrap_or(Plan::Free).as_str(),
            status: status.wire(),
            current_period_start: current_period_start.into(),
            current_period_end: current_period_end.into(),
            cancel_at_period_end,
            trial_start: trial_start.map(Moment),
            trial_end: trial_end.map(Moment),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// Everything about a merchant's plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    /// `free`, `pro` or `enterprise`.
    current_plan: &'static str,
    /// For people.
    plan_name: &'static str,
    subscription: Option<SubscriptionReport>,
    usage: UsageReport,
    /// As `current_plan`.
    plan: &'static str,
    /// As in the subscription; `none` without one.
    status: &'static str,
}

/// The plans there are, cheapest first.
#[utoipa::path(get, path = "/api/v1/billing/plans", tag = "billing", responses(
    (status = 200, body = Vec<PlanOffer>)))]
pub async fn plans() -> Json<Vec<PlanOffer>> {
    Json(Plan::ALL.into_iter().map(PlanOffer::from).collect())
}

/// Begin to pay for a plan. The plan changes when it has been paid for.
#[utoipa::path(post, path = "/api/v1/billing/checkout", tag = "billing", request_body = BeginCheckout,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key begins no second one")),
    security(("jwt" = [])), extensions(("x-required-scope" = json!(BeginCheckout::NEEDS))), responses(
    (status = 201, body = CheckoutPage), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal),
    (status = 409, body = Refusal), (status = 422, body = Invalid), (status = 502, body = Refusal),
    (status = 503, body = Refusal)))]
pub async fn checkout(
    State(app): AppState,
    request: Authorized<BeginCheckout>,
) -> Answer<(StatusCode, Json<CheckoutPage>)> {
    let Authorized { session, input: BeginCheckout { plan }, once } = request;
    let billing::Checkout { url, session_id } = billing::checkout(&app, &session.user, plan, once).await?;
    Ok((StatusCode::CREATED, Json(CheckoutPage { checkout_url: url, session_id })))
}

/// Open the page on which payments are managed.
#[utoipa::path(post, path = "/api/v1/billing/portal", tag = "billing", security(("jwt" = [])),
    extensions(("x-required-scope" = json!(OpenPortal::NEEDS))), responses(
    (status = 200, body = PortalPage), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal),
    (status = 502, body = Refusal), (status = 503, body = Refusal)))]
pub async fn portal(State(app): AppState, request: Authorized<OpenPortal>) -> Answer<Json<PortalPage>> {
    let portal_url = billing::portal(&app, &request.session.user).await?;
    Ok(Json(PortalPage { portal_url }))
}

/// The subscription in force, else the last one; null when there was none.
#[utoipa::path(get, path = "/api/v1/billing/current", tag = "billing", security(("jwt" = [])), responses(
    (status = 200, body = Option<SubscriptionReport>), (status = 401, body = Refusal),
    (status = 403, body = Refusal)))]
pub async fn current(
    State(app): AppState,
    request: Authorized<Nothing>,
) -> Answer<Json<Option<SubscriptionReport>>> {
    let subscription = billing::current(&app, &request.session.user).await?;
    Ok(Json(subscription.map(SubscriptionReport::from)))
}

/// Plan, subscription and usage at once.
#[utoipa::path(get, path = "/api/v1/billing/overview", tag = "billing", security(("jwt" = [])), responses(
    (status = 200, body = Overview), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn overview(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<Overview>> {
    let user = &request.session.user;
    let (subscription, usage) = billing::overview(&app, user).await?;
    let status = subscription.as_ref().map_or("none", |subscription| subscription.status.wire());
    Ok(Json(Overview {
        current_plan: user.plan.as_str(),
        plan_name: user.plan.terms().name,
        subscription: subscription.map(SubscriptionReport::from),
        usage: usage.into(),
        plan: user.plan.as_str(),
        status,
    }))
}
