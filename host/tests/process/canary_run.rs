//! The program with canaries for secrets, and everything that can be seen of it.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use sourcepilot_sandbox::{Sandbox, SandboxConfig, demo};
use sourcepilot_test_db::TestDb;

use super::scanner::Canary;
use super::stored::stored;

/// Settings that are secrets. Those that name a service lead to a port where nobody
/// listens: refused calls are where secrets like to show.
const SETTINGS: [(&str, &str); 8] = [
    ("JWT_SECRET_KEY", "canary-jwt-signing-key-0123456789abcdef"),
    ("SOURCEPILOT_ENCRYPTION_KEY", "c0ffeec0ffee5ec2e7c0ffeec0ffee5ec2e7c0ffeec0ffee5ec2e7c0ffee0042"),
    ("STRIPE_SECRET_KEY", "sk_test_canaryStripeSecretKey0123456789"),
    ("STRIPE_WEBHOOK_SECRET", "whsec_canaryStripeWebhookSecret0123456789"),
    ("SMTP_PASSWORD", "canary-smtp-password-0123456789"),
    ("PLATFORM_WEBHOOK_SECRET", "canary-platform-webhook-secret-0123456789"),
    ("LLM_GATEWAY_KEY", "canary-llm-gateway-key-0123456789"),
    ("ANTHROPIC_API_KEY", "sk-ant-canary-anthropic-key-0123456789"),
];
/// Two suppliers and a shop platform.
pub const PLUGINS: [&str; 3] = ["aliexpress", "manual", "woocommerce"];
pub const PASSWORD: &str = "canary password +/=\"é 42";

/// The program under way, and what was seen of it.
pub struct Run {
    dir: tempfile::TempDir,
    db: TestDb,
    pub world: Sandbox,
    port: u16,
    pub child: Child,
    pub canaries: Vec<Canary>,
    pub answers: Vec<(String, Vec<u8>)>,
}

impl Run {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let world = sourcepilot_sandbox::start(SandboxConfig::default()).await.expect("a demo world");
        let free =
            || TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let (port, nobody) = (free(), free());
        let registry = super::registry_of(|id| PLUGINS.contains(&id));
        fs::write(dir.path().join("plugin-registry.toml"), registry).expect("written");
        let db = TestDb::new().await;
        let log = fs::File::create(dir.path().join("log")).expect("a file");
        let nowhere = format!("http://127.0.0.1:{nobody}");
        let child = Command::new(env!("CARGO_BIN_EXE_sourcepilot"))
            .arg("serve")
            .current_dir(dir.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(SETTINGS)
            .env("SOURCEPILOT_DATA_DIR", dir.path().join("data"))
            .env("SOURCEPILOT_PLUGIN_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("process-cache"))
            .env("DATABASE_URL", db.url())
            .env("DATABASE_CONNECTIONS", "4")
            .env("SERVICE_PORT", port.to_string())
            .env("DASHBOARD_PORT", "0")
            .env("RATE_LIMIT_PER_ADDRESS", "0")
            .env("WORKER_RETRY_SECONDS", "0")
            .env("STRIPE_API_BASE", &nowhere)
            .env("STRIPE_PRO_PRICE_ID", "price_pro")
            .env("LLM_GATEWAY_URL", &nowhere)
            .env("ANTHROPIC_BASE_URL", &nowhere)
            .env("SMTP_HOST", "127.0.0.1")
            .env("SMTP_PORT", nobody.to_string())
            .env("SMTP_USERNAME", "mailer")
            .env("SMTP_FROM", "shop@example.com")
            .env("EGRESS_MAP", world.egress_map())
            .env("EGRESS_ALLOW_PRIVATE", world.allow_private())
            .env("RUST_LOG", "trace,cranelift=warn,wasmtime=warn,regalloc2=warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program");
        let canary = |(name, value): (&str, &str)| Canary { name: name.to_owned(), value: value.to_owned() };
        let mut canaries: Vec<Canary> = SETTINGS.into_iter().map(canary).collect();
        canaries.push(canary(("password", PASSWORD)));
        canaries.push(canary(("the shop's secret", demo::SHOP_CONSUMER_SECRET)));
        let mut run = Run { dir, db, world, port, child, canaries, answers: Vec::new() };
        run.wait_until_it_answers().await;
        run
    }

    async fn wait_until_it_answers(&mut self) {
        let begun = Instant::now();
        while self.send("GET", "/api/v1/health", &[], None).await.is_none() {
            assert!(begun.elapsed() < super::PATIENCE, "the service does not start:\n{}", self.log_end());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn log_end(&self) -> String {
        let log = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(15).collect();
        lines.join("\n")
    }

    pub fn secret(&mut self, name: &str, value: &Value) {
        if let Some(value) = value.as_str().filter(|value| value.len() >= 16) {
            self.canaries.push(Canary { name: name.to_owned(), value: value.to_owned() });
        }
    }

    /// Any request; its answer is searched at the end, except for secrets that were
    /// given out in it.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<Value> {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let mut request = Request::builder().method(&method).uri(path).header("host", "localhost");
        request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = Full::new(Bytes::from(body.map(Value::to_string).unwrap_or_default()));
        let answer = sender.send_request(request.body(body).expect("a request")).await.ok()?;
        let (parts, body) = answer.into_parts();
        // The stream of events does not end by itself.
        let is_stream = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let bytes =
            if is_stream { first_events(body).await } else { body.collect().await.ok()?.to_bytes().to_vec() };
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let mut seen = format!("{:?}\n", parts.headers).into_bytes();
        seen.extend_from_slice(&without_issued(&json).map_or(bytes, String::into_bytes));
        self.answers.push((format!("{method} {path} {}", parts.status), seen));
        Some(json)
    }

    pub async fn json(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Value {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        self.send(method, path, &headers, body).await.expect("an answer")
    }

    pub async fn login(&mut self, email: &str, password: &str) -> String {
        let body = json!({"email": email, "password": password});
        let tokens = self.json("POST", "/api/v1/auth/login", None, Some(&body)).await;
        self.secret("access token", &tokens["access_token"]);
        self.secret("refresh token", &tokens["refresh_token"]);
        tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned()
    }

    /// Everything that can be found of the database.
    pub async fn database(&self) -> Vec<(String, Vec<u8>)> {
        stored(self.db.url()).await.expect("a database")
    }

    /// Everything below the data directory, and the log.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut folders = vec![self.dir.path().to_owned()];
        let mut found = Vec::new();
        while let Some(path) = folders.pop() {
            if path.is_dir() {
                folders.extend(
                    fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()),
                );
            } else if path.extension().is_none_or(|end| end != "wasm" && end != "cwasm") {
                found.push((path.display().to_string(), fs::read(&path).unwrap_or_default()));
            }
        }
        found
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn first_events(mut body: hyper::body::Incoming) -> Vec<u8> {
    let mut bytes = Vec::new();
    let until = tokio::time::Instant::now() + Duration::from_secs(2);
    while let Ok(Some(Ok(frame))) = tokio::time::timeout_at(until, body.frame()).await {
        bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    bytes
}

/// An answer without the secrets that it is there to give: tokens and new keys.
fn without_issued(answer: &Value) -> Option<String> {
    let mut fields: Map<String, Value> = answer.as_object()?.clone();
    for name in ["access_token", "refresh_token", "key", "api_key", "secret", "csrf_token"] {
        if fields.get(name).is_some_and(Value::is_string) {
            fields.remove(name);
        }
    }
    Some(Value::Object(fields).to_string())
}
