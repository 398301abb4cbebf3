mod change;
mod create;
mod list;
mod lists;

use serde_json::{Value, json};

use crate::util::{Client, Setup, TestApp};

const ADDRESS: &str = "https://www.aliexpress.com/item/1005001111222333.html";
const NOBODY: &str = "/imports/0195f3a0-1111-7abc-8def-0123456789ab";

/// With the suppliers that imports can name, but without a worker.
async fn app() -> TestApp {
    Setup::default().plugins(&["aliexpress", "manual"]).start().await
}

fn import(url: &str) -> Value {
    json!({"product_url": url, "source": "aliexpress"})
}

async fn imported(client: &Client, url: &str) -> Value {
    client.post("/imports", &import(url)).await.expect(201)
}

fn id(job: &Value) -> &str {
    job["id"].as_str().expect("an id")
}
