//! The built component in the real runtime, with a catalogue around it.

use std::sync::Arc;

use async_trait::async_trait;
use sourcepilot_sdk_testing::domain::catalogue::{
    CatalogueEntry, CataloguePage, CatalogueSource, CatalogueSummary, Feed, search_words, searchable,
};
use sourcepilot_sdk_testing::domain::product::{Parcel, ProductRef, SearchQuery};
use sourcepilot_sdk_testing::domain::{ErrorKind, Failure};
use sourcepilot_sdk_testing::runtime::Catalogue;
use sourcepilot_sdk_testing::{Conformance, Harness};

const U: &str = "3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f";
const PAGE: &str = "https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f";
const CSV: &str = include_str!("fixtures/documented.csv");

/// What a host would have kept.
struct Kept(Feed);

impl Kept {
    fn entry(&self, at: usize) -> CatalogueEntry {
        let item = &self.0.items[at];
        CatalogueEntry {
            id: item.id.clone(),
            document: item.document.clone(),
            source: CatalogueSource::Feed,
            observed_at: "2026-11-24T08:00:00Z".parse().unwrap(),
        }
    }
}

#[async_trait]
impl Catalogue for Kept {
    async fn describe(&self) -> Result<Option<CatalogueSummary>, Failure> {
        let observed_at = "2026-11-24T08:00:00Z".parse().unwrap();
        Ok(Some(CatalogueSummary {
            entries: self.0.items.len() as u64,
            source: CatalogueSource::Feed,
            observed_at,
        }))
    }

    async fn find(&self, text: &str, _: u32, _: u32) -> Result<CataloguePage, Failure> {
        let words = search_words(text);
        let fits = |at: &usize| {
            let item = &self.0.items[*at];
            let text = searchable(&[&item.title, &item.keywords]);
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let entries: Vec<CatalogueEntry> =
            (0..self.0.items.len()).filter(fits).map(|at| self.entry(at)).collect();
        Ok(CataloguePage { total: entries.len() as u64, entries })
    }

    async fn get(&self, ids: &[String]) -> Result<Vec<Option<CatalogueEntry>>, Failure> {
        let at = |id: &String| self.0.items.iter().position(|item| item.id == *id);
        Ok(ids.iter().map(|id| at(id).map(|at| self.entry(at))).collect())
    }
}

fn reference(id: &str) -> ProductRef {
    ProductRef { id: id.into(), url: None, variant: None }
}

async fn bare() -> Harness {
    Harness::of(sourcepilot_test_components::plugin("spocket")).start().await.unwrap()
}

async fn supplied(text: &str) -> Harness {
    let harness = bare().await;
    let read = harness.supplier().parse_feed(harness.call(), "text/csv".into(), text.to_owned().into()).await;
    let feed = read.result.unwrap();
    Harness::of(sourcepilot_test_components::plugin("spocket"))
        .catalogue(Arc::new(Kept(feed)))
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn it_behaves() {
    let harness = supplied(CSV).await;
    let report = Conformance::of(&harness)
        .product(PAGE, U)
        .product("app.spocket.co/search?listing_id=3F0C9A52-7B1E-4D5A-9C3E-1A2B3C4D5E6F", U)
        .foreign("https://app.spocket.co.example.net/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f")
        .search("linen")
        .run()
        .await;
    eprintln!("{report}");
    report.assert();
}

#[tokio::test]
async fn the_component_is_small() {
    let size = bare().await.component_size();
    eprintln!("spocket.wasm: {size} bytes");
    assert!(size <= 600_000, "{size} bytes");
}

#[tokio::test]
async fn it_answers_from_the_catalogue_and_reaches_nobody() {
    let harness = supplied(CSV).await;
    let supplier = harness.supplier();
    let product = supplier.get_product(harness.call(), reference(U), None).await.result.unwrap();
    assert_eq!(
        (product.title.as_str(), product.price.to_string().as_str()),
        ("Linen Table Runner", "11.40 USD")
    );
    let query = SearchQuery { text: "runner northwind".into(), page: 1, page_size: 20 };
    let page = supplier.find(harness.call(), query).await.result.unwrap();
    assert_eq!((page.hits.len(), page.total), (1, Some(1)));
    let refs = vec![reference(U), reference("00000000-0000-4000-8000-000000000009")];
    let quotes = supplier.get_prices(harness.call(), refs).await.result.unwrap();
    assert!(
        quotes[0].is_ok() && quotes[1].as_ref().is_err_and(|failure| failure.kind == ErrorKind::NotFound)
    );
    let parcel = Parcel { reference: reference(U), variant: None, quantity: 2 };
    let delivery = supplier.get_quotes(harness.call(), parcel).await.result.unwrap();
    assert_eq!(delivery[0].cost.unwrap().to_string(), "4.50 USD");
    assert!(harness.requests().is_empty());
}

#[tokio::test]
async fn without_a_catalogue_it_says_how_to_get_one() {
    let harness = bare().await;
    let failure =
        harness.supplier().get_product(harness.call(), reference(U), None).await.result.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_deref()),
        (ErrorKind::Unsupported, Some("capability_unsupported"))
    );
}

#[tokio::test]
async fn fifty_thousand_rows_pass_through_the_sandbox() {
    let mut text = String::from("id,title,cost,currency,sku,images,description\n");
    for number in 0..50_000 {
        text.push_str(&format!(
            "00000000-0000-4000-8000-{number:012},Product {number},1.50,USD,SKU-{number},https://img.example/{number}.jpg,\"{}\"\n",
            "Nice. ".repeat(20)
        ));
    }
    let harness = bare().await;
    let call = sourcepilot_sdk_testing::runtime::Call {
        deadline: std::time::Duration::from_secs(60),
        ..harness.call()
    };
    let outcome = harness.supplier().parse_feed(call, "text/csv".into(), text.clone().into()).await;
    let feed = outcome.result.unwrap();
    eprintln!(
        "{} bytes, {} products: {:?} of processor, {} MiB",
        text.len(),
        feed.items.len(),
        outcome.usage.cpu,
        outcome.usage.peak_memory >> 20
    );
    assert_eq!((feed.items.len(), feed.problem_count), (50_000, 0));
}
