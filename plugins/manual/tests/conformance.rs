//! The built component in the real runtime.

use serde_json::json;
use sourcepilot_sdk_testing::domain::ErrorKind;
use sourcepilot_sdk_testing::domain::product::{Availability, ProductRef};
use sourcepilot_sdk_testing::runtime::Call;
use sourcepilot_sdk_testing::{Answer, Conformance, Exchange, Fault, Harness};

const SHIRT: &str = "https://shop.example/p/shirt";

async fn harness() -> Harness {
    Harness::of(sourcepilot_test_components::plugin("manual"))
        .recording(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/shop.json"))
        .start()
        .await
        .unwrap()
}

fn reference(url: &str) -> ProductRef {
    ProductRef { id: url.into(), url: Some(url.into()), variant: None }
}

#[tokio::test]
async fn it_behaves() {
    let harness = harness().await;
    let report = Conformance::of(&harness)
        .product(SHIRT, SHIRT)
        .product("https://SHOP.example/p/shirt?utm_source=mail#top", SHIRT)
        .foreign("ftp://shop.example/p/shirt")
        .missing("https://shop.example/p/gone")
        // A page has no account, so there is nothing to connect anew.
        .expect(Fault::Unauthorized, &[ErrorKind::Forbidden])
        // Web pages are what this plugin reads; these describe no product, so the
        // merchant has to type it in.
        .expect(Fault::Html, &[ErrorKind::InvalidInput])
        .expect(Fault::TruncatedJson, &[ErrorKind::InvalidInput])
        // It follows, and the other host cannot be reached.
        .expect(Fault::Redirect, &[ErrorKind::Unavailable])
        .run()
        .await;
    eprintln!("{report}");
    report.assert();
}

#[tokio::test]
async fn a_page_becomes_a_product() {
    let harness = harness().await;
    let outcome = harness.supplier().get_product(harness.call(), reference(SHIRT), None).await;
    let product = outcome.result.unwrap();
    assert_eq!((product.title.as_str(), product.price.to_string().as_str()), ("Linen shirt", "29.90 EUR"));
    assert_eq!(product.availability, Availability::Available);
    assert_eq!(product.images, ["https://shop.example/img/shirt.jpg"]);
    assert_eq!(product.variants.len(), 2);
    assert_eq!(product.variants[1].stock, Some(0));
    assert_eq!(outcome.usage.requests, 2);
}

#[tokio::test]
async fn an_entry_needs_no_network() {
    let harness = harness().await;
    let entry = json!({"title": "Hand-made", "price": "12.00", "currency": "EUR"});
    let outcome = harness
        .supplier()
        .get_product(harness.call(), reference("https://nowhere.example/"), Some(entry))
        .await;
    assert_eq!(outcome.result.unwrap().title, "Hand-made");
    assert!(harness.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_into_a_private_network_is_refused() {
    let redirect = Answer {
        status: 302,
        headers: [("location".to_owned(), json!("http://10.0.0.1/admin"))].into_iter().collect(),
        ..Answer::html("")
    };
    let harness = Harness::of(sourcepilot_test_components::plugin("manual"))
        .exchange(Exchange::new("GET", "https://shop.example/p", redirect))
        .start()
        .await
        .unwrap();
    let failure = harness
        .supplier()
        .get_product(harness.call(), reference("https://shop.example/p"), None)
        .await
        .result
        .unwrap_err();
    assert_eq!(failure.kind, ErrorKind::Denied, "{failure:?}");
    assert_eq!(harness.requests().len(), 1);
}

/// Three megabytes of a page: the most that the host lets through, with room for tags.
#[tokio::test]
async fn a_large_page_stays_within_the_limits() {
    let data = r#"<script type="application/ld+json">{"@type": "Product", "name": "Cup", "offers": {"price": 3, "priceCurrency": "EUR"}}</script>"#;
    let page = format!("{}{data}", "<div class=\"row\" data-id='1'>text &amp; more</div>\n".repeat(60_000));
    let harness = Harness::of(sourcepilot_test_components::plugin("manual"))
        .exchange(Exchange::new("GET", "https://shop.example/p", Answer::html(page)))
        .start()
        .await
        .unwrap();
    let call: Call = harness.call();
    let outcome = harness.supplier().get_product(call, reference("https://shop.example/p"), None).await;
    eprintln!("{:?}", outcome.usage);
    assert_eq!(outcome.result.unwrap().title, "Cup");
}

/// The pages of the corpus that are in UTF-8 and stand alone: address, page, and what a
/// person reads in it.
fn corpus() -> Vec<(String, String, serde_json::Value)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|end| end == "html")).filter_map(|path| {
        let html = std::fs::read_to_string(&path).ok()?;
        let expected = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let alone = expected["beside"].is_null() && !html.contains("/cdn/shop/");
        let utf8 = expected["content_type"].as_str().unwrap().contains("utf-8");
        (alone && utf8).then(|| (expected["url"].as_str().unwrap().to_owned(), html, expected))
    });
    pages.collect()
}

#[tokio::test]
async fn the_corpus_reads_the_same_in_the_component() {
    let pages = corpus();
    assert!(pages.len() >= 40, "{} pages", pages.len());
    let harness = Harness::of(sourcepilot_test_components::plugin("manual"));
    let harness = pages.iter().fold(harness, |harness, (url, html, _)| {
        harness.exchange(Exchange::new("GET", url.as_str(), Answer::html(html.as_str())))
    });
    let harness = harness.start().await.unwrap();
    for (url, _, expected) in &pages {
        let outcome = harness.supplier().get_product(harness.call(), reference(url), None).await;
        let product = outcome.result.unwrap_or_else(|failure| panic!("{url}: {failure:?}"));
        assert_eq!(product.title, expected["title"].as_str().unwrap(), "{url}");
        assert_eq!(product.price.amount.to_string(), expected["price"].as_str().unwrap(), "{url}");
        assert_eq!(product.variants.len(), expected["variants"].as_array().unwrap().len(), "{url}");
    }
}

#[tokio::test]
async fn the_component_is_small() {
    let harness = harness().await;
    eprintln!("manual: {} bytes", harness.component_size());
    assert!(harness.component_size() <= 600_000, "{} bytes", harness.component_size());
}
