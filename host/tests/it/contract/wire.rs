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
    /// Of the newest answer.
    headers: HeaderMap,
    _app: Option<TestApp>,
}

impl Wire {
    /// A server of its own, or the one that `CONTRACT_BASE_URL` names.
    pub async fn open() -> Wire {
        Wire::open_with(&["aliexpress", "manual", "woocommerce"]).await
    }

    async fn open_with(plugins: &[&'static str]) -> Wire {
        let (address, app) = match std::env::var("CONTRACT_BASE_URL") {
            Ok(url) => (url.trim_start_matches("http://").trim_end_matches('/').to_owned(), None),
            Err(_) => {
                let (address, app) = serve(plugins).await;
                (address.to_string(), Some(app))
            }
        };
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let email = format!("merchant-{process}-{number}@example.com");
        Wire { address, token: None, email, record: String::new(), headers: HeaderMap::new(), _app: app }
    }

    /// With a merchant who has just registered; that is not recorded.
    pub async fn merchant() -> Wire {
        Wire::open().await.registered().await
    }

    /// The same, on a server with these plugins.
    pub async fn merchant_with(plugins: &[&'static str]) -> Wire {
        Wire::open_with(plugins).await.registered().await
    }

    async fn registered(self) -> Wire {
        let mut wire = self;
        let body = json!({"email": wire.email, "password": "correct horse battery"});
        wire.post("/auth/register", &body).await;
        let login = wire.post("/auth/login", &body).await;
        wire.token = login["access_token"].as_str().map(str::to_owned);
        wire.record.clear();
        wire
    }

    /// The server, when it is one of the test's own.
    pub fn app(&self) -> Option<&TestApp> {
        self._app.as_ref()
    }

    /// A header of the newest answer.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
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

    pub async fn patch(&mut self, path: &str, body: &Value) -> Value {
        self.call("PATCH", path, Some(body)).await
    }

    /// Any request, without a word of it in the record.
    pub async fn quietly(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let before = self.record.len();
        let answer = self.call(method, path, body).await;
        self.record.truncate(before);
        answer
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
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let sent = Full::new(Bytes::from(body.unwrap_or_default().to_owned()));
        let (parts, answer) = sender
            .send_request(request.body(sent).expect("a request"))
            .await
            .expect("an answer")
            .into_parts();
        let bytes = answer.collect().await.expect("a body").to_bytes();
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => format!("({} bytes)", bytes.len()),
        };
        let value: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.note(method, path, headers, body);
        self.note_answer(parts.status.as_u16(), &parts.headers, shown, &value);
        self.headers = parts.headers;
        value
    }

    fn note(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) {
        let path = self.plain(path);
        write!(self.record, "> {method} {path}").expect("written");
        for (name, value) in headers {
            write!(self.record, " [{name}: {value}]").expect("written");
        }
        // A transcript has one line per request.
        let body = body.map(|body| self.plain(body).replace('\n', "\\n")).unwrap_or_default();
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
        match self._app.as_ref().and_then(|app| app.world.as_ref()) {
            Some(world) => {
                let text = text.replace(&world.urls.base, "<world>");
                // Without its scheme and within an address, too.
                let (host, port) = (world.addr.to_string(), format!("%3A{}", world.addr.port()));
                hide_ids(&text.replace(&host, "<world's host>").replace(&port, "%3A<port>"))
            }
            None => hide_ids(&text),
        }
    }

    /// The record so far.
    pub fn record(self) -> String {
        self.record
    }
}

async fn serve(plugins: &[&'static str]) -> (SocketAddr, TestApp) {
    let setup = Setup::default().plugins(plugins).world();
    let app = Box::pin(setup.start()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let account = sourcepilot_sandbox::demo::accounts().remove(0);
    if plugins.contains(&account.platform) {
        let credentials =
            account.credentials.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let set = sourcepilot::service::house_accounts::set(&app.app, account.platform, credentials);
        set.await.expect("a house account");
    }
    (address, app)
}

/// The form of a text of which nothing else is fixed.
fn form(text: &str) -> String {
    let kinds: [(&str, bool); 7] = [
        ("<digest>", text.strip_prefix("sha256:").is_some_and(|digest| hex::decode(digest).is_ok())),
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

/// Ids and moments within a text.
fn hide_ids(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some(next) = rest.chars().next() {
        let (hidden, length) = match (id_of(rest), moment_of(rest)) {
            (Some(length), _) => ("<uuid>", length),
            (_, Some(length)) => ("<moment>", length),
            _ => (&rest[..next.len_utf8()], next.len_utf8()),
        };
        plain.push_str(hidden);
        rest = &rest[length..];
    }
    plain
}

/// The length of the id with which a text begins.
fn id_of(text: &str) -> Option<usize> {
    let start = text.get(..36).filter(|start| *start != super::NOBODY && start.as_bytes()[8] == b'-')?;
    uuid::Uuid::parse_str(start).ok().map(|_| 36)
}

/// The length of the moment with which a text begins.
fn moment_of(text: &str) -> Option<usize> {
    let start = text.get(..19).filter(|start| start.as_bytes()[10] == b'T')?;
    chrono::NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M:%S").ok()?;
    let length = 19 + text[19..].find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
    let zone = ["Z", "+00:00"].into_iter().find(|zone| text[length..].starts_with(zone))?;
    Some(length + zone.len())
}
