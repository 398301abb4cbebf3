//! The built component in the real runtime: the suite that every plugin passes, and
//! what only the host and the plugin together can show: signatures, secrets, tokens.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use sourcepilot_sdk_testing::domain::ErrorKind;
use sourcepilot_sdk_testing::domain::product::{ProductRef, SearchQuery};
use sourcepilot_sdk_testing::runtime::{Call, Captured};
use sourcepilot_sdk_testing::{Answer, Conformance, Exchange, Harness, Seen};

const PAGE: &str = "https://www.aliexpress.com/item/1005001111222333.html";
const ID: &str = "1005001111222333";
const SECRET: &str = "demo-app-secret";

async fn harness() -> Harness {
    Harness::of(sourcepilot_test_components::plugin("aliexpress"))
        .recording(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/gateway.json"))
        .credential("app_key", "500001")
        .credential("app_secret", SECRET)
        .credential("access_token", "demo-access-token")
        .credential("refresh_token", "demo-refresh-token")
        .credential("authorization_code", "demo-consent-code")
        .country("FR")
        .currency("EUR".parse().unwrap())
        .start()
        .await
        .unwrap()
}

fn reference(id: &str) -> ProductRef {
    ProductRef { id: id.into(), url: None, variant: None }
}

/// The gateway's own check: HMAC-SHA256 over the path and the sorted form.
fn is_signed(seen: &Seen, path: &str) -> bool {
    let mut form = seen.form();
    form.sort();
    let sign = form.iter().find(|(name, _)| name == "sign").map(|(_, value)| value.clone());
    let pairs = form.iter().filter(|(name, _)| name != "sign").map(|(name, value)| format!("{name}{value}"));
    let message: String = std::iter::once(path.to_owned()).chain(pairs).collect();
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(message).finalize();
    sign == Some(hex::encode_upper(mac.into_bytes()))
}

#[tokio::test]
async fn it_behaves() {
    let harness = harness().await;
    let report = Conformance::of(&harness)
        .product(PAGE, ID)
        .product("https://www.aliexpress.us/item/3256800924907581.html", ID)
        .product("https://a.aliexpress.com/_mExAmPl", ID)
        .foreign("https://aliexpress.com.example.net/item/1005001111222333.html")
        .foreign("https://www.aliexpress.com/store/1102938475")
        .missing("https://www.aliexpress.com/item/1005009999000605.html")
        .search("lamp")
        .run()
        .await;
    eprintln!("{report}");
    report.assert();
}

#[tokio::test]
async fn every_request_is_signed_and_carries_the_secrets_it_should() {
    let harness = harness().await;
    let supplier = harness.supplier();
    supplier.get_product(harness.call(), reference(ID), None).await.result.unwrap();
    let requests = harness.requests();
    assert_eq!(requests.len(), 3, "the product, its delivery and its categories");
    for seen in &requests {
        assert!(is_signed(seen, ""), "{:?}", seen.form());
        assert!(seen.form().contains(&("session".to_owned(), "demo-access-token".to_owned())));
        assert!(!format!("{seen:?}").contains(SECRET), "the app secret only signs");
    }
}

#[tokio::test]
async fn a_product_that_is_longer_than_any_other_is_cut_and_not_refused() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/product-wrapped.json"));
    let mut answer: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
    let base = &mut answer["aliexpress_ds_product_get_response"]["result"]["ae_item_base_info_dto"];
    let block = "<p>Bright &amp; light – <img src=\"https://ae01.alicdn.com/kf/Sd.jpg\"></p>";
    base["detail"] = format!("<div>{}</div>", block.repeat(20_000)).into();
    base["subject"] = "Lamp ".repeat(500).into();
    let harness = Harness::of(sourcepilot_test_components::plugin("aliexpress"))
        .credential("app_key", "500001")
        .credential("app_secret", SECRET)
        .credential("access_token", "demo-access-token")
        .exchange(Exchange::new("POST", "https://api-sg.aliexpress.com/sync", Answer::json(200, answer)))
        .settings(serde_json::json!({ "preview_shipping": false, "categories": false }))
        .start()
        .await
        .unwrap();
    let product = harness.supplier().get_product(harness.call(), reference(ID), None).await.result.unwrap();
    assert_eq!(product.title.len(), 999, "whole words");
    let description = product.description_html.unwrap();
    assert!((510_000..=512 * 1024).contains(&description.len()), "{}", description.len());
    assert!(description.starts_with("<div><p>Bright") && description.ends_with("</p></div>"));
    assert_eq!(description.matches("<p>").count(), description.matches(block).count());
}

