mod create;
mod list;
mod remove;
mod update;

use serde_json::{Value, json};

use crate::util::Client;

fn shop(url: &str) -> Value {
    json!({"store_name": "My shop", "platform": "shopify", "store_url": url, "api_key": "shpat_very_secret"})
}

async fn connected(client: &Client, url: &str) -> Value {
    client.post("/connections", &shop(url)).await.expect(201)
}

const NOBODY: &str = "/connections/0195f3a0-1111-7abc-8def-0123456789ab";
