//! Consent in a shop platform's own pages: tokens that rotate, and only for those who
//! asked for them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use sourcepilot_sandbox::demo;

use super::shopify::open;
use super::{Path, completed};
use crate::util::{Client, Reply};

/// A public app of the installation: the merchant agrees in Shopify's pages, and the
/// tokens that rotate are kept and renewed.
#[tokio::test]
async fn consent_connects_a_shop_and_its_tokens_rotate() {
    let path = with_app().await;
    let shop = path.connect_shopify(demo::SHOPIFY_DOMAIN, json!({})).await;
    assert_eq!(path.check(&shop).await["works"], false);
    let begun = begin(&path, &shop).await;
    let query = agree(&path, &begun).await;
    come_back(&path.merchant, &query, None).await.expect(200);
    assert_eq!(come_back(&path.merchant, &query, None).await.status, 400, "a state works once");
    // Nobody has to ask for a check: what was wrong is gone, and the currency is known.
    let known = &path.merchant.get("/connections").await.expect(200)["items"][0];
    assert!(known["problem"].is_null() && known["currency"].is_string(), "{known:#}");
    completed(&path.import_id(demo::PRODUCT_IDS[0]).await);
    // The hour is over: the refresh token is used, and replaced.
    for _ in 0..2 {
        path.world().control().advance_clock(3700);
        assert_eq!(path.check(&shop).await["works"], true);
    }
}

/// Somebody begins a consent for a shop of somebody else and sends its owner the
/// address. The owner agrees in good faith: the tokens must not go to the stranger.
#[tokio::test]
async fn only_who_began_a_consent_can_end_it() {
    let path = with_app().await;
    let shop = path.connect_shopify(demo::SHOPIFY_DOMAIN, json!({})).await;
    let (nobody, owner) = (path.app.anonymous(), path.app.user().await);
    for (client, guessed) in [(&nobody, false), (&nobody, true), (&owner, false)] {
        let begun = begin(&path, &shop).await;
        let query = agree(&path, &begun).await;
        let cookie = format!("{}=guessed", mark(&begun).split('=').next().expect("a name"));
        let refused = come_back(client, &query, guessed.then_some(cookie.as_str())).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.detail().contains("in another browser or by somebody else"), "{}", refused.text);
    }
    assert_eq!(path.check(&shop).await["works"], false);
    // The browser in which it began, whoever is signed in there.
    let begun = begin(&path, &shop).await;
    let set = begun.header("set-cookie").expect("a cookie");
    assert!(set.contains("; HttpOnly; SameSite=Lax; Max-Age=900"), "{set}");
    let query = agree(&path, &begun).await;
    come_back(&nobody, &query, Some(&mark(&begun))).await.expect(200);
    assert_eq!(path.check(&shop).await["works"], true);
}

/// The platform signs what it sends back: an answer that it did not make, or made for
/// another shop or long ago, connects nothing.
#[tokio::test]
async fn an_answer_that_the_platform_did_not_sign_is_refused() {
    let path = with_app().await;
    let shop = path.connect_shopify(demo::SHOPIFY_DOMAIN, json!({})).await;
    type Change = fn(String) -> String;
    let changes: [(Change, i64); 6] = [
        (|query| query.replace("shop=", "shop=other-"), 0),
        (|query| query.replace("hmac=", "hmac=00"), 0),
        (|query| query.replace("hmac=", "other="), 0),
        (|query| format!("{query}&host=x"), 0),
        (|query| query, -120),
        (|query| query, 240),
    ];
    for (change, seconds) in changes {
        path.world().control().advance_clock(seconds);
        let begun = begin(&path, &shop).await;
        let query = change(agree(&path, &begun).await);
        let refused = come_back(&path.merchant, &query, None).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.text);
        assert!(refused.detail().contains("Shopify did not send this answer"), "{}", refused.text);
    }
    path.world().control().advance_clock(-120);
    let begun = begin(&path, &shop).await;
    let query = agree(&path, &begun).await;
    come_back(&path.merchant, &query, None).await.expect(200);
}

/// With a public app of the installation.
async fn with_app() -> Path {
    let path = open().await;
    let app = json!({"app_client_id": demo::SHOPIFY_APP_CLIENT_ID, "app_client_secret": demo::SHOPIFY_APP_CLIENT_SECRET});
    let app = app.as_object().cloned().expect("an object");
    sourcepilot::service::house_accounts::set(&path.app.app, "shopify", app).await.expect("set");
    path
}

async fn begin(path: &Path, shop: &Value) -> Reply {
    let begin = format!("/connections/{}/consent", shop["id"].as_str().expect("an id"));
    let back = json!({"redirect_uri": "https://pilot.example/api/v1/connections/consent"});
    let begun = path.merchant.post(&begin, &back).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    assert!(!begun.text.contains(demo::SHOPIFY_APP_CLIENT_SECRET), "{}", begun.text);
    begun
}

/// The cookie as the browser sends it.
fn mark(begun: &Reply) -> String {
    let set = begun.header("set-cookie").expect("a cookie");
    set.split(';').next().expect("a pair").to_owned()
}

async fn come_back(client: &Client, query: &str, cookie: Option<&str>) -> Reply {
    let mut request = Request::get(format!("/api/v1/connections/consent?{query}"));
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    client.request(request.body(Body::empty()).expect("a request")).await
}

/// What the merchant's browser does: the parameters with which it comes back.
async fn agree(path: &Path, begun: &Reply) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (page, host) = (begun.body["url"].as_str().expect("a page"), demo::SHOPIFY_DOMAIN);
    // In the demo world the browser is sent where the egress layer would have sent it.
    let page = page.strip_prefix(&format!("https://{host}")).unwrap_or(page);
    let page = page.strip_prefix(&path.world().urls.base).unwrap_or(page);
    let request =
        format!("GET {page}&decision=install HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut stream = tokio::net::TcpStream::connect(path.world().addr).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).expect("a redirect");
    location.split_once('?').expect("parameters").1.trim_end().to_owned()
}
