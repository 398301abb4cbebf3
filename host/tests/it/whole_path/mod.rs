//! The whole way: the real components, the real egress, a worker, and the demo
//! world's gateway and shop at the other end of HTTP.

mod broken;
mod cancel;
mod catalogue;
mod choices;
mod cj;
mod consent;
mod faults;
mod hostile;
mod once;
mod ordinary;
mod secrets;
mod seventh;
mod shared_catalogue;
mod shopify;
mod tokens;
mod upkeep;

use std::time::Duration;

use serde_json::{Value, json};
use sourcepilot::jobs;
use sourcepilot_jobs_engine::Worker;
use sourcepilot_sandbox::{Sandbox, demo};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::util::{Client, Setup, TestApp};

/// An application with a worker, and a merchant.
struct Path {
    app: TestApp,
    merchant: Client,
    _worker: DropGuard,
}

/// Imports end within this time even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

impl Path {
    async fn open() -> Path {
        Path::with(Setup::default()).await
    }

    async fn with(setup: Setup) -> Path {
        Path::with_plugins(setup, &["aliexpress", "manual", "woocommerce"]).await
    }

    async fn with_plugins(setup: Setup, plugins: &[&'static str]) -> Path {
        let path = Path::bare(setup, plugins).await;
        let house = account();
        let house = house.as_object().cloned().expect("an object");
        sourcepilot::service::house_accounts::set(&path.app.app, "aliexpress", house).await.expect("set");
        path
    }

    /// With these plugins, and no account of the installation.
    async fn bare(setup: Setup, plugins: &[&'static str]) -> Path {
        let app = setup.set("WORKER_RETRY_SECONDS", "0").plugins(plugins).world().start().await;
        let stop = CancellationToken::new();
        let worker = Worker::new(app.app.queue.clone(), jobs::registry(&app.app));
        tokio::spawn(worker.run(stop.clone()));
        let merchant = app.user().await;
        Path { app, merchant, _worker: stop.drop_guard() }
    }

    fn world(&self) -> &Sandbox {
        self.app.world.as_ref().expect("a world")
    }

    /// Connect the demo shop as it is meant to be.
    async fn connect(&self) -> Value {
        self.connect_demo(&self.merchant).await
    }

    /// Connect it for somebody else.
    async fn connect_demo(&self, merchant: &Client) -> Value {
        let key = format!("{}:{}", demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET);
        self.connect_with(merchant, &format!("{}{}", self.world().urls.base, demo::SHOP_PATH), &key).await
    }

    /// Connect it and ask it at once, so that an import's first write is the product.
    async fn connect_and_check(&self) {
        let shop = self.connect().await;
        let path = format!("/connections/{}/check", shop["id"].as_str().expect("an id"));
        assert_eq!(self.merchant.post_nothing(&path).await.expect(200)["works"], true);
        self.world().control().clear_requests();
    }

    /// The address of a shop of the demo world.
    fn shop_url(&self, mount: &str) -> String {
        format!("{}{mount}", self.world().urls.base)
    }

    async fn connect_with(&self, merchant: &Client, url: &str, key: &str) -> Value {
        let shop =
            json!({"store_name": "My shop", "platform": "woocommerce", "store_url": url, "api_key": key});
        merchant.post("/connections", &shop).await.expect(201)
    }

    /// Ask for an import and wait for its end.
    async fn import(&self, body: Value) -> Value {
        let job = self.merchant.post("/imports", &body).await.expect(201);
        self.end_of(&self.merchant, &job).await
    }

    async fn import_id(&self, id: impl std::fmt::Display) -> Value {
        self.import(item(id)).await
    }

    async fn end_of(&self, merchant: &Client, job: &Value) -> Value {
        let path = format!("/imports/{}", job["id"].as_str().expect("an id"));
        let ended = async {
            loop {
                let job = merchant.get(&path).await.expect(200);
                if !["pending", "running"].contains(&job["status"].as_str().expect("a status")) {
                    return job;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("the import ends")
    }

    /// The products that stand in the demo shop.
    fn products(&self) -> Vec<Value> {
        let shop = self.world().control().shop(demo::SHOP_PATH).expect("a shop");
        shop["products"].as_array().cloned().expect("products")
    }

    /// The one product that stands in the demo shop.
    #[track_caller]
    fn product(&self) -> Value {
        let mut products = self.products();
        assert_eq!(products.len(), 1, "{products:#?}");
        products.remove(0)
    }
}

fn account() -> Value {
    json!({
        "app_key": demo::ALIEXPRESS_APP_KEY, "app_secret": demo::ALIEXPRESS_APP_SECRET,
        "access_token": demo::ALIEXPRESS_ACCESS_TOKEN, "refresh_token": demo::ALIEXPRESS_REFRESH_TOKEN,
    })
}

fn item(id: impl std::fmt::Display) -> Value {
    json!({"product_url": format!("https://www.aliexpress.com/item/{id}.html"), "source": "aliexpress"})
}

/// The end of an import that did not work.
#[track_caller]
fn failed(job: &Value) -> &str {
    assert_eq!(job["status"], "failed", "{job:#}");
    job["error_message"].as_str().expect("a reason")
}

#[track_caller]
fn completed(job: &Value) {
    assert_eq!(job["status"], "completed", "{job:#}");
    assert_eq!(job["progress_percent"], 100);
}

fn texts<'a>(values: &'a Value, field: &str) -> Vec<&'a str> {
    values.as_array().expect("a list").iter().map(|value| value[field].as_str().unwrap_or_default()).collect()
}
