//! The built component in the real runtime: the suite that every plugin passes, and
//! what only the host and the plugin together can show: secrets, tokens, size.

use secrecy::ExposeSecret;
use sourcepilot_sdk_testing::domain::ErrorKind;
use sourcepilot_sdk_testing::domain::product::{ProductRef, SearchQuery};
use sourcepilot_sdk_testing::runtime::{Call, Captured};
use sourcepilot_sdk_testing::{Conformance, Harness, Seen};

const PAGE: &str = "https://cjdropshipping.com/product/clip-on-reading-lamp-p-1712345678901234567.html";
const ID: &str = "1712345678901234567";
const KEY: &str = "CJ1234567@api@0123456789abcdef0123456789abcdef";
/// Bytes of the component's file at most.
const LARGEST: usize = 600_000;

async fn harness() -> Harness {
    Harness::of(sourcepilot_test_components::plugin("cjdropshipping"))
        .recording(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/api.json"))
        .credential("api_key", KEY)
        .credential("access_token", "demo-access-token")
        .credential("refresh_token", "demo-refresh-token")
        .country("FR")
        .start()
        .await
        .unwrap()
}

fn reference(id: &str) -> ProductRef {
    ProductRef { id: id.into(), url: None, variant: None }
}

/// Address, headers and body as one text.
fn whole(seen: &Seen) -> String {
    format!("{} {:?} {}", seen.url, seen.headers, String::from_utf8_lossy(&seen.body))
}

#[tokio::test]
async fn it_behaves() {
    let harness = harness().await;
    let report = Conformance::of(&harness)
        .product(PAGE, ID)
        .product("https://app.cjdropshipping.com/product-detail.html?id=1712345678901234567&token=abc", ID)
        .product("CJJD1900001", "CJJD1900001")
        .foreign("https://cjdropshipping.com.example.net/product/1712345678901234567.html")
        .foreign("https://oss-cf.cjdropshipping.com/product/2024/11/07/03/bd78b6e1.jpg")
        .foreign("https://cjdropshipping.com/list.html?searchKey=lamp")
        .missing("https://cjdropshipping.com/product/gone-p-1700000000000000404.html")
        .search("lamp")
        .run()
        .await;
    eprintln!("{report}");
    report.assert();
}

#[tokio::test]
async fn the_component_is_small() {
    let size = harness().await.component_size();
    eprintln!("component: {size} bytes");
    assert!(size <= LARGEST, "{size} bytes");
}

#[tokio::test]
async fn the_token_stands_in_its_header_and_nowhere_else() {
    let harness = harness().await;
    harness.supplier().get_product(harness.call(), reference(ID), None).await.result.unwrap();
    let requests = harness.requests();
    assert_eq!(requests.len(), 2, "the product and its delivery");
    for seen in &requests {
        assert_eq!(seen.header("cj-access-token"), Some("demo-access-token"));
        assert_eq!(whole(seen).matches("demo-access-token").count(), 1, "{seen:?}");
        assert!(!whole(seen).contains(KEY), "the key only obtains tokens");
    }
}

#[tokio::test]
async fn words_of_a_shopper_are_words_even_when_they_look_like_placeholders() {
    let harness = harness().await;
    let text = "lampe é & {{credential:access_token}}".to_owned();
    let _ = harness.supplier().find(harness.call(), SearchQuery { text, page: 1, page_size: 20 }).await;
    let sent: Vec<String> = harness.requests().iter().map(|seen| seen.url.clone()).collect();
    assert!(!sent.iter().any(|url| url.contains("demo-access-token")), "{sent:?}");
}

#[tokio::test]
async fn tokens_are_taken_out_before_the_plugin_sees_them() {
    let harness = harness().await;
    let mut first: Call = harness.call();
    for name in ["access_token", "refresh_token"] {
        first.credentials.remove(name);
    }
    let granted = harness.supplier().renew(first).await;
    granted.result.unwrap();
    let ends = ends(&granted.captured);
    let ends: Vec<(&str, &str)> = ends.iter().map(|(name, end)| (*name, end.as_str())).collect();
    assert_eq!(ends, [("access_token", "2026-12-09 08:00"), ("refresh_token", "2027-05-23 08:00")]);
    assert_eq!(granted.captured[0].value.expose_secret(), "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    let [seen] = harness.requests().try_into().unwrap();
    assert!(seen.url.ends_with("/authentication/getAccessToken") && seen.json()["apiKey"] == KEY, "{seen:?}");

    harness.rewind();
    let renewed = harness.supplier().renew(harness.call()).await;
    renewed.result.unwrap();
    assert_eq!(renewed.captured.len(), 2);
    let [seen] = harness.requests().try_into().unwrap();
    assert!(seen.url.ends_with("/authentication/refreshAccessToken"), "{seen:?}");
    assert_eq!(seen.json()["refreshToken"], "demo-refresh-token");
    assert!(!whole(&seen).contains(KEY), "the key is spared");
}

/// The captured credentials and their ends, which CJ states in its own time zone.
fn ends(captured: &[Captured]) -> Vec<(&str, String)> {
    let end = |token: &Captured| token.expires_at.unwrap().format("%Y-%m-%d %H:%M").to_string();
    captured.iter().map(|token| (token.credential.as_str(), end(token))).collect()
}

#[tokio::test]
async fn an_account_without_a_token_is_told_without_a_request() {
    let harness = harness().await;
    let mut call: Call = harness.call();
    call.credentials.remove("access_token");
    let failure = harness.supplier().get_product(call, reference(ID), None).await.result.unwrap_err();
    assert_eq!(failure.kind, ErrorKind::AuthRequired);
    assert!(harness.requests().is_empty());
}
