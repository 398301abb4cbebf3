//! Credentials: renewed when they end, never readable anywhere.

use serde_json::json;
use sourcepilot_sandbox::demo;

use super::{Path, account, completed, item};

#[tokio::test]
async fn a_token_that_was_revoked_is_renewed_and_the_import_goes_through() {
    let path = Path::open().await;
    path.connect().await;
    let own = json!({"name": "Mine", "platform": "aliexpress", "credentials": account()});
    path.merchant.post("/suppliers/accounts", &own).await.expect(201);
    path.world().control().revoke_tokens();
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    let accounts = path.merchant.get("/suppliers/accounts").await.expect(200);
    let shown = accounts["items"][0]["credentials"]["access_token"].as_str().expect("a mask");
    assert!(!shown.contains(demo::ALIEXPRESS_ACCESS_TOKEN) && shown.starts_with('•'), "{shown}");
}

#[tokio::test]
async fn no_answer_of_the_api_carries_a_secret() {
    let path = Path::open().await;
    path.connect().await;
    let own = json!({"name": "Mine", "platform": "aliexpress", "credentials": account()});
    path.merchant.post("/suppliers/accounts", &own).await.expect(201);
    completed(&path.import(item(demo::PRODUCT_IDS[0])).await);
    let secrets = [
        demo::ALIEXPRESS_APP_SECRET,
        demo::ALIEXPRESS_ACCESS_TOKEN,
        demo::ALIEXPRESS_REFRESH_TOKEN,
        demo::SHOP_CONSUMER_SECRET,
    ];
    for address in ["/connections", "/suppliers/accounts", "/imports", "/plugins", "/auth/me"] {
        let text = path.merchant.get(address).await.text;
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} in the answer of {address}");
        }
    }
}
