//! One line per request, with ids and without secrets: no query, no headers, no body.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode};
use tracing::Span;

/// What is said about a request.
#[derive(Debug)]
pub struct Line {
    method: Method,
    path: String,
}

impl Line {
    pub fn of(request: &Request) -> Self {
        Line { method: request.method().clone(), path: request.uri().path().chars().take(200).collect() }
    }

    pub fn write(&self, status: StatusCode, took: Duration) {
        let duration_ms = took.as_secs_f64() * 1000.0;
        let Line { method, path } = self;
        if status.is_server_error() {
            tracing::warn!(http.status = status.as_u16(), duration_ms, "{method} {path}: {status}");
        } else {
            tracing::info!(http.status = status.as_u16(), duration_ms, "{method} {path}: {status}");
        }
    }
}

/// Everything that happens for the request is logged inside this span.
pub fn span(line: &Line, id: &HeaderValue) -> Span {
    tracing::info_span!("request", request.id = id.to_str().unwrap_or("-"), http.method = %line.method)
}
