//! A catalogue that the installation keeps for merchants who have none of their own.

use serde_json::json;
use sourcepilot::service::catalogues::{self, RefreshFrom};
use sourcepilot::service::provisioning;
use sourcepilot::service::supplier_accounts::{self, NewAccount};
use sourcepilot_sandbox::demo;

use super::{Path, completed};
use crate::util::Setup;

#[tokio::test]
async fn what_a_service_account_supplies_serves_merchants_without_an_account() {
    let path = Path::bare(Setup::default(), &["spocket", "woocommerce"]).await;
    let before = path.merchant.get("/products/search?q=a&source=spocket").await;
    assert_eq!((before.status.as_u16(), &before.body["code"]), (400, &json!("capability_unsupported")));

    let app = &path.app.app;
    let key = format!("so_live_{}", "s".repeat(43)).into();
    let service = provisioning::ensure_service(app, "catalogues", key).await.expect("a service account");
    let feed = demo::spocket_feed(&path.world().urls.base);
    let settings = json!({"feed_url": feed}).as_object().cloned();
    let new = NewAccount { name: "Feed".into(), platform: "spocket".into(), credentials: None, settings };
    let account = supplier_accounts::create(app, service, new, None).await.expect("an account").account.id;
    catalogues::refresh(app, service, account, RefreshFrom::default()).await.expect("read");

    let found = path.merchant.get("/products/search?q=&q=a&source=spocket").await.expect(200);
    assert!(found["total"].as_u64().is_some_and(|total| total > 0), "{found:#}");
    path.connect().await;
    let url = format!("https://app.spocket.co/product/{}", demo::spocket_id(0));
    let preview = path.merchant.post("/products/preview", &json!({"url": url})).await.expect(200);
    assert_eq!(preview["source"], "spocket");
    completed(&path.import(json!({"product_url": url, "source": "spocket"})).await);
    // It stays out of the merchant's sight and reach.
    assert_eq!(path.merchant.get("/suppliers/accounts").await.expect(200)["items"], json!([]));
    let address = format!("/suppliers/accounts/{account}/catalogue");
    assert_eq!(path.merchant.get(&address).await.status, 404);
}
