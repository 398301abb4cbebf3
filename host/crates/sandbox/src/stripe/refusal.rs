//! Refusals in Stripe's form.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// Status and body.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub body: Value,
}

pub(super) type Answer = Result<Value, Refusal>;

#[expect(clippy::needless_pass_by_value, reason = "every caller has made it for this")]
fn refusal(
    status: StatusCode,
    kind: &str,
    code: Option<&str>,
    param: Option<&str>,
    message: String,
) -> Refusal {
    let mut error = json!({"type": kind, "message": format!("{message} (demo)")});
    for (name, value) in [("code", code), ("param", param)] {
        if let Some(value) = value {
            error[name] = value.into();
        }
    }
    Refusal { status, body: json!({ "error": error }) }
}

const INVALID: &str = "invalid_request_error";

/// Something that is named does not exist.
pub(super) fn missing(what: &str, id: &str, param: &str) -> Refusal {
    // In a body it is the request that is wrong, in an address the address.
    let status = if param == "id" { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
    refusal(status, INVALID, Some("resource_missing"), Some(param), format!("No such {what}: '{id}'"))
}

/// A parameter that does not exist.
pub(super) fn unknown(param: &str) -> Refusal {
    let message = format!("Received unknown parameter: {param}");
    refusal(StatusCode::BAD_REQUEST, INVALID, Some("parameter_unknown"), Some(param), message)
}

/// A parameter that is needed.
pub(super) fn needed(param: &str) -> Refusal {
    let message = format!("Missing required param: {param}.");
    refusal(StatusCode::BAD_REQUEST, INVALID, Some("parameter_missing"), Some(param), message)
}

/// Anything else that is wrong.
pub(super) fn invalid(param: Option<&str>, message: &str) -> Refusal {
    refusal(StatusCode::BAD_REQUEST, INVALID, None, param, message.to_owned())
}

/// A key that was used for another request.
pub(super) fn other_request() -> Refusal {
    let message =
        "Keys for idempotent requests can only be used with the same parameters they were first used with.";
    refusal(StatusCode::BAD_REQUEST, "idempotency_error", None, None, message.to_owned())
}

/// A key that opens nothing. Never shown whole.
pub(super) fn key(key: &str) -> Refusal {
    let last: String = key.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    let message = format!("Invalid API Key provided: ****{last}");
    refusal(StatusCode::UNAUTHORIZED, INVALID, None, None, message)
}

/// An address that does not exist.
pub(super) fn address(method: &str, path: &str) -> Refusal {
    let message = format!("Unrecognized request URL ({method}: /v1/{path}).");
    refusal(StatusCode::NOT_FOUND, INVALID, None, None, message)
}
