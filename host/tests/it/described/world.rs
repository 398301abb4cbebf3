//! A service with all it needs to answer, and callers for it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};
use secrecy::SecretString;
use serde_json::{Value, json};
use sourcepilot::jobs;
use sourcepilot::service::auth;
use sourcepilot_domain::plan::Plan;
use sourcepilot_jobs_engine::Worker;
use sourcepilot_sandbox::demo;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Document, Operation};
use crate::util::{Client, Reply, Setup, TestApp};

/// An id that nothing has.
pub const NOBODY: &str = "0195f3a0-1111-7abc-8def-0123456789ab";
/// Signs the tokens of these worlds.
pub const JWT_SECRET: &str = "a secret of the tests that is long enough";
pub const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub app: TestApp,
    _worker: DropGuard,
}

/// A user with the tokens of a login.
#[derive(Clone)]
pub struct Caller {
    pub client: Client,
    pub access: String,
    pub refresh: String,
}

impl World {
    pub async fn open() -> World {
        let setup = Setup::default()
            .set("JWT_SECRET_KEY", JWT_SECRET)
            .set("RATE_LIMIT_PER_ADDRESS", "0")
            .plugins(&["aliexpress", "manual", "woocommerce"])
            .world();
        let app = Box::pin(setup.start()).await;
        for account in demo::accounts().into_iter().filter(|account| account.platform == "aliexpress") {
            let account = account.credentials.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
            let set = sourcepilot::service::house_accounts::set(&app.app, "aliexpress", account.collect());
            set.await.expect("a house account");
        }
        let stop = CancellationToken::new();
        let worker = Worker::new(app.app.queue.clone(), jobs::registry(&app.app));
        tokio::spawn(worker.run(stop.clone()));
        World { app, _worker: stop.drop_guard() }
    }

    /// A merchant whose plan has no limits.
    pub async fn merchant(&self) -> Client {
        self.caller(false).await.client
    }

    pub async fn caller(&self, is_admin: bool) -> Caller {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let email = format!("caller{}@example.com", NUMBER.fetch_add(1, Ordering::Relaxed));
        let password = SecretString::from(PASSWORD);
        auth::create_user(&self.app.app, email.clone(), password, Plan::Enterprise, is_admin)
            .await
            .expect("a user");
        let login = json!({"email": email, "password": PASSWORD});
        let tokens = self.app.anonymous().post("/auth/login", &login).await.expect(200);
        let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
        let (access, refresh) = (text("access_token"), text("refresh_token"));
        Caller { client: self.app.anonymous().with_token(&access), access, refresh }
    }
}

impl World {
    /// Import a product into the demo shop, and wait until it stands there.
    async fn fill_shop(&self, client: &Client) {
        let shop = demo::shops(&self.app.world.as_ref().expect("a world").urls.base).remove(0);
        let shop = json!({"store_name": "Shop", "platform": shop.platform, "store_url": shop.url, "api_key": shop.api_key});
        client.post("/connections", &shop).await.expect(201);
        let import = json!({"product_url": demo::product_urls()[0], "source": "aliexpress"});
        let job = client.post("/imports", &import).await.expect(201);
        let path = format!("/imports/{}", job["id"].as_str().expect("an id"));
        for _ in 0..900 {
            match client.get(&path).await.expect(200)["status"].as_str() {
                Some("pending" | "running") => tokio::time::sleep(Duration::from_millis(100)).await,
                status => return assert_eq!(status, Some("completed")),
            }
        }
        panic!("the import does not end");
    }
}

/// Make what the id in this path names: by the example of the operation that makes
/// such things, or by an import where an import makes them. `None` for a path without
/// an id.
pub async fn made(world: &World, document: &Document, client: &Client, path: &str) -> Option<String> {
    let (collection, _) = path.split_once("/{")?;
    let Some(create) = document.operation("post", collection) else {
        document.operation("get", collection)?;
        world.fill_shop(client).await;
        let list = send(client, "get", collection, None, &[]).await;
        return list.body["items"][0]["id"].as_str().map(str::to_owned);
    };
    let reply = call(client, create, NOBODY).await;
    assert!(reply.status.is_success(), "{}: {} {}", create.name(), reply.status, reply.text);
    Some(reply.body["id"].as_str().expect("an id").to_owned())
}

/// Call an operation with its example.
pub async fn call(client: &Client, operation: Operation<'_>, id: &str) -> Reply {
    let body = operation.body().map(|(_, example)| example.clone());
    send(client, operation.method, &operation.address(id), body.as_ref(), &[]).await
}

/// Any request. Of an answer without end only the beginning is read.
pub async fn send(
    client: &Client,
    method: &str,
    address: &str,
    body: Option<&Value>,
    headers: &[(&str, &str)],
) -> Reply {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let mut request = Request::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = match body {
        Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    let (parts, body) = client.raw(request.expect("a request")).await.into_parts();
    let is_stream = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let patience = if is_stream { Duration::ZERO } else { Duration::from_secs(90) };
    let bytes = tokio::time::timeout(patience, to_bytes(body, usize::MAX)).await;
    let bytes = bytes.map(|bytes| bytes.expect("a body")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Reply { status: parts.status, headers: parts.headers, body, text }
}
