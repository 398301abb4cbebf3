use serde_json::{Value, json};
use sourcepilot_sandbox::demo;

use super::{NOBODY, Wire, id};

const BACK: &str = "https://pilot.example/back";

/// What differs from run to run in the page to which a merchant is sent.
fn state(answer: &Value) -> String {
    let url = answer["url"].as_str().unwrap_or_default();
    let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state="));
    state.unwrap_or("(no state)").to_owned()
}

#[tokio::test]
async fn what_there_is_to_connect() {
    let mut wire = Wire::merchant().await;
    wire.get("/plugins").await;
    wire.get("/health").await;
    wire.get("/health/ready").await;
    wire.be(None);
    wire.get("/plugins").await;
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn shops_are_tried_changed_and_agreed_to() {
    let mut wire = Wire::merchant().await;
    let Some(app) = wire.app() else { return };
    let shop = demo::shops(&app.world.as_ref().expect("a world").urls.base).remove(0);
    let body = |name: &str, url: &str, key: &str| json!({"store_name": name, "platform": shop.platform, "store_url": url, "api_key": key});
    let good = wire.post("/connections", &body("Good", &shop.url, &shop.api_key)).await;
    let bad = wire.post("/connections", &body("Bad", &format!("{}/", shop.url), "nonsense")).await;
    for made in [&good, &bad] {
        wire.post_nothing(&format!("/connections/{}/check", id(made))).await;
    }
    wire.post_nothing(&format!("/connections/{NOBODY}/check")).await;
    let path = format!("/connections/{}", id(&bad));
    wire.patch(&path, &json!({"store_name": "Better"})).await;
    wire.patch(&path, &json!({"store_name": ""})).await;
    wire.patch(&format!("{path}/default"), &json!({})).await;
    wire.post(&format!("{path}/consent"), &json!({"redirect_uri": BACK})).await;
    wire.post(&format!("{path}/consent"), &json!({"redirect_uri": "zork"})).await;
    wire.get("/connections/consent?state=zork&code=zork").await;
    wire.get("/connections/consent").await;
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn suppliers_are_tried_changed_and_agreed_to() {
    let mut wire = Wire::merchant().await;
    let account = demo::accounts().remove(0);
    let credentials: serde_json::Map<String, Value> =
        account.credentials.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let body = json!({"name": "Mine", "platform": account.platform, "credentials": credentials});
    let made = wire.post("/suppliers/accounts", &body).await;
    let path = format!("/suppliers/accounts/{}", id(&made));
    wire.post_nothing(&format!("{path}/check")).await;
    wire.patch(&path, &json!({"name": "Ours"})).await;
    wire.patch(&path, &json!({"name": ""})).await;
    wire.post_nothing(&format!("/suppliers/accounts/{NOBODY}/check")).await;
    let begun = wire.post(&format!("{path}/consent"), &json!({"redirect_uri": BACK})).await;
    wire.post(&format!("{path}/consent"), &json!({"redirect_uri": "zork"})).await;
    wire.get("/suppliers/consent?state=zork&code=zork").await;
    wire.get("/suppliers/consent").await;
    insta::assert_snapshot!(wire.record().replace(&state(&begun), "<state>"));
}

#[tokio::test]
async fn a_catalogue_of_ones_own() {
    let mut wire = Wire::merchant_with(&["spocket", "manual"]).await;
    let made = wire.post("/suppliers/accounts", &json!({"name": "Mine", "platform": "spocket"})).await;
    let path = format!("/suppliers/accounts/{}", id(&made));
    let address = format!("/api/v1{path}/catalogue");
    wire.get(&format!("{path}/catalogue")).await;
    wire.post_nothing(&format!("{path}/catalogue/refresh")).await;
    let table = "source_url,title,cost,currency,stock\n\
        https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f,Linen Runner,11.40,USD,12\n";
    for (method, kind, table) in
        [("PUT", "text/csv", table), ("PATCH", "text/csv", table), ("PUT", "text/csv", "a,b\n1,2\n")]
    {
        wire.raw(method, &address, &[("content-type", kind)], Some(table), &[]).await;
    }
    wire.get(&format!("{path}/catalogue")).await;
    wire.delete(&format!("{path}/catalogue")).await;
    if let Some(app) = wire.app() {
        let feed = demo::spocket_feed(&app.world.as_ref().expect("a world").urls.base);
        wire.patch(&path, &json!({"settings": {"feed_url": feed}})).await;
        wire.post_nothing(&format!("{path}/catalogue/refresh")).await;
    }
    wire.get(&format!("/suppliers/accounts/{NOBODY}/catalogue")).await;
    insta::assert_snapshot!(wire.record());
}
