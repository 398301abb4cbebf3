//! Refusals around provisioned accounts and administration.

use axum::http::StatusCode;

use super::ApiError;
use crate::service::admin::AdminError;
use crate::service::provisioning::ProvisionError;

impl From<ProvisionError> for ApiError {
    fn from(error: ProvisionError) -> Self {
        let sentence = error.to_string();
        match error {
            ProvisionError::NotAService | ProvisionError::OperatorsOwn => ApiError::forbidden(sentence),
            ProvisionError::Contended => ApiError::busy(sentence, 1),
            ProvisionError::NameTaken => ApiError::new(StatusCode::CONFLICT, sentence),
            ProvisionError::Name => ApiError::bad_request(sentence),
            ProvisionError::Auth(error) => error.into(),
            ProvisionError::Db(error) => error.into(),
        }
    }
}

impl From<AdminError> for ApiError {
    fn from(error: AdminError) -> Self {
        let sentence = error.to_string();
        match error {
            AdminError::NoUser | AdminError::NoPlugin => ApiError::not_found(sentence),
            AdminError::Yourself => ApiError::bad_request(sentence),
            AdminError::Registry(_) => ApiError::new(StatusCode::BAD_GATEWAY, sentence),
            AdminError::Db(error) => error.into(),
        }
    }
}
