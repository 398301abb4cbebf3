//! The suite notices what it is there to notice: each plugin here is asked something
//! that it must fail.

use sourcepilot_sdk_testing::domain::ErrorKind;
use sourcepilot_sdk_testing::{Answer, Conformance, Exchange, Fault, Harness, SetupError};

const CUP: &str = "https://shop.example/cup";

fn page(price: &str, image: &str) -> Answer {
    let data = format!(
        r#"{{"@type": "Product", "name": "Cup", "image": "{image}", "offers": {{"price": "{price}", "priceCurrency": "EUR"}}}}"#
    );
    Answer::html(format!(r#"<script type="application/ld+json">{data}</script>"#))
}

async fn harness(exchanges: Vec<Exchange>) -> Harness {
    let setup = Harness::of(sourcepilot_test_components::plugin("manual"));
    exchanges.into_iter().fold(setup, |setup, exchange| setup.exchange(exchange)).start().await.unwrap()
}

/// What a suite with the manual plugin's own ways finds wrong.
async fn problems(harness: &Harness, suite: Conformance<'_>) -> Vec<String> {
    let report = suite
        .expect(Fault::Unauthorized, &[ErrorKind::Forbidden])
        .expect(Fault::Html, &[ErrorKind::InvalidInput])
        .expect(Fault::TruncatedJson, &[ErrorKind::InvalidInput])
        .expect(Fault::Redirect, &[ErrorKind::Unavailable])
        .run()
        .await;
    assert_eq!(report.checks()[0].name, format!("the address {CUP}"), "{}", harness.component_size());
    report.problems().map(|check| check.name.clone()).collect()
}

#[tokio::test]
async fn a_good_plugin_passes() {
    let harness = harness(vec![Exchange::new("GET", CUP, page("3.00", "/a.jpg"))]).await;
    let found = problems(&harness, Conformance::of(&harness).product(CUP, CUP)).await;
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn wrong_kinds_of_failures() {
    let harness = harness(vec![Exchange::new("GET", CUP, page("3.00", "/a.jpg"))]).await;
    let report = Conformance::of(&harness).product(CUP, CUP).run().await;
    let found: Vec<_> = report.problems().map(|check| check.name.as_str()).collect();
    let expected = ["Unauthorized", "TruncatedJson", "Html", "Redirect"];
    assert_eq!(found, expected.map(|fault| format!("get-product, every answer {fault}")), "{report}");
    let printed = std::panic::catch_unwind(|| report.assert());
    assert!(printed.is_err(), "a report with problems fails its test");
}

#[tokio::test]
async fn products_that_are_not_sound() {
    let insecure = page("3.00", "http://cdn.example:8080/a.jpg");
    let harness = harness(vec![Exchange::new("GET", CUP, insecure)]).await;
    assert_eq!(
        problems(&harness, Conformance::of(&harness).product(CUP, CUP)).await,
        ["the product is sound"]
    );
}

#[tokio::test]
async fn the_recording_starts_over_for_each_question() {
    let answers = ["3.00", "4.00"].map(|price| Exchange::new("GET", CUP, page(price, "/a.jpg")));
    let harness = harness(answers.to_vec()).await;
    // Otherwise the second answer would make another product.
    let found = problems(&harness, Conformance::of(&harness).product(CUP, CUP)).await;
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn addresses_and_products_that_are_not_what_they_should_be() {
    let harness = harness(vec![Exchange::new("GET", CUP, page("3.00", "/a.jpg"))]).await;
    let suite = Conformance::of(&harness)
        .product(CUP, "another id")
        .foreign("https://elsewhere.example/")
        .missing(CUP);
    let found = problems(&harness, suite).await;
    let expected = [
        format!("the address {CUP}"),
        "the foreign address \"https://elsewhere.example/\"".into(),
        "a missing product is not found".into(),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn requests_that_are_not_recorded() {
    let harness = harness(vec![Exchange::new("POST", CUP, page("3.00", "/a.jpg"))]).await;
    let found = problems(&harness, Conformance::of(&harness).product(CUP, CUP)).await;
    assert!(found.contains(&"get-product asks only for what is recorded".to_owned()), "{found:?}");
}

#[tokio::test]
async fn the_real_network_is_out_of_reach() {
    let harness = harness(Vec::new()).await;
    let supplier = harness.supplier();
    let reference = sourcepilot_sdk_testing::domain::product::ProductRef {
        id: "x".into(),
        url: Some("https://example.com/".into()),
        variant: None,
    };
    let failure = supplier.get_product(harness.call(), reference, None).await.result.unwrap_err();
    assert_eq!(failure.kind, ErrorKind::Unavailable, "{failure:?}");
    assert!(harness.requests().is_empty());
}

#[tokio::test]
async fn what_cannot_be_set_up_says_why() {
    let missing = Harness::of("no/such/file.wasm").start().await.unwrap_err();
    assert!(
        matches!(&missing, SetupError::Component(..)) && missing.to_string().contains("no/such/file.wasm")
    );
    let component = sourcepilot_test_components::plugin("manual");
    let recording = Harness::of(component).recording("no/such/recording.json").start().await.unwrap_err();
    assert!(recording.to_string().contains("no/such/recording.json"), "{recording}");
}
