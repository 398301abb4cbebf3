//! Renewal of a merchant's tokens: when it is due, when it is useless, and that a
//! rotated token is never lost.

use std::time::Duration;

use serde_json::{Value, json};
use sourcepilot_sandbox::{AliExpressConfig, FaultAction, FaultRule, LogEntry, SandboxConfig, demo};

use super::{Path, account};
use crate::util::{Client, Reply, Setup};

const RENEW: &str = "/rest/auth/token/refresh";

/// A merchant's own account with AliExpress; its id.
async fn own(path: &Path, change: Value) -> String {
    let mut credentials = account();
    for (name, value) in change.as_object().expect("an object") {
        credentials[name] = value.clone();
    }
    let own = json!({"name": "Mine", "platform": "aliexpress", "credentials": credentials});
    let made = path.merchant.post("/suppliers/accounts", &own).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// An access token that ended, beside a good refresh token.
fn ended() -> Value {
    json!({"access_token": "50000900endedLongAgo00000000000000000000"})
}

async fn look(merchant: &Client, n: u64) -> Reply {
    let url = format!("https://www.aliexpress.com/item/{}.html", demo::product_id(n));
    merchant.post("/products/preview", &json!({"url": url})).await
}

fn renewals(path: &Path) -> Vec<LogEntry> {
    path.world().control().requests(0).into_iter().filter(|entry| entry.path.starts_with(RENEW)).collect()
}

async fn stored(path: &Path) -> Value {
    path.merchant.get("/suppliers/accounts").await.expect(200)["items"][0].clone()
}

/// The supplier says that the access token lives on and that the refresh token is of
/// no use: nothing is asked of the token service, and the merchant is told nothing.
#[tokio::test]
async fn a_dead_refresh_token_does_not_trouble_a_living_access_token() {
    let aliexpress = AliExpressConfig { refresh_token_seconds: 0, ..AliExpressConfig::default() };
    let path =
        Path::with(Setup::default().world_of(SandboxConfig { aliexpress, ..SandboxConfig::default() })).await;
    own(&path, ended()).await;
    look(&path.merchant, 1).await.expect(200);
    assert_eq!(renewals(&path).len(), 1);
    for n in 2..5 {
        look(&path.merchant, n).await.expect(200);
    }
    assert_eq!(renewals(&path).len(), 1, "the access token lives for a month");
    assert!(stored(&path).await["problem"].is_null(), "{:#}", stored(&path).await);
}

/// Who was refused a renewal is not refused it anew by every call; new credentials are
/// tried at once.
#[tokio::test]
async fn a_refused_renewal_is_left_alone_until_the_credentials_change() {
    let path = Path::open().await;
    let id = own(&path, json!({})).await;
    path.world().control().revoke_tokens();
    let first = look(&path.merchant, 1).await;
    let second = look(&path.merchant, 2).await;
    assert_eq!(first.status, second.status, "{} {}", first.text, second.text);
    assert_eq!(first.detail(), second.detail());
    assert!(first.detail().contains("connect it again"), "{}", first.text);
    assert_eq!(renewals(&path).len(), 1);
    let mut other = account();
    other["refresh_token"] = "50001900another".into();
    let change = json!({"credentials": other});
    path.merchant.put(&format!("/suppliers/accounts/{id}"), &change).await.expect(200);
    look(&path.merchant, 3).await;
    assert_eq!(renewals(&path).len(), 2);
}

/// The first consent of a merchant whose app secret is wrong: the supplier's own words
/// count, and not that there is nothing to renew yet.
#[tokio::test]
async fn a_consent_that_fails_says_why() {
    let path = Path::bare(Setup::default(), &["aliexpress"]).await;
    let mut wrong = account();
    wrong["app_secret"] = "not-the-secret".into();
    for name in ["access_token", "refresh_token"] {
        wrong.as_object_mut().expect("an object").remove(name);
    }
    let account = json!({"name": "Mine", "platform": "aliexpress", "credentials": wrong});
    let made = path.merchant.post("/suppliers/accounts", &account).await.expect(201);
    let begin = format!("/suppliers/accounts/{}/consent", made["id"].as_str().expect("an id"));
    let back = json!({"redirect_uri": "https://pilot.example/back"});
    let page = path.merchant.post(&begin, &back).await.expect(200);
    let page = url::Url::parse(page["url"].as_str().expect("a page")).expect("an address");
    let state = page.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    let failed = path.merchant.get(&format!("/suppliers/consent?state={state}&code=0_code")).await;
    assert!(failed.detail().contains("app key or the app secret"), "{}", failed.text);
    assert!(renewals(&path).is_empty());
}

/// The browser goes away while the supplier is already giving out the new pair, which
/// voids the old one: the pair is kept all the same.
#[tokio::test]
async fn a_caller_who_goes_away_does_not_lose_the_rotated_tokens() {
    let path = Path::open().await;
    own(&path, ended()).await;
    let before = stored(&path).await["credentials"]["refresh_token"].clone();
    let slow = FaultRule::once(RENEW, FaultAction::Latency { ms: 1500 }).afterwards();
    path.world().control().add_fault(slow);
    let merchant = path.merchant.clone();
    let search =
        tokio::spawn(
            async move { merchant.get("/products/search?q=lamp&source=aliexpress&page_size=2").await },
        );
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        while renewals(&path).is_empty() && !path.world().control().faults().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    patience.await.expect("the renewal begins");
    tokio::time::sleep(Duration::from_millis(200)).await;
    search.abort();
    assert!(search.await.is_err_and(|error| error.is_cancelled()), "it was not answered yet");
    let kept = tokio::time::timeout(Duration::from_secs(30), async {
        while stored(&path).await["credentials"]["refresh_token"] == before {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    kept.await.expect("the new pair is kept");
    look(&path.merchant, 1).await.expect(200);
    assert_eq!(renewals(&path).len(), 1);
}
