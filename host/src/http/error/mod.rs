//! The only place that knows status codes of refusals and the forms of `detail`.

mod accounts;
mod keys;
mod outside;
mod service;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::validate::Fault;

/// A refusal as it goes over the wire.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: Value,
    /// For programs, where a sentence is not enough to act on.
    code: Option<Box<str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        ApiError { status, detail: Value::String(detail.into()), code: None, headers: Vec::new() }
    }

    /// Everything that is wrong with a request.
    pub fn invalid(faults: &[Fault]) -> Self {
        let detail = serde_json::to_value(faults).unwrap_or(Value::Null);
        ApiError { status: StatusCode::UNPROCESSABLE_ENTITY, detail, code: None, headers: Vec::new() }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// There is no such path.
    pub fn no_route() -> Self {
        Self::not_found("Not Found")
    }

    /// The path exists, but not for this method.
    pub fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    /// There are no credentials.
    pub fn not_authenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Not authenticated")
            .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// The credentials of an operation that has always taken either kind.
    pub fn neither_token_nor_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Not authenticated. Provide a Bearer token or X-API-Key.")
    }

    /// Who asks is known, and may not.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    pub fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body is larger than {} KiB", limit / 1024))
    }

    /// Too much was asked; come back later.
    pub fn too_many(detail: impl Into<String>, seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail).later(seconds)
    }

    /// Nothing is wrong with the request, but not now.
    pub fn busy(detail: impl Into<String>, seconds: u64) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).later(seconds)
    }

    /// A fault of ours. What it was is in the log.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    }

    fn coded(mut self, code: Option<String>) -> Self {
        self.code = code.map(String::into_boxed_str);
        self
    }

    fn later(self, seconds: u64) -> Self {
        self.with(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let ApiError { status, detail, code, headers } = self;
        let mut body = json!({ "detail": detail });
        if let Some(code) = code {
            body["code"] = Value::String(code.into());
        }
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

/// The form of every refusal but 422.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Refusal {
    /// One sentence for people.
    detail: String,
    /// A stable word for programs, where there is one: `capability_unsupported` when a
    /// supplier needs a setting before it can do this.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// The form of a 422.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Invalid {
    /// Everything that is wrong with the request, in the order of its fields.
    detail: Vec<InvalidField>,
}

/// One fault of a request.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct InvalidField {
    /// The kind of fault, such as `missing`.
    r#type: String,
    /// Where: `path`, `query` or `body`, then the names of fields and positions in lists.
    loc: Vec<Value>,
    /// One sentence for people.
    msg: String,
    /// What was sent, with secrets masked.
    input: Value,
    /// The limits that were passed.
    ctx: Option<Value>,
}
