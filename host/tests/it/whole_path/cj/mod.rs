//! A supplier whose tokens, pace and places the host keeps: CJ Dropshipping.

mod budget;
mod import;
mod tokens;
mod trouble;

use serde_json::{Value, json};
use sourcepilot_sandbox::{LogEntry, demo};

use super::Path;
use crate::util::{Client, Reply, Setup};

const GET_TOKEN: &str = "/api2.0/v1/authentication/getAccessToken";
const REFRESH: &str = "/api2.0/v1/authentication/refreshAccessToken";
const QUERY: &str = "/api2.0/v1/product/query";

/// With the installation's own account, or without one.
async fn open(house: bool) -> Path {
    let path = Path::bare(Setup::default(), &["cjdropship", "woocommerce"]).await;
    if house {
        let account = json!({"api_key": demo::CJ_API_KEY}).as_object().cloned().expect("an object");
        sourcepilot::service::house_accounts::set(&path.app.app, "cjdropship", account).await.expect("set");
    }
    path
}

fn page(pid: impl std::fmt::Display) -> String {
    format!("https://cjdropshipping.com/product/some-thing-p-{pid}.html")
}

/// The n-th ordinary product.
fn pid(n: u64) -> u64 {
    1_600_000_000_000_000_000 + n
}

async fn preview(client: &Client, pid: impl std::fmt::Display) -> Reply {
    client.post("/products/preview", &json!({"url": page(pid)})).await
}

/// A merchant's own account with this key; its id.
async fn account(client: &Client, key: &str) -> String {
    let body = json!({"name": "Mine", "platform": "cjdropshipping", "credentials": {"api_key": key}});
    let made = client.post("/suppliers/accounts", &body).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

async fn check(client: &Client, account: &str) -> Value {
    client.post_nothing(&format!("/suppliers/accounts/{account}/check")).await.expect(200)
}

/// What the simulator was asked below this path.
fn asked(path: &Path, prefix: &str) -> Vec<LogEntry> {
    let all = path.world().control().requests(0).into_iter();
    all.filter(|entry| entry.path.starts_with(prefix)).collect()
}
