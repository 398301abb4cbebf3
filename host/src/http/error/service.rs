//! From the errors of services to refusals.

use axum::http::StatusCode;
use sourcepilot_domain::{ErrorKind, Failure};

use super::ApiError;
use crate::service::DbError;
use crate::service::auth::AuthError;
use crate::service::billing::BillingError;
use crate::service::connections::ConnectionError;
use crate::service::event_stream::StreamError;
use crate::service::images::PictureError;
use crate::service::imports::ImportError;
use crate::service::price_watches::WatchError;
use crate::service::products::ProductError;
use crate::service::store_products::StoreProductError;
use crate::service::stripe_events::StripeEventError;
use crate::service::supplier_accounts::AccountError;

/// After this many seconds a busy service is worth another try.
const BUSY_SECONDS: u64 = 1;

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        if error.is_retryable() {
            tracing::warn!(%error, "the database did not do its part");
            ApiError::busy("The service is busy; try again in a moment.", BUSY_SECONDS)
        } else {
            tracing::error!(error = ?error, "the database did not do its part");
            ApiError::internal()
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let sentence = error.to_string();
        match error {
            AuthError::EmailTaken => ApiError::new(StatusCode::CONFLICT, sentence),
            AuthError::WrongPassword
            | AuthError::BadToken
            | AuthError::BadPayload
            | AuthError::BadKey
            | AuthError::BadSession
            | AuthError::BadRefreshToken
            | AuthError::UnknownUser
            | AuthError::RefreshForUnknownUser => ApiError::new(StatusCode::UNAUTHORIZED, sentence),
            AuthError::WrongCurrentPassword | AuthError::BadResetToken => ApiError::bad_request(sentence),
            AuthError::TooManyAttempts { seconds } => ApiError::too_many(sentence, seconds),
            AuthError::Busy => ApiError::busy(sentence, BUSY_SECONDS),
            AuthError::Hash(problem) => {
                tracing::error!(%problem, "a password could not be hashed");
                ApiError::internal()
            }
            AuthError::Db(error) => error.into(),
        }
    }
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        let sentence = error.to_string();
        match error {
            ImportError::LimitReached(_) => ApiError::new(StatusCode::FORBIDDEN, sentence),
            ImportError::InvalidSource { .. } | ImportError::Transition(_) => ApiError::bad_request(sentence),
            ImportError::NotFound => ApiError::not_found(sentence),
            ImportError::KeyReused(_) => ApiError::new(StatusCode::CONFLICT, sentence),
            ImportError::Db(error) => error.into(),
        }
    }
}

impl From<WatchError> for ApiError {
    fn from(error: WatchError) -> Self {
        let sentence = error.to_string();
        match error {
            WatchError::LimitReached(_) => ApiError::new(StatusCode::FORBIDDEN, sentence),
            WatchError::NotFound => ApiError::not_found(sentence),
            WatchError::KeyReused(_) => ApiError::new(StatusCode::CONFLICT, sentence),
            WatchError::Db(error) => error.into(),
        }
    }
}

impl From<BillingError> for ApiError {
    fn from(error: BillingError) -> Self {
        let sentence = error.to_string();
        match error {
            BillingError::FreePlan | BillingError::Subscribed | BillingError::NoCustomer => {
                ApiError::bad_request(sentence)
            }
            BillingError::Off(_) => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, sentence),
            BillingError::Stripe(failure) if failure.is_passing() => ApiError::busy(sentence, 30),
            BillingError::Stripe(_) => ApiError::new(StatusCode::BAD_GATEWAY, sentence),
            BillingError::KeyReused(_) => ApiError::new(StatusCode::CONFLICT, sentence),
            BillingError::Db(error) => error.into(),
        }
    }
}

impl From<StripeEventError> for ApiError {
    fn from(error: StripeEventError) -> Self {
        match error {
            StripeEventError::Signature | StripeEventError::NotJson => {
                ApiError::bad_request(error.to_string())
            }
            StripeEventError::Db(error) => error.into(),
        }
    }
}

