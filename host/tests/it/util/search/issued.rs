//! The answers that exist to give a secret out, each once: the only places where one
//! may stand.

use axum::http::header::SET_COOKIE;
use serde_json::Value;

use super::exchange::{Answer, Exchange};

/// By operation, the fields that carry it.
const FIELDS: [(&str, &str, &[&str]); 9] = [
    ("POST", "/api/v1/auth/register", &["access_token", "refresh_token"]),
    ("POST", "/api/v1/auth/login", &["access_token", "refresh_token"]),
    ("POST", "/api/v1/auth/refresh", &["access_token", "refresh_token"]),
    ("POST", "/api/v1/auth/change-password", &["access_token", "refresh_token"]),
    ("POST", "/api/v1/auth/session", &["csrf_token"]),
    // A page that was loaded anew needs the token again; it is no use without the cookie.
    ("GET", "/api/v1/auth/session", &["csrf_token"]),
    ("POST", "/api/v1/api-keys", &["key"]),
    ("POST", "/api/v1/auth/provision", &["api_key"]),
    ("POST", "/api/v1/webhooks/secrets", &["secret"]),
];
/// The operation whose cookie is a session.
const COOKIE: (&str, &str) = ("POST", "/api/v1/auth/session");

fn fields(exchange: &Exchange) -> &'static [&'static str] {
    let is_it = |method: &str, path: &str| exchange.method == method && exchange.path() == path;
    FIELDS.iter().find(|(method, path, _)| is_it(method, path)).map_or(&[], |(_, _, fields)| fields)
}

fn gives_cookie(exchange: &Exchange) -> bool {
    let session = exchange.method == COOKIE.0 && exchange.path() == COOKIE.1;
    // A consent marks the browser in which it begins.
    session || (exchange.method == COOKIE.0 && exchange.path().ends_with("/consent"))
}

fn good(exchange: &Exchange) -> Option<&Answer> {
    exchange.answer().filter(|answer| answer.status.is_success())
}

/// What this exchange gave out, by field.
pub(super) fn by(exchange: &Exchange) -> Vec<(String, String)> {
    let Some(answer) = good(exchange) else { return Vec::new() };
    let body: Value = serde_json::from_slice(&answer.body()).unwrap_or_default();
    let text = |name: &&str| Some(((*name).to_owned(), body[*name].as_str()?.to_owned()));
    let mut given: Vec<(String, String)> = fields(exchange).iter().filter_map(text).collect();
    for cookie in answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
        let value = cookie.split(';').next().and_then(|pair| pair.split_once('='));
        given.extend(value.map(|(_, value)| ("set-cookie".to_owned(), value.to_owned())));
    }
    given
}

/// Name and bytes of an answer, without what it is there to give.
pub(super) fn without(exchange: &Exchange) -> (String, Vec<u8>) {
    let place = format!("answer of {} {}", exchange.method, exchange.path());
    let Some(answer) = exchange.answer() else { return (place, Vec::new()) };
    let mut seen = Vec::new();
    for (name, value) in &answer.headers {
        if !(name == SET_COOKIE && gives_cookie(exchange)) {
            seen.extend_from_slice(name.as_str().as_bytes());
            seen.extend_from_slice(b": ");
            seen.extend_from_slice(value.as_bytes());
            seen.push(b'\n');
        }
    }
    let mut body = answer.body();
    if good(exchange).is_some()
        && let names @ [_, ..] = fields(exchange)
        && let Ok(Value::Object(mut object)) = serde_json::from_slice(&body)
    {
        object.retain(|name, value| !(names.contains(&name.as_str()) && value.is_string()));
        body = Value::Object(object).to_string().into_bytes();
    }
    seen.append(&mut body);
    (place, seen)
}
