//! From the errors around other services, such as webhooks and language models, to
//! refusals.

use axum::http::StatusCode;

use super::ApiError;
use crate::service::ai::{AiError, LlmError};
use crate::service::platform_events::PlatformError;
use crate::service::product_scored::ScoredError;
use crate::service::webhook_secrets::SecretError;

impl From<AiError> for ApiError {
    fn from(error: AiError) -> Self {
        let sentence = error.to_string();
        match error {
            AiError::Llm(LlmError::NotConfigured) => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, sentence),
            AiError::Llm(LlmError::Busy) => ApiError::busy(sentence, 60),
            AiError::Llm(LlmError::Timeout) => ApiError::new(StatusCode::GATEWAY_TIMEOUT, sentence),
            AiError::Llm(LlmError::Unreachable | LlmError::Answer) => {
                ApiError::new(StatusCode::BAD_GATEWAY, sentence)
            }
            AiError::TooMany { seconds } => ApiError::too_many(sentence, seconds),
            AiError::Db(error) => error.into(),
        }
    }
}

impl From<PlatformError> for ApiError {
    fn from(error: PlatformError) -> Self {
        let sentence = error.to_string();
        match error {
            PlatformError::Signature => ApiError::new(StatusCode::UNAUTHORIZED, sentence),
            PlatformError::NotJson => ApiError::bad_request(sentence),
            PlatformError::Db(error) => error.into(),
        }
    }
}

impl From<ScoredError> for ApiError {
    fn from(error: ScoredError) -> Self {
        match error {
            ScoredError::Import(error) => error.into(),
            ScoredError::Config(problem) => {
                tracing::error!(%problem, "a setting is not understood");
                ApiError::internal()
            }
        }
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> Self {
        let sentence = error.to_string();
        match error {
            SecretError::Signature => ApiError::new(StatusCode::UNAUTHORIZED, sentence),
            SecretError::TooMany => ApiError::bad_request(sentence),
            SecretError::NotFound => ApiError::not_found(sentence),
            SecretError::KeyReused(_) => ApiError::new(StatusCode::CONFLICT, sentence),
            SecretError::Seal(problem) => {
                tracing::error!(error = %problem, "a webhook secret could not be sealed or opened");
                ApiError::internal()
            }
            SecretError::Db(error) => error.into(),
        }
    }
}
