mod preview;
mod search;

use serde_json::json;

use crate::util::{Client, Setup, TestApp};

/// With a supplier behind which the demo world is, and a house account for everybody.
async fn app() -> TestApp {
    let app = Setup::default().plugins(&["aliexpress", "manual"]).world().start().await;
    use sourcepilot_sandbox::demo;
    let account = json!({
        "app_key": demo::ALIEXPRESS_APP_KEY, "app_secret": demo::ALIEXPRESS_APP_SECRET,
        "access_token": demo::ALIEXPRESS_ACCESS_TOKEN, "refresh_token": demo::ALIEXPRESS_REFRESH_TOKEN,
    });
    let account = account.as_object().cloned().expect("an object");
    sourcepilot::service::house_accounts::set(&app.app, "aliexpress", account).await.expect("set");
    app
}

async fn preview(client: &Client, url: &str) -> crate::util::Reply {
    client.post("/products/preview", &json!({"url": url})).await
}
