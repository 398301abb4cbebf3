use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Invalid, Nothing, Refusal};
use crate::http::time::OffsetMoment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::ai::{self, Answered, Scoring};

/// A supplier to be judged.
#[derive(Debug, ToSchema)]
pub struct ScoreSupplier {
    /// Any text; it is judged, not opened.
    #[schema(max_length = 2000)]
    supplier_url: String,
}

impl Input for ScoreSupplier {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        reader.body("supplier_url").text(0..=2000).map(|supplier_url| ScoreSupplier { supplier_url })
    }
}

/// What a model suggests. All texts are plain text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// Objects with `title`, `description` and `priority` (`high`, `medium`, `low`);
    /// one text when the model answered in prose.
    #[schema(value_type = Vec<Object>)]
    suggestions: Vec<Value>,
    generated_at: OffsetMoment,
    /// Who answered.
    provider: String,
    /// US dollars.
    cost_usd: f64,
}

/// What a model thinks of a supplier.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupplierScore {
    /// From 0 to 100 by dimension, such as `product_quality`.
    #[schema(value_type = Object)]
    scoring: Map<String, Value>,
    /// From 0 to 100.
    overall_score: f64,
    supplier_url: String,
    generated_at: OffsetMoment,
    /// Who answered.
    provider: String,
    /// US dollars.
    cost_usd: f64,
    /// Plain text.
    recommendation: Option<String>,
}

/// What to source next, judged from the merchant's latest imports.
#[utoipa::path(get, path = "/api/v1/ai/suggestions", tag = "ai", security(("jwt" = [])), responses(
    (status = 200, body = Suggestions), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 429, body = Refusal), (status = 502, body = Refusal), (status = 503, body = Refusal),
    (status = 504, body = Refusal)))]
pub async fn suggestions(State(app): AppState, request: Authorized<Nothing>) -> Answer<Json<Suggestions>> {
    let answered = ai::suggestions(&app, request.session.user.id).await?;
    let Answered { answer: suggestions, provider, cost_usd } = answered;
    Ok(Json(Suggestions { suggestions, generated_at: OffsetMoment(app.now()), provider, cost_usd }))
}

/// What a language model knows about a supplier.
#[utoipa::path(post, path = "/api/v1/ai/score-supplier", tag = "ai", request_body = ScoreSupplier,
    security(("jwt" = [])), responses(
    (status = 200, body = SupplierScore), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Invalid), (status = 429, body = Refusal), (status = 502, body = Refusal),
    (status = 503, body = Refusal), (status = 504, body = Refusal)))]
pub async fn score_supplier(
    State(app): AppState,
    request: Authorized<ScoreSupplier>,
) -> Answer<Json<SupplierScore>> {
    let Authorized { session, input, .. } = request;
    let answered = ai::score_supplier(&app, session.user.id, &input.supplier_url).await?;
    let Answered { answer: Scoring { dimensions, overall, recommendation }, provider, cost_usd } = answered;
    Ok(Json(SupplierScore {
        scoring: dimensions.into_iter().map(|(name, score)| (name, score.into())).collect(),
        overall_score: overall,
        supplier_url: input.supplier_url,
        generated_at: OffsetMoment(app.now()),
        provider,
        cost_usd,
        recommendation,
    }))
}
