//! Refusals around API keys.

use axum::http::StatusCode;

use super::ApiError;
use crate::service::api_keys::KeyError;

impl From<KeyError> for ApiError {
    fn from(error: KeyError) -> Self {
        let sentence = error.to_string();
        match error {
            KeyError::NotFound => ApiError::not_found(sentence),
            KeyError::BeyondOwn(_) | KeyError::OutlivesOwn(_) => ApiError::forbidden(sentence),
            KeyError::Past => ApiError::bad_request(sentence),
            KeyError::KeyReused(_) => ApiError::new(StatusCode::CONFLICT, sentence),
            KeyError::Seal(problem) => {
                tracing::error!(error = %problem, "an API key could not be sealed or opened");
                ApiError::internal()
            }
            KeyError::Db(error) => error.into(),
        }
    }
}
