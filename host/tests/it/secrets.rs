//! Changing the installation's key.

use secrecy::ExposeSecret;
use serde_json::json;
use sourcepilot::service::secrets::{Rewrapped, rewrap};

use crate::util::{Setup, TestApp};

async fn with_keys(database: Option<&str>, keys: &[&str]) -> TestApp {
    let keys: Vec<String> = keys.iter().map(|letter| letter.repeat(64)).collect();
    let setup = Setup::default().set("SOURCEPILOT_ENCRYPTION_KEY", &keys.join(","));
    database.into_iter().fold(setup, |setup, url| setup.set("DATABASE_URL", url)).start().await
}

#[tokio::test]
async fn every_secret_goes_under_the_current_key_and_stays_readable() {
    let first = with_keys(None, &["a"]).await;
    let client = first.user().await;
    for (path, body) in [
        (
            "/connections",
            json!({"store_name": "a", "platform": "b", "store_url": "https://a.example", "api_key": "k"}),
        ),
        ("/suppliers/accounts", json!({"name": "a", "platform": "b", "credentials": {"app_key": "k"}})),
    ] {
        client.post(path, &body).await.expect(201);
    }
    let config = &first.app.config;
    let url = config.database.address(&config.server.data_dir);
    let url = url.expose_secret();
    let changing = with_keys(Some(url), &["b", "a"]).await;
    let outcome = |changed, current, unreadable| Rewrapped { changed, current, unreadable };
    assert_eq!(rewrap(&changing.app).await.expect("done"), outcome(2, 0, 0));
    assert_eq!(rewrap(&changing.app).await.expect("done"), outcome(0, 2, 0));
    // The old key may go; with a wrong one nothing is touched.
    assert_eq!(rewrap(&with_keys(Some(url), &["b"]).await.app).await.expect("done"), outcome(0, 2, 0));
    assert_eq!(rewrap(&with_keys(Some(url), &["c"]).await.app).await.expect("done"), outcome(0, 0, 2));
    assert_eq!(rewrap(&with_keys(Some(url), &["c", "b"]).await.app).await.expect("done"), outcome(2, 0, 0));
}
