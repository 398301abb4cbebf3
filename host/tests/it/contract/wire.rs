use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::DateTime;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};

use crate::util::{Setup, TestApp};

/// One end of the wire, with a record of what went over it.
pub struct Wire {
    address: String,
    token: Option<String>,
    email: String,
    record: String,
    _app: Option<TestApp>,
}

impl Wire {
    /// A server of its own, or the one that `CONTRACT_BASE_URL` names.
    pub async fn open() -> Wire {
        let (address, app) = match std::env::var("CONTRACT_BASE_URL") {
            Ok(url) => (url.trim_start_matches("http://").trim_end_matches('/').to_owned(), None),
            Err(_) => {
                let (address, app) = serve().await;
                (address.to_string(), Some(app))
            }
        };
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let email = format!("merchant-{process}-{number}@example.com");
        Wire { address, token: None, email, record: String::new(), _app: app }
    }

    /// With a merchant who has just registered; that is not recorded.
    pub async fn merchant() -> Wire {
        let mut wire = Wire::open().await;
        let body = json!({"email": wire.email, "password": "correct horse battery"});
        wire.post("/auth/register", &body).await;
        let login = wire.post("/auth/login", &body).await;
        wire.token = login["access_token"].as_str().map(str::to_owned);
        wire.record.clear();
        wire
    }

    pub fn email(&self) -> String {
        self.email.clone()
    }

    /// Go on with this token, or without any.
    pub fn be(&mut self, token: Option<&str>) {
        self.token = token.map(str::to_owned);
    }

    pub async fn get(&mut self, path: &str) -> Value {
        self.call("GET", path, None).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Value {
        self.call("POST", path, Some(body)).await
    }

    /// POST without a body.
    pub async fn post_nothing(&mut self, path: &str) -> Value {
        self.call("POST", path, None).await
    }

    pub async fn put(&mut self, path: &str, body: &Value) -> Value {
        self.call("PUT", path, Some(body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Value {
        self.call("DELETE", path, None).await
    }

    async fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(Value::to_string);
        self.raw(method, &format!("/api/v1{path}"), &[], body.as_deref(), &[]).await
    }

    /// Any request; of the answer's headers `shown` go into the record.
    pub async fn raw(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
        shown: &[&str],
    ) -> Value {
        let stream = tokio::net::TcpStream::connect(&self.address).await.expect("a server");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(connection);
        let request =
            Request::builder().method(Method::from_bytes(method.as_bytes()).expect("a method")).uri(path);
        let mut request =
            headers.iter().fold(request.header("host", &self.address), |request, (name, value)| {
                request.header(*name, *value)
            });
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let sent = Full::new(Bytes::from(body.unwrap_or_default().to_owned()));
        let (parts, answer) = sender
            .send_request(request.body(sent).expect("a request"))
            .await
            .expect("an answer")
            .into_parts();
        let bytes = answer.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let value: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.note(method, path, headers, body);
        self.note_answer(parts.status.as_u16(), &parts.headers, shown, &value);
        value
    }

    fn note(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) {
        let path = self.plain(path);
        write!(self.record, "> {method} {path}").expect("written");
        for (name, value) in headers {
            write!(self.record, " [{name}: {value}]").expect("written");
        }
        let body = body.map(|body| self.plain(body)).unwrap_or_default();
        writeln!(self.record, "{}{body}", if body.is_empty() { "" } else { " " }).expect("written");
    }

    fn note_answer(&mut self, status: u16, headers: &HeaderMap, shown: &[&str], value: &Value) {
        writeln!(self.record, "< {status}").expect("written");
        for name in shown {
            let value = headers.get(*name).map_or("(absent)", |value| value.to_str().unwrap_or_default());
            let value = if *name == "x-request-id" && value.len() == 36 { "<uuid>" } else { value };
            writeln!(self.record, "< {name}: {value}").expect("written");
        }
        let mut value = value.clone();
        self.redact(&mut value);
        match &value {
            Value::String(text) if text.is_empty() => {}
            value => writeln!(self.record, "{value:#}").expect("written"),
        }
        self.record.push('\n');
    }

    /// Ids, moments and secrets differ from run to run; their forms do not.
    fn redact(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.values_mut().for_each(|value| self.redact(value)),
            Value::Array(items) => items.iter_mut().for_each(|value| self.redact(value)),
            Value::String(text) => *text = self.plain(&form(text)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn plain(&self, text: &str) -> String {
        let text = text.replace(&self.email, "<email>").replace(&self.address, "<server>");
        match &self._app {
            Some(app) => {
                let world = app.world.as_ref().map(|world| world.urls.base.clone()).unwrap_or_default();
                hide_ids(&text.replace(&world, "<world>"))
            }
            None => hide_ids(&text),
        }
    }

    /// The record so far.
    pub fn record(self) -> String {
        self.record
    }
}

async fn serve() -> (SocketAddr, TestApp) {
    let setup = Setup::default().plugins(&["aliexpress", "manual", "woocommerce"]).world();
    let app = Box::pin(setup.start()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let account = sourcepilot_sandbox::demo::accounts().remove(0);
    let credentials =
        account.credentials.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    sourcepilot::service::house_accounts::set(&app.app, account.platform, credentials).await.expect("set");
    (address, app)
}

/// The form of a text of which nothing else is fixed.
fn form(text: &str) -> String {
    let kinds: [(&str, bool); 6] = [
        ("<moment Z>", text.ends_with('Z') && DateTime::parse_from_rfc3339(text).is_ok()),
        ("<moment +00:00>", text.ends_with("+00:00") && DateTime::parse_from_rfc3339(text).is_ok()),
        ("<date>", chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()),
        ("<token>", text.starts_with("eyJ") && text.matches('.').count() == 2),
        ("<key of 51 characters>", text.starts_with("so_live_") && text.len() == 51),
        ("<key's first 12 characters>", text.starts_with("so_live_") && text.len() == 12),
    ];
    if let Some((kind, _)) = kinds.iter().find(|(_, holds)| *holds) {
        return (*kind).to_owned();
    }
    for mock in ["cus_mock_", "sub_mock_", "cs_mock_"] {
        if text.strip_prefix(mock).is_some_and(|rest| rest.len() == 16 && hex::decode(rest).is_ok()) {
            return format!("{mock}<16 hex digits>");
        }
    }
    text.to_owned()
}

/// Ids within a text.
fn hide_ids(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while !rest.is_empty() {
        let is_id = rest.get(..36).is_some_and(|start| {
            start != super::NOBODY && start.as_bytes()[8] == b'-' && uuid::Uuid::parse_str(start).is_ok()
        });
        if is_id {
            plain.push_str("<uuid>");
            rest = &rest[36..];
        } else {
            let next = rest.chars().next().expect("a character");
            plain.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    plain
}
