//! What happens to every request before and after its simulator sees it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::percent_decode_str;

use super::faults::{FaultAction, FaultRule, Seen, When};
use super::log::Entry;
use crate::reply::{self, CutConnection};
use crate::seed::Seeded;
use crate::world::World;

/// Larger requests are refused, as a web server would.
const MAX_REQUEST: usize = 16 * 1024 * 1024;
const LOGGED_BODY: usize = 64 * 1024;
/// Larger answers are not held in memory to be broken off.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// Logs, delays and breaks requests. The work runs in a task of its own, so that
/// it is finished even when the client leaves, as PHP does.
pub(crate) async fn observe(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_REQUEST).await else {
        return marked(reply::html(StatusCode::PAYLOAD_TOO_LARGE, "<h1>413 Request Entity Too Large</h1>"));
    };
    let path = parts.uri.path().to_owned();
    if path.starts_with("/_sandbox") {
        return marked(next.run(Request::from_parts(parts, Body::from(bytes))).await);
    }
    let query = parts.uri.query().unwrap_or_default();
    let decoded_query = decode_form(query);
    let text = body_text(&parts.headers, &bytes);
    world.presented.note(&parts.headers, [&decoded_query, &text]);
    let seq = world.log.begin(entry(&world, &parts, &text));
    let seen = Seen { method: parts.method.as_str(), path: &path, query: &decoded_query, body: &text };
    let fault = world.faults.take(&seen);
    if let Some(fault) = &fault {
        let name = format!("{:?}", fault.action);
        world.log.amend(seq, |entry| entry.fault = Some(name));
    }

    let mut watch = Watch { world: world.clone(), seq, begun: Instant::now(), answered: false };
    delay(&world, seq).await;
    let work = next.run(Request::from_parts(parts, Body::from(bytes)));
    let response = marked(perform(fault, work).await);
    watch.answered(&response);
    response
}

/// Notes in the log how a request ended, or that nobody waited for its answer.
struct Watch {
    world: Arc<World>,
    seq: u64,
    begun: Instant,
    answered: bool,
}

impl Watch {
    fn answered(&mut self, response: &Response) {
        self.answered = true;
        let cut = response.extensions().get::<CutConnection>().is_some();
        let status = (!cut).then(|| response.status().as_u16());
        let millis = u64::try_from(self.begun.elapsed().as_millis()).ok();
        self.world.log.amend(self.seq, |entry| (entry.status, entry.millis) = (status, millis));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.answered {
            self.world.log.amend(self.seq, |entry| entry.abandoned = true);
        }
    }
}

async fn delay(world: &World, seq: u64) {
    let latency = world.config.latency;
    if latency.max_ms > 0 {
        let wait = Seeded::new(seq, &["latency"]).between(latency.min_ms, latency.max_ms);
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
}

async fn perform(
    fault: Option<FaultRule>,
    work: impl Future<Output = Response> + Send + 'static,
) -> Response {
    let Some(fault) = fault else { return detached(work).await };
    match (fault.when, fault.action) {
        (_, FaultAction::Latency { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            detached(work).await
        }
        (_, FaultAction::Truncate { bytes }) => break_off(detached(work).await, bytes).await,
        (When::Before, action) => instead(action).await,
        (When::After, action) => {
            let _replaced = detached(work).await;
            instead(action).await
        }
    }
}

async fn detached(work: impl Future<Output = Response> + Send + 'static) -> Response {
    match tokio::spawn(work).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "demo world: a simulator failed");
            reply::html(StatusCode::INTERNAL_SERVER_ERROR, "<h1>500 (demo)</h1>")
        }
    }
}

async fn break_off(response: Response, keep: usize) -> Response {
    let (parts, body) = response.into_parts();
    match to_bytes(body, MAX_ANSWER).await {
        Ok(full) => reply::truncated(Response::from_parts(parts, Body::empty()), &full, keep),
        Err(_) => reply::cut(),
    }
}

