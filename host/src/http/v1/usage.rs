use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sourcepilot_domain::plan::Allowance;
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Refusal};
use crate::http::validate::{Input, Reader};
use crate::service::usage::{self, Usage};

/// Nothing is asked; a token or a key has always done.
#[derive(Clone, Copy, Debug)]
pub struct AskUsage;

impl Input for AskUsage {
    const TOKEN_OR_KEY: bool = true;

    fn read(_: &mut Reader) -> Option<Self> {
        Some(AskUsage)
    }
}

/// What was used of a plan in a calendar month, in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"plan": "free", "period_start": "2026-11-01", "period_end": "2026-12-01",
    "metrics": [{"name": "items_used", "label": "Items Used", "used": 3, "limit": 10},
                {"name": "secondary_used", "label": "Secondary Items", "used": 1, "limit": 25}]}))]
pub struct UsageReport {
    /// `free`, `pro` or `enterprise`.
    plan: &'static str,
    /// The month's first day.
    #[schema(format = Date)]
    period_start: String,
    /// The first day after it.
    #[schema(format = Date)]
    period_end: String,
    metrics: Vec<MetricReport>,
}

/// One thing that a plan limits.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricReport {
    /// `items_used`: imports this month, however they ended. `secondary_used`: price
    /// watches that there are.
    name: &'static str,
    /// For people.
    label: &'static str,
    used: u64,
    /// -1: no limit.
    limit: i64,
}

impl From<Usage> for UsageReport {
    fn from(usage: Usage) -> Self {
        let Usage { plan, month, imports, watches } = usage;
        let terms = plan.terms();
        let metric =
            |name, label, used, limit: Allowance| MetricReport { name, label, used, limit: limit.wire() };
        UsageReport {
            plan: plan.as_str(),
            period_start: month.start().to_string(),
            period_end: month.end().to_string(),
            metrics: vec![
                metric("items_used", "Items Used", imports, terms.max_items),
                metric("secondary_used", "Secondary Items", watches, terms.max_secondary),
            ],
        }
    }
}

/// How much of the plan is used.
#[utoipa::path(get, path = "/api/v1/usage", tag = "billing", security(("jwt" = [])), responses(
    (status = 200, body = UsageReport), (status = 401, body = Refusal), (status = 403, body = Refusal)))]
pub async fn get(State(app): AppState, request: Authorized<AskUsage>) -> Answer<Json<UsageReport>> {
    Ok(Json(usage::now(&app, &request.session.user).await?.into()))
}
