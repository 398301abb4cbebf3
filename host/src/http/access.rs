//! What a caller must bring for an operation.

use axum::http::Method;
use serde::{Serialize, Serializer};
use sourcepilot_domain::scope::Scope;

use super::error::ApiError;
use crate::service::auth::{Credential, Session};

/// What an API key must be allowed to do. A login may do all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// `read` for GET, `write` for everything else.
    ByMethod,
    /// This scope, whatever the method.
    Scope(Scope),
    /// A login: no key may do it.
    Login,
}

impl Needs {
    /// The scope that a key needs; `None`: no key may do it.
    #[must_use]
    pub fn scope(self, method: &Method) -> Option<Scope> {
        match self {
            Needs::ByMethod if method.is_safe() => Some(Scope::Read),
            Needs::ByMethod => Some(Scope::Write),
            Needs::Scope(scope) => Some(scope),
            Needs::Login => None,
        }
    }

    /// Refuse a key that is not allowed to.
    ///
    /// # Errors
    /// 403 with the scope that is missing.
    pub fn check(self, session: &Session, method: &Method) -> Result<(), ApiError> {
        let Credential::Key(key) = &session.credential else { return Ok(()) };
        match self.scope(method) {
            Some(needed) if key.scopes.allow(needed) => Ok(()),
            Some(needed) => Err(ApiError::forbidden(format!(
                "This API key needs the scope '{needed}' for this. Make a key that has it, or log in."
            ))),
            None => Err(ApiError::forbidden("No API key may do this. Log in and send the access token.")),
        }
    }
}

/// The scope as the API's description has it; null where no key is accepted.
impl Serialize for Needs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Needs::Scope(scope) => serializer.serialize_str(scope.as_str()),
            Needs::Login => serializer.serialize_none(),
            Needs::ByMethod => serializer.serialize_str("by-method"),
        }
    }
}