#[tokio::test]
async fn words_of_a_shopper_are_words_even_when_they_look_like_placeholders() {
    let harness = harness().await;
    let text = "lampe é & {{credential:access_token}} {{{{credential:app_secret}}".to_owned();
    let query = SearchQuery { text, page: 1, page_size: 20 };
    let _ = harness.supplier().find(harness.call(), query).await;
    let [seen] = harness.requests().try_into().unwrap();
    let sent = seen.form().into_iter().find(|(name, _)| name == "keyWord").unwrap().1;
    assert_eq!(sent, "lampe é & {credential:access_token}} {credential:app_secret}}");
    assert!(is_signed(&seen, ""));
}

#[tokio::test]
async fn tokens_are_taken_out_before_the_plugin_sees_them() {
    let harness = harness().await;
    let supplier = harness.supplier();
    let granted = supplier.exchange_code(harness.call(), "https://pilot.example/callback").await;
    let grant = granted.result.unwrap();
    assert_eq!(grant.account_id.as_deref(), Some("200000001"));
    assert_eq!(lives(&granted.captured), (vec!["access_token", "refresh_token"], 5_184_000 - 2_592_000));
    assert_eq!(granted.captured[0].value.expose_secret(), "granted-access-token");
    assert!(is_signed(&harness.requests()[0], "/auth/token/create"));

    harness.rewind();
    let renewed = supplier.renew(harness.call()).await;
    renewed.result.unwrap();
    assert_eq!(
        lives(&renewed.captured),
        (vec!["access_token", "refresh_token"], -86_400),
        "0 means: never again"
    );
    assert_eq!(renewed.captured[1].value.expose_secret(), "renewed-refresh-token");
    assert!(is_signed(&harness.requests()[0], "/auth/token/refresh"));
}

/// The captured credentials, and how many seconds the second one outlives the first.
fn lives(captured: &[Captured]) -> (Vec<&str>, i64) {
    let names = captured.iter().map(|token| token.credential.as_str()).collect();
    let [first, second] = captured else { panic!("two tokens: {captured:?}") };
    (names, (second.expires_at.unwrap() - first.expires_at.unwrap()).num_seconds())
}

#[tokio::test]
async fn consent_shows_the_public_app_key_alone() {
    let harness = harness().await;
    let url = harness
        .supplier()
        .consent_url(harness.call(), "https://pilot.example/callback", "s1")
        .await
        .result
        .unwrap();
    assert!(
        url.starts_with("https://api-sg.aliexpress.com/oauth/authorize?")
            && url.contains("client_id=500001&"),
        "{url}"
    );
    assert!(!url.contains("{{") && !url.contains(SECRET));
    assert!(harness.requests().is_empty());
}

#[tokio::test]
async fn a_short_link_into_a_private_network_leads_nowhere() {
    let harness = harness().await;
    let failure =
        harness.supplier().resolve_url(harness.call(), "https://s.click.aliexpress.com/e/_outside").await;
    assert_eq!(failure.result.unwrap_err().kind, ErrorKind::InvalidInput);
    assert_eq!(harness.requests().len(), 1);
    assert!(
        !format!("{:?}", harness.requests()).contains("demo-access-token"),
        "links are asked without credentials"
    );
}

#[tokio::test]
async fn an_account_without_a_token_is_told_to_connect_without_a_request() {
    let harness = harness().await;
    let mut call: Call = harness.call();
    call.credentials.remove("access_token");
    let failure = harness.supplier().get_product(call, reference(ID), None).await.result.unwrap_err();
    assert_eq!(failure.kind, ErrorKind::AuthRequired);
    assert!(harness.requests().is_empty());
}
