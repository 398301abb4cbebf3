use std::collections::BTreeSet;

use serde_json::{Value, json};
use sourcepilot_domain::listing::{Listing, ListingStatus};
use sourcepilot_domain::{Effect, ErrorKind};
use sourcepilot_sandbox::ShopifyConfig;

use crate::rig::{Rig, shirt};

#[tokio::test]
async fn two_thousand_variants_arrive_correct_to_the_last_option_and_picture() {
    let rig = Rig::new().await.checked().await;
    let listing = Listing { status: ListingStatus::Active, ..shirt(rig.base(), 200, 5, 2) };
    assert_eq!(listing.variants.len(), 2000);
    let began = std::time::Instant::now();
    let outcome = rig.store().create(rig.call(), "k".into(), listing.clone()).await;
    let usage = outcome.usage;
    let sent = rig.sent();
    eprintln!(
        "2,000 variants, 201 pictures: {} requests in {:.1} s: {sent:?}\n{usage:?}",
        sent.len(),
        began.elapsed().as_secs_f64()
    );
    let made = outcome.result.expect("a product");
    assert_eq!(made.warnings, Vec::<String>::new());
    assert_eq!(made.variants.len(), 2000);
    let product = rig.product();
    let variants = product["variants"].as_array().expect("variants");
    assert_eq!((variants.len(), product["media"].as_array().map(Vec::len)), (2000, Some(201)));
    for (wanted, kept) in listing.variants.iter().zip(variants) {
        let options: Vec<Value> =
            wanted.options.iter().map(|one| json!({"name": one.name, "value": one.value})).collect();
        assert_eq!(kept["selectedOptions"], json!(options));
        assert_eq!(kept["sku"], wanted.key.as_str());
        assert_eq!(kept["price"], format!("{:.2}", wanted.price.amount));
        assert_eq!(
            kept["compareAtPrice"],
            json!(wanted.compare_at.map(|money| format!("{:.2}", money.amount)))
        );
        assert_eq!(kept["inventoryQuantity"], json!(wanted.stock));
        assert_eq!(kept["image"], json!(wanted.image), "{}", wanted.key);
    }
    let ids: BTreeSet<&str> = made.variants.iter().map(|variant| variant.id.as_str()).collect();
    assert_eq!(ids.len(), 2000);
    assert!(sent.len() <= 30, "{} requests", sent.len());
}

#[tokio::test]
async fn a_small_allowance_is_waited_for() {
    let config = ShopifyConfig { points: 150.0, points_per_second: 20.0, ..ShopifyConfig::default() };
    let rig = Rig::with(config).await.checked().await;
    let mut pauses = 0;
    for number in 0..3 {
        let store = rig.store();
        let create = || store.create(rig.call(), format!("k{number}"), shirt(rig.base(), 3, 3, 2));
        while let Err(failure) = create().await.result {
            // A pause that is too long for a plugin is left to the host, before anything
            // is written.
            assert_eq!((failure.kind, failure.effect), (ErrorKind::RateLimited, Effect::None), "{failure:?}");
            pauses += 1;
            assert!(pauses < 6, "{failure:?}");
            tokio::time::sleep(failure.retry_after.expect("a time")).await;
        }
    }
    assert_eq!(rig.shop()["products"].as_array().map(Vec::len), Some(3));
    let sent = rig.sent().iter().filter(|name| *name == "ProductSet").count();
    assert!(sent > 3, "nothing was throttled: {sent}");
}

#[tokio::test]
async fn more_variants_than_the_shop_takes_are_refused_before_anything_is_written() {
    let rig = Rig::with(ShopifyConfig { max_variants: 10, ..ShopifyConfig::default() }).await.checked().await;
    let failure = rig.store().create(rig.call(), "k".into(), shirt(rig.base(), 3, 2, 2)).await.result;
    let failure = failure.expect_err("too many");
    assert!(failure.message.contains("12 variants") && failure.message.contains("takes 10"), "{failure:?}");
    assert_eq!(rig.sent(), ["Begin"]);
}