async fn instead(action: FaultAction) -> Response {
    match action {
        FaultAction::Status { status, body, retry_after } => status_page(status, body, retry_after),
        FaultAction::Html { status } => reply::html(
            code(status),
            "<!DOCTYPE html><html><head><title>Just a moment...</title></head>\
             <body><h1>Checking your browser</h1><p>This page is part of the demo world.</p></body></html>",
        ),
        FaultAction::Timeout { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            reply::cut()
        }
        FaultAction::Huge { bytes } => reply::huge("application/json", "{\"filler\":\"", bytes),
        FaultAction::Redirect { status, location } => reply::redirect(code(status), &location),
        FaultAction::Garbage => {
            reply::typed(StatusCode::OK, "application/json", "{\"result\": [1, 2, <br /><b>Warning</b>")
        }
        // The remaining kinds need the real answer and are handled before.
        FaultAction::Drop | FaultAction::Truncate { .. } | FaultAction::Latency { .. } => reply::cut(),
    }
}

fn status_page(status: u16, body: Option<String>, retry_after: Option<u64>) -> Response {
    let mut response = match body {
        Some(body) if body.trim_start().starts_with(['{', '[']) => {
            reply::typed(code(status), "application/json; charset=UTF-8", body)
        }
        Some(body) => reply::html(code(status), body),
        None => reply::html(code(status), format!("<h1>{status} (demo)</h1>")),
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn marked(mut response: Response) -> Response {
    response.headers_mut().insert("x-sourcepilot-demo", HeaderValue::from_static("1"));
    response
}

fn entry(world: &World, parts: &axum::http::request::Parts, body: &str) -> Entry {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let scheme = text(header::AUTHORIZATION).split_whitespace().next().map(str::to_owned);
    Entry {
        seq: 0,
        at: world.clock.now().to_rfc3339(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: masked(parts.uri.query().unwrap_or_default()),
        authorization: scheme,
        user_agent: text(header::USER_AGENT).to_owned(),
        body: masked(&body.chars().take(LOGGED_BODY).collect::<String>()),
        status: None,
        millis: None,
        fault: None,
        abandoned: false,
    }
}

fn body_text(headers: &HeaderMap, bytes: &Bytes) -> String {
    let text = String::from_utf8_lossy(bytes);
    let form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if form { decode_form(&text) } else { text.into_owned() }
}

fn decode_form(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Values of fields that carry secrets are replaced, in queries and decoded forms.
fn masked(text: &str) -> String {
    const SECRET: [&str; 8] = [
        "sign",
        "session",
        "access_token",
        "refresh_token",
        "code",
        "consumer_secret",
        "oauth_signature",
        "app_secret",
    ];
    if text.trim_start().starts_with(['{', '[']) {
        return masked_json(text);
    }
    let fields = text.split('&').map(|field| match field.split_once('=') {
        Some((name, _)) if SECRET.contains(&name) => format!("{name}=***"),
        _ => field.to_owned(),
    });
    fields.collect::<Vec<_>>().join("&")
}

/// The same for the members of a JSON object.
fn masked_json(text: &str) -> String {
    const SECRET: [&str; 2] = ["apiKey", "refreshToken"];
    let object = || serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).ok();
    let Some(mut members) = object().filter(|members| SECRET.iter().any(|name| members.contains_key(*name)))
    else {
        return text.to_owned();
    };
    for (_, value) in members.iter_mut().filter(|(name, _)| SECRET.contains(&name.as_str())) {
        *value = "***".into();
    }
    serde_json::Value::Object(members).to_string()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_do_not_reach_the_log() {
        assert_eq!(masked("a=1&sign=ABC&session=t"), "a=1&sign=***&session=***");
        assert_eq!(masked("{\"sign\":1}"), "{\"sign\":1}");
        assert_eq!(masked("{\"apiKey\": \"CJ1@api@x\"}"), "{\"apiKey\":\"***\"}");
    }
}