impl From<ProductError> for ApiError {
    fn from(error: ProductError) -> Self {
        match error {
            ProductError::InvalidSource { .. } | ProductError::UnknownPage(_) => {
                ApiError::bad_request(error.to_string())
            }
            ProductError::Failed(failure) => failure.into(),
        }
    }
}

impl From<PictureError> for ApiError {
    fn from(error: PictureError) -> Self {
        let sentence = error.to_string();
        match error {
            PictureError::Address => ApiError::bad_request(sentence),
            PictureError::Unreachable(_) | PictureError::NotAPicture => {
                ApiError::new(StatusCode::BAD_GATEWAY, sentence)
            }
        }
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        let sentence = error.to_string();
        match error {
            AccountError::Exists { .. } => ApiError::bad_request(sentence),
            AccountError::KeyReused(_) => ApiError::new(StatusCode::CONFLICT, sentence),
            AccountError::NotFound => ApiError::not_found(sentence),
            AccountError::Failed(failure) => failure.into(),
            AccountError::Seal(problem) => {
                tracing::error!(error = %problem, "credentials could not be sealed or opened");
                ApiError::internal()
            }
            AccountError::Db(error) => error.into(),
        }
    }
}

impl From<ConnectionError> for ApiError {
    fn from(error: ConnectionError) -> Self {
        let sentence = error.to_string();
        match error {
            ConnectionError::Exists { .. } | ConnectionError::KeyReused(_) => {
                ApiError::new(StatusCode::CONFLICT, sentence)
            }
            ConnectionError::NotFound => ApiError::not_found(sentence),
            ConnectionError::Failed(failure) => failure.into(),
            ConnectionError::Seal(problem) => {
                tracing::error!(error = %problem, "credentials could not be sealed or opened");
                ApiError::internal()
            }
            ConnectionError::Db(error) => error.into(),
        }
    }
}

impl From<StreamError> for ApiError {
    fn from(error: StreamError) -> Self {
        ApiError::too_many(error.to_string(), 10)
    }
}

/// What a merchant can change is a 400; what only time, the supplier or the admin
/// can change is a 5xx, so that callers know whether to come back.
impl From<StoreProductError> for ApiError {
    fn from(error: StoreProductError) -> Self {
        let sentence = error.to_string();
        match error {
            StoreProductError::NotFound => ApiError::not_found(sentence),
            StoreProductError::Busy => ApiError::new(StatusCode::CONFLICT, sentence),
            StoreProductError::Nothing | StoreProductError::Change(_) => ApiError::bad_request(sentence),
            StoreProductError::Failed(failure) => failure.into(),
            StoreProductError::Db(error) => error.into(),
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let Failure { kind, effect: _, message, code, retry_after, details } = failure;
        if is_a_fault(kind) {
            tracing::warn!(failure.kind = ?kind, failure.code = ?code, ?details, "a call of a plugin failed: {message}");
        }
        let seconds = retry_after.map(|wait| wait.as_secs());
        match kind {
            ErrorKind::Unsupported => ApiError::bad_request(message).coded(code),
            ErrorKind::InvalidInput
            | ErrorKind::NotFound
            | ErrorKind::UnavailableItem
            | ErrorKind::AuthRequired
            | ErrorKind::Forbidden
            | ErrorKind::Conflict => ApiError::bad_request(message),
            ErrorKind::RateLimited | ErrorKind::QuotaExhausted => {
                ApiError::busy(message, seconds.unwrap_or(30))
            }
            ErrorKind::Unavailable | ErrorKind::Cancelled | ErrorKind::LeaseLost => {
                ApiError::busy(message, seconds.unwrap_or(5))
            }
            ErrorKind::Timeout => ApiError::new(StatusCode::GATEWAY_TIMEOUT, message),
            ErrorKind::UpstreamChanged
            | ErrorKind::Internal
            | ErrorKind::Trap
            | ErrorKind::Limit
            | ErrorKind::Denied
            | ErrorKind::BadAnswer => ApiError::new(StatusCode::BAD_GATEWAY, message),
        }
    }
}

fn is_a_fault(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UpstreamChanged
            | ErrorKind::Internal
            | ErrorKind::Trap
            | ErrorKind::Limit
            | ErrorKind::Denied
            | ErrorKind::BadAnswer
    )
}
