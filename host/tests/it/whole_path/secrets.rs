//! Credentials: renewed when they end, never readable anywhere.

use serde_json::json;
use sourcepilot_sandbox::demo;

use super::{Path, account, completed, failed, item};

#[tokio::test]
async fn a_token_that_has_ended_is_renewed_and_the_import_goes_through() {
    let path = Path::open().await;
    path.connect().await;
    let mut credentials = account();
    credentials["access_token"] = "50000900endedLongAgo00000000000000000000".into();
    let own = json!({"name": "Mine", "platform": "aliexpress", "credentials": credentials});
    let before = path.merchant.post("/suppliers/accounts", &own).await.expect(201);
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    let after = path.merchant.get("/suppliers/accounts").await.expect(200);
    let after = &after["items"][0]["credentials"];
    for name in ["access_token", "refresh_token"] {
        assert_ne!(before["credentials"][name], after[name], "{name} was not replaced");
    }
}

#[tokio::test]
async fn an_account_that_cannot_be_renewed_asks_to_be_connected_again() {
    let path = Path::open().await;
    path.connect().await;
    let own = json!({"name": "Mine", "platform": "aliexpress", "credentials": account()});
    path.merchant.post("/suppliers/accounts", &own).await.expect(201);
    path.world().control().revoke_tokens();
    let job = path.import_id(demo::PRODUCT_IDS[0]).await;
    assert!(failed(&job).contains("connect it again"), "{job}");
    let account = &path.merchant.get("/suppliers/accounts").await.expect(200)["items"][0];
    assert!(
        account["problem"].as_str().is_some_and(|problem| problem.contains("connect it again")),
        "{account}"
    );
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
