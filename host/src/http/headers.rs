//! The outermost layer: the request's id, CORS, and the headers of every answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use super::{cors, log};
use crate::app::App;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_REQUEST_ID: usize = 200;

const FIXED: [(HeaderName, HeaderValue); 7] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block")),
    (STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'self'")),
    (REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
];

/// Give the request an id and complete the answer, whatever it is.
pub async fn complete(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let allowed = &app.config.server.cors_origins;
    let id = request_id(request.headers());
    let mut response = if cors::is_preflight(request.method(), request.headers()) {
        cors::preflight(allowed, request.headers())
    } else {
        let asked = request.headers().clone();
        let begun = Instant::now();
        let line = log::Line::of(&request);
        let span = log::span(&line, &id);
        let mut response = next.run(request).instrument(span.clone()).await;
        span.in_scope(|| line.write(response.status(), begun.elapsed()));
        for (name, value) in &FIXED {
            // A page with a policy of its own keeps it.
            response.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        cors::complete(allowed, &asked, response.headers_mut());
        response
    };
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

fn request_id(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(X_REQUEST_ID).filter(|id| !id.is_empty() && id.len() <= LONGEST_REQUEST_ID);
    given.cloned().unwrap_or_else(|| {
        HeaderValue::from_str(&Uuid::new_v4().to_string()).unwrap_or(HeaderValue::from_static("-"))
    })
}
