//! Language models: the gateway's `POST /llm/api/v1/generate`, and Anthropic's
//! `POST /anthropic/v1/messages` (version 2023-06-01).
//!
//! The answers are made up from the question, the same for the same one. What
//! form they take can be chosen, because real models do not always answer as asked.

mod content;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::demo;
use crate::reply;
use crate::world::World;

/// In what form the models answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LlmAnswer {
    /// JSON as it was asked for.
    #[default]
    Asked,
    /// The same between fences of Markdown.
    Fenced,
    /// A list where an object was asked for.
    List,
    /// Sentences.
    Prose,
    /// JSON with values out of every bound, and markup.
    Wild,
    /// Only the fields that the oldest gateways answer.
    Sparse,
    /// Megabytes.
    Huge,
    /// Not JSON at all, with status 200.
    Page,
}

/// The models.
#[derive(Debug, Default)]
pub(crate) struct Llm {
    answer: Mutex<LlmAnswer>,
}

impl Llm {
    pub(crate) fn set(&self, answer: LlmAnswer) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    fn answer(&self) -> LlmAnswer {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/llm/api/v1/generate", post(generate))
        .route("/anthropic/v1/messages", post(messages))
}

async fn generate(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(key) = headers.get("x-service-key") else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "header X-Service-Key: Field required");
    };
    if key.as_bytes() != demo::LLM_GATEWAY_KEY.as_bytes() {
        return refuse(StatusCode::UNAUTHORIZED, "Invalid service key");
    }
    let Ok(question) = serde_json::from_slice::<Value>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "body: not JSON");
    };
    if let Some(fault) = gateway_fault(&question) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, fault);
    }
    let scoring = question["task_type"] == "supplier_scoring";
    let prompt = question["prompt"].as_str().unwrap_or_default();
    let answer = world.llm.answer();
    match answer {
        LlmAnswer::Huge => return reply::huge("application/json", "{\"content\": \"", 4 << 20),
        LlmAnswer::Page => return reply::html(StatusCode::OK, "<h1>Please log in (demo)</h1>"),
        _ => {}
    }
    let content = content::of(answer, scoring, world.config.seed, prompt);
    let cost = json!(0.0004);
    let body = match answer {
        LlmAnswer::Sparse => json!({"content": content, "provider": "demo", "cost_usd": cost}),
        _ => {
            json!({"content": content, "provider": "demo", "model": "demo-1", "input_tokens": prompt.len() / 4,
            "output_tokens": content.len() / 4, "cost_usd": cost, "cached": false, "latency_ms": 3})
        }
    };
    reply::json(StatusCode::OK, &body)
}

/// The gateway's own rules.
fn gateway_fault(question: &Value) -> Option<&'static str> {
    let text = |name: &str| question[name].as_str().is_some_and(|text| !text.is_empty());
    if !["user_id", "service", "task_type", "prompt"].into_iter().all(text) {
        return Some("user_id, service, task_type and prompt must be texts");
    }
    if !question["max_tokens"].as_u64().is_some_and(|most| (1..=8000).contains(&most)) {
        return Some("max_tokens must be from 1 to 8000");
    }
    let warm = question["temperature"].as_f64();
    if !warm.is_some_and(|warm| (0.0..=2.0).contains(&warm)) {
        return Some("temperature must be from 0 to 2");
    }
    None
}

async fn messages(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-api-key") != Some(demo::ANTHROPIC_API_KEY) {
        return anthropic_refusal(StatusCode::UNAUTHORIZED, "authentication_error", "invalid x-api-key");
    }
    if header("anthropic-version").is_none() {
        return anthropic_refusal(
            StatusCode::BAD_REQUEST,
            "invalid_request_error",
            "anthropic-version: header is required",
        );
    }
    let question: Value = serde_json::from_slice(&body).unwrap_or_default();
    let prompt = question["messages"][0]["content"].as_str();
    let (Some(model), Some(prompt), true) =
        (question["model"].as_str(), prompt, question["max_tokens"].as_u64().is_some_and(|most| most > 0))
    else {
        return anthropic_refusal(
            StatusCode::BAD_REQUEST,
            "invalid_request_error",
            "model, max_tokens, messages",
        );
    };
    let scoring = question["system"].as_str().is_some_and(|system| system.contains("overall_score"));
    let content = content::of(world.llm.answer(), scoring, world.config.seed, prompt);
    let body = json!({"id": "msg_demo", "type": "message", "role": "assistant", "model": model,
        "content": [{"type": "text", "text": content}], "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": prompt.len() / 4, "output_tokens": content.len() / 4}});
    reply::json(StatusCode::OK, &body)
}

fn refuse(status: StatusCode, detail: &str) -> Response {
    reply::json(status, &json!({ "detail": detail }))
}

fn anthropic_refusal(status: StatusCode, kind: &str, message: &str) -> Response {
    reply::json(status, &json!({"type": "error", "error": {"type": kind, "message": message}}))
}
