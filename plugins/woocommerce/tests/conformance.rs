//! The built component in the real runtime, on what a real shop answered.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use sourcepilot_sdk_testing::domain::listing::{Listing, ListingStatus, ListingVariant};
use sourcepilot_sdk_testing::domain::product::{Attribute, OptionAxis};
use sourcepilot_sdk_testing::domain::{Currency, ErrorKind, Money};
use sourcepilot_sdk_testing::{Answer, Conformance, Exchange, Fault, Harness, HarnessBuilder, Seen};
use url::Url;

const KEY: &str = "ck_test";
const SECRET: &str = "cs_test-secret";

fn shop(base_url: &str) -> HarnessBuilder {
    Harness::of(sourcepilot_test_components::plugin("woocommerce"))
        .base_url(base_url)
        .currency(currency())
        .credential("consumer_key", KEY)
        .credential("consumer_secret", SECRET)
}

async fn recorded() -> Harness {
    shop("https://shop.example")
        .recording(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/shop.json"))
        .start()
        .await
        .expect("a harness")
}

fn currency() -> Currency {
    "EUR".parse().expect("a currency")
}

fn money(amount: &str) -> Money {
    Money::new(amount.parse().expect("an amount"), currency())
}

fn variant(at: usize, size: &str, price: &str, compare_at: Option<&str>) -> ListingVariant {
    let option = |name: &str, value: &str| Attribute { name: name.into(), value: value.into() };
    ListingVariant {
        key: format!("SP-100-{at}"),
        options: vec![option("Größe / Color", size), option("Ships From", "China")],
        price: money(price),
        compare_at: compare_at.map(money),
        cost: None,
        stock: (at > 0).then_some(1),
        image: Some(format!("https://images.example/p/v{at}.jpg")),
        weight_grams: Some(if at == 0 { 100 } else { 101 }),
        barcode: None,
    }
}

/// What was put into the real shop when the answers were recorded.
fn shirt() -> Listing {
    let axis = |name: &str, values: &[&str]| OptionAxis {
        name: name.into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    Listing {
        title: "Shirt".into(),
        description_html: Some("<p>Warm <em>light</em>.</p>".into()),
        status: ListingStatus::Active,
        options: vec![axis("Größe / Color", &["0", "100%fabric"]), axis("Ships From", &["China", "Spain"])],
        variants: vec![variant(0, "0", "10.05", Some("20.50")), variant(1, "100%fabric", "11.05", None)],
        images: ["m1", "m2", "v0", "v1"].map(|name| format!("https://images.example/p/{name}.jpg")).into(),
        categories: vec!["Home & Garden".into(), "Lamps <b>x</b>".into()],
        tags: vec!["Néw & fresh".into(), "demo".into()],
        vendor: Some("ACME".into()),
        extra: vec![Attribute { name: "import-id".into(), value: "42".into() }],
    }
}

#[tokio::test]
async fn it_behaves() {
    let harness = recorded().await;
    let report = Conformance::of(&harness)
        .listing("SP-100", shirt())
        // The merchant has to enter another address. By the time of the last question
        // three huge answers have taken the plugin out of service.
        .expect(Fault::Redirect, &[ErrorKind::InvalidInput, ErrorKind::Unavailable])
        .run()
        .await;
    report.assert();
}

#[tokio::test]
async fn what_a_real_shop_answered_is_a_product_without_a_warning() {
    let harness = recorded().await;
    let outcome = harness.store().create(harness.call(), "SP-100".into(), shirt()).await;
    let product = outcome.result.expect("a product");
    assert_eq!(product.warnings, Vec::<String>::new());
    let variants: Vec<(&str, &str)> =
        product.variants.iter().map(|variant| (variant.key.as_str(), variant.id.as_str())).collect();
    assert_eq!(variants, [("SP-100-0", "560"), ("SP-100-1", "561")]);
    assert!(harness.unexpected().is_empty(), "{:?}", harness.unexpected());
    assert!(outcome.usage.write_sent);
}

#[tokio::test]
async fn the_component_stays_small() {
    let harness = recorded().await;
    assert!(harness.component_size() <= 600_000, "{} bytes", harness.component_size());
}

fn parameters(seen: &Seen) -> Vec<(String, String)> {
    let url = Url::parse(&seen.url).expect("an address");
    url.query_pairs().into_owned().collect()
}

/// RFC 3986, as RFC 5849 asks for.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// The signature that a shop computes from what it sees.
fn signature(seen: &Seen) -> String {
    let mut pairs: Vec<(String, String)> = parameters(seen)
        .into_iter()
        .filter(|(name, _)| name != "oauth_signature")
        .map(|(name, value)| (encode(&name), encode(&value)))
        .collect();
    pairs.sort();
    let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let address = seen.url.split('?').next().unwrap_or_default();
    let text = format!("{}&{}&{}", seen.method, encode(address), encode(&joined.join("&")));
    let mut mac = Hmac::<Sha256>::new_from_slice(format!("{SECRET}&").as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn over_plain_http_every_request_is_signed_and_the_secret_stays() {
    let base = "http://shop.example/a folder".replace(' ', "-");
    let api = format!("{base}/wp-json/wc/v3");
    let harness = shop(&base)
        .exchange(Exchange::new("GET", &format!("{api}/products"), Answer::json(200, json!([]))))
        .start()
        .await
        .expect("a harness");
    let found = harness.store().find_by_key(harness.call(), "SP-100".into()).await.result.expect("an answer");
    assert!(found.is_none());
    let requests = harness.requests();
    assert_eq!(requests.len(), 2, "live and trash");
    for seen in &requests {
        let pairs = parameters(seen);
        let value =
            |name: &str| pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        assert_eq!(value("oauth_consumer_key").as_deref(), Some(KEY));
        assert_eq!(value("oauth_signature"), Some(signature(seen)));
        assert!(!format!("{seen:?}").contains(SECRET));
    }
}

#[tokio::test]
async fn a_secret_never_shows_in_a_failure() {
    let harness = shop("https://shop.example").start().await.expect("a harness");
    let failure = harness.store().check(harness.call()).await.result.expect_err("nothing is recorded");
    let text = format!("{failure:?}");
    assert!(!text.contains(SECRET) && !text.contains(KEY), "{text}");
}
