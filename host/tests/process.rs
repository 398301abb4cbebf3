//! The real program as its own process: killed in the middle of imports, stopped in
//! order, refused when its settings must not run, searched for secrets.

#[path = "process/canary.rs"]
mod canary;
#[path = "process/canary_run.rs"]
mod canary_run;
#[path = "support/scanner.rs"]
mod scanner;
#[path = "support/stored.rs"]
mod stored;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sourcepilot_sandbox::{Latency, Sandbox, SandboxConfig, demo};
use sourcepilot_test_db::TestDb;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(120);

/// A service that can be killed and started again on what it left.
struct Service {
    dir: TempDir,
    db: TestDb,
    port: u16,
    world: Sandbox,
    child: Option<Child>,
}

impl Service {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let latency = Latency { min_ms: 60, max_ms: 120 };
        let world = sourcepilot_sandbox::start(SandboxConfig { latency, ..SandboxConfig::default() }).await;
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        std::fs::write(dir.path().join("plugin-registry.toml"), registry()).expect("written");
        let service =
            Service { dir, db: TestDb::new().await, port, world: world.expect("a demo world"), child: None };
        let status = service.set_house_account();
        assert!(status, "the house account is set");
        service
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sourcepilot"));
        command
            .current_dir(self.dir.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SOURCEPILOT_DATA_DIR", self.dir.path())
            .env("SOURCEPILOT_PLUGIN_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("process-cache"))
            .env("DATABASE_URL", self.db.url())
            .env("DATABASE_CONNECTIONS", "4")
            .env("SERVICE_PORT", self.port.to_string())
            .env("DASHBOARD_PORT", "0")
            .env("WORKER_LEASE_SECONDS", "3")
            .env("WORKER_RETRY_SECONDS", "0")
            .env("EGRESS_MAP", self.world.egress_map())
            .env("EGRESS_ALLOW_PRIVATE", self.world.allow_private())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn set_house_account(&self) -> bool {
        let account: serde_json::Map<String, Value> = demo::accounts()
            .remove(0)
            .credentials
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let mut child = self
            .command()
            .args(["supplier", "house-account", "set", "aliexpress"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program");
        let stdin = child.stdin.take().expect("a pipe");
        serde_json::to_writer(stdin, &account).expect("written");
        child.wait().expect("an end").success()
    }

    async fn start(&mut self) {
        self.child = Some(self.command().arg("serve").spawn().expect("the program"));
        let begun = Instant::now();
        while self.call(Method::GET, "/health", None, None).await.is_none() {
            assert!(begun.elapsed() < PATIENCE, "the service does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("killed");
        child.wait().expect("an end");
    }

    /// `None` while nobody answers.
    async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Option<Value> {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "localhost")
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = Full::new(Bytes::from(body.map(|body| body.to_string()).unwrap_or_default()));
        let answer = sender.send_request(request.body(body).expect("a request")).await.ok()?;
        let bytes = answer.into_body().collect().await.ok()?.to_bytes();
        Some(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn merchant(&self) -> String {
        let body = json!({"email": "merchant@example.com", "password": "correct horse"});
        let tokens = self.call(Method::POST, "/auth/register", None, Some(body)).await.expect("an answer");
        let token = tokens["access_token"].as_str().expect("a token").to_owned();
        let shop = demo::shops(&self.world.urls.base).remove(0);
        let shop = json!({"store_name": "Shop", "platform": shop.platform, "store_url": shop.url, "api_key": shop.api_key});
        let made =
            self.call(Method::POST, "/connections", Some(&token), Some(shop)).await.expect("an answer");
        assert_eq!(made["is_default"], true, "{made}");
        token
    }

    async fn ended(&self, token: &str, id: &str) -> Value {
        let begun = Instant::now();
        loop {
            let job = self
                .call(Method::GET, &format!("/imports/{id}"), Some(token), None)
                .await
                .expect("an answer");
            if !["pending", "running"].contains(&job["status"].as_str().unwrap_or_default()) {
                return job;
            }
            assert!(begun.elapsed() < PATIENCE, "the import does not end: {job}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn products(&self) -> usize {
        let shop = self.world.control().shop(demo::SHOP_PATH).expect("a shop");
        shop["products"].as_array().map_or(0, Vec::len)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn registry() -> String {
    registry_of(|_| true)
}

/// The registry with the plugins that are wanted.
fn registry_of(wanted: impl Fn(&str) -> bool) -> String {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin-registry.toml"));
    let mut registry: toml::Table = text.expect("the registry").parse().expect("TOML");
    let plugins = registry["plugin"].as_array_mut().expect("plugins");
    plugins.retain(|entry| entry["id"].as_str().is_some_and(&wanted));
    for entry in plugins {
        // The component's name is its folder's, which need not be the id.
        let file = Path::new(entry["file"].as_str().expect("a file")).file_stem().expect("a name");
        let built = sourcepilot_test_components::plugin(file.to_str().expect("text"));
        entry["file"] = built.display().to_string().into();
    }
    registry.to_string()
}

/// Killed a little later each time, so that every step is hit.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_an_import_ends_with_one_product() {
    let mut service = Service::new().await;
    service.start().await;
    let token = service.merchant().await;
    for (n, delay) in [60, 180, 320, 480, 650, 850, 1_100, 1_500].into_iter().enumerate() {
        let url = format!("https://www.aliexpress.com/item/{}.html", demo::product_id(n as u64));
        let body = json!({"product_url": url, "source": "aliexpress"});
        let job = service.call(Method::POST, "/imports", Some(&token), Some(body)).await.expect("an answer");
        let id = job["id"].as_str().unwrap_or_else(|| panic!("{job}")).to_owned();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        service.kill();
        service.start().await;
        let job = service.ended(&token, &id).await;
        assert_eq!(job["status"], "completed", "after {delay} ms: {job}");
        assert_eq!(service.products(), n + 1, "after {delay} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_order_gives_the_work_back_at_once() {
    let mut service = Service::new().await;
    service.start().await;
    let token = service.merchant().await;
    let url = format!("https://www.aliexpress.com/item/{}.html", demo::product_id(100));
    let body = json!({"product_url": url, "source": "aliexpress"});
    let job = service.call(Method::POST, "/imports", Some(&token), Some(body)).await.expect("an answer");
    let id = job["id"].as_str().expect("an id").to_owned();
    let mut child = service.child.take().expect("it runs");
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("a signal");
    assert!(stopped.success());
    let begun = Instant::now();
    assert!(child.wait().expect("an end").success(), "it ends without an error");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    service.start().await;
    assert_eq!(service.ended(&token, &id).await["status"], "completed");
    assert_eq!(service.products(), 1);
}

#[test]
fn settings_that_must_not_run_name_their_variable_and_exit_with_2() {
    let cases = [
        (vec![("SOURCEPILOT_ENV", "production")], "JWT_SECRET_KEY"),
        (vec![("SERVICE_PORT", "eighty")], "SERVICE_PORT"),
        (vec![("EGRESS_MAP", "nonsense")], "EGRESS_MAP"),
        (vec![("EXCHANGE_RATES", "USD=1")], "EXCHANGE_RATES"),
    ];
    for (variables, name) in cases {
        let dir = tempfile::tempdir().expect("a directory");
        let output = Command::new(env!("CARGO_BIN_EXE_sourcepilot"))
            .arg("serve")
            .current_dir(dir.path())
            .env_clear()
            .env("SOURCEPILOT_DATA_DIR", dir.path())
            .envs(variables)
            .output()
            .expect("the program");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(name), "{name}: {said}");
    }
}
