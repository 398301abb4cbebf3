mod change;
mod create;
mod schedule;
mod sync;

use serde_json::{Value, json};
use sourcepilot_sandbox::{Sandbox, demo};

use crate::util::{Client, Setup, TestApp};

const ADDRESS: &str = "https://www.aliexpress.com/item/1005001111222333.html";
const PRODUCT: &str = "1005001111222333";
const NOBODY: &str = "/price-watches/0195f3a0-1111-7abc-8def-0123456789ab";

/// With the suppliers that watches can name, but nobody to ask.
async fn app() -> TestApp {
    Setup::default().plugins(&["aliexpress", "manual"]).start().await
}

/// With a supplier behind it. Every look asks anew.
fn world() -> Setup {
    Setup::default().set("WATCH_FRESH_SECONDS", "0").plugins(&["aliexpress", "manual"]).world()
}

async fn started(setup: Setup) -> TestApp {
    let app = setup.start().await;
    let house = json!({
        "app_key": demo::ALIEXPRESS_APP_KEY, "app_secret": demo::ALIEXPRESS_APP_SECRET,
        "access_token": demo::ALIEXPRESS_ACCESS_TOKEN, "refresh_token": demo::ALIEXPRESS_REFRESH_TOKEN,
    });
    let house = house.as_object().cloned().expect("an object");
    sourcepilot::service::house_accounts::set(&app.app, "aliexpress", house).await.expect("set");
    app
}

fn watch(url: &str) -> Value {
    json!({"product_url": url, "source": "aliexpress"})
}

async fn watched(client: &Client, url: &str) -> Value {
    client.post("/price-watches", &watch(url)).await.expect(201)
}

fn path(watch: &Value) -> String {
    format!("/price-watches/{}", watch["id"].as_str().expect("an id"))
}

async fn items(client: &Client) -> Vec<Value> {
    let list = client.get("/price-watches").await.expect(200);
    let items = list["items"].as_array().cloned().expect("a list");
    assert_eq!(list["total"], items.len());
    items
}

/// The one watch there is.
async fn only(client: &Client) -> Value {
    let mut items = items(client).await;
    assert_eq!(items.len(), 1, "{items:#?}");
    items.remove(0)
}

/// How often the gateway was asked for a product.
fn asked(world: &Sandbox, product: &str) -> usize {
    let requests = world.control().requests(0);
    requests.iter().filter(|entry| entry.path == "/sync" && entry.body.contains(product)).count()
}
