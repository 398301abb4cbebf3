use serde_json::json;
use sourcepilot_domain::ErrorKind;
use sourcepilot_domain::listing::{Listing, ListingStatus, RemoteProduct, VariantChange};
use sourcepilot_sandbox::{FaultAction, FaultRule};

use crate::rig::{Rig, lamp, shirt, usd};

fn change(
    made: &RemoteProduct,
    at: usize,
    price: &str,
    compare_at: Option<&str>,
    stock: Option<u32>,
) -> VariantChange {
    VariantChange {
        id: made.variants[at].id.clone(),
        price: Some(usd(price)),
        compare_at: compare_at.map(usd),
        stock,
    }
}

#[tokio::test]
async fn a_product_is_read_as_it_is() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", Listing { status: ListingStatus::Active, ..shirt(rig.base(), 3, 2, 1) }).await;
    let state = rig.store().read(rig.call(), made.id.clone()).await.result.expect("a state");
    assert_eq!(
        (state.status, state.title.as_str(), state.variants.len()),
        (ListingStatus::Active, "Shirt (demo)", 6)
    );
    assert_eq!(
        (state.variants[2].price, state.variants[2].compare_at),
        (Some(usd("10.02")), Some(usd("20.04")))
    );
    assert_eq!((state.variants[3].stock, state.variants[3].key.as_deref()), (Some(3), Some("SP-2-3")));
}

#[tokio::test]
async fn prices_and_stock_change_and_nothing_else_does() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", shirt(rig.base(), 3, 2, 1)).await;
    let before = rig.product();
    rig.world.control().clear_requests();
    let mut changes = vec![
        change(&made, 0, "30.00", None, Some(7)),
        change(&made, 1, "31.00", Some("40.00"), None),
        change(&made, 2, "32.00", None, Some(2)),
        VariantChange { id: "999".into(), ..change(&made, 0, "1.00", None, None) },
    ];
    changes.push(VariantChange { price: None, ..change(&made, 3, "1", None, Some(0)) });
    let results =
        rig.store().change_variants(rig.call(), made.id.clone(), changes).await.result.expect("results");
    eprintln!("five changes: {:?}", rig.sent());
    assert_eq!(rig.sent(), ["Stock", "VariantsUpdate", "SetStock"]);
    assert_eq!(results[3].as_ref().expect_err("unknown").kind, ErrorKind::NotFound);
    let states: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    assert_eq!(
        (states.len(), states[0].price, states[0].compare_at, states[0].stock),
        (4, Some(usd("30.00")), None, Some(7))
    );
    assert_eq!((states[1].compare_at, states[3].stock), (Some(usd("40.00")), Some(0)));
    let after = rig.product();
    let variants = &after["variants"];
    assert_eq!((&variants[0]["price"], &variants[0]["compareAtPrice"]), (&json!("30.00"), &json!(null)));
    assert_eq!(
        (&variants[1]["compareAtPrice"], &variants[1]["inventoryQuantity"]),
        (&json!("40.00"), &json!(1))
    );
    assert_eq!(
        (&variants[2]["inventoryQuantity"], &variants[3]["inventoryQuantity"]),
        (&json!(2), &json!(0))
    );
    for member in ["title", "media", "metafields", "tags", "collections", "descriptionHtml", "options"] {
        assert_eq!(before[member], after[member], "{member}");
    }
}

#[tokio::test]
async fn a_stock_change_whose_answer_was_lost_is_made_once() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", lamp(rig.base())).await;
    let lost = FaultRule::once("/admin/api", FaultAction::Drop).containing("mutation SetStock").afterwards();
    rig.world.control().add_fault(lost);
    let stock = || vec![VariantChange { price: None, ..change(&made, 0, "1", None, Some(9)) }];
    let failed =
        rig.store().change_variants(rig.call(), made.id.clone(), stock()).await.result.expect_err("lost");
    assert_eq!(failed.effect, sourcepilot_domain::Effect::Unknown);
    let again =
        rig.store().change_variants(rig.call(), made.id.clone(), stock()).await.result.expect("results");
    assert_eq!(again[0].as_ref().map(|state| state.stock).ok(), Some(Some(9)));
    assert_eq!(rig.product()["variants"][0]["inventoryQuantity"], json!(9));
}

#[tokio::test]
async fn a_product_is_hidden_and_shown() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", lamp(rig.base())).await;
    for (status, visible) in
        [(ListingStatus::Active, true), (ListingStatus::Draft, false), (ListingStatus::Active, true)]
    {
        rig.store().set_status(rig.call(), made.id.clone(), status).await.result.expect("done");
        assert_eq!(rig.product()["onlineStoreUrl"].is_string(), visible);
        assert_eq!(
            rig.store().read(rig.call(), made.id.clone()).await.result.expect("a state").status,
            status
        );
    }
    let gone = rig.store().set_status(rig.call(), "12".into(), ListingStatus::Draft).await.result;
    assert_eq!(gone.expect_err("gone").kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn only_our_own_products_are_removed() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", lamp(rig.base())).await;
    let foreign = rig.store().remove(rig.call(), made.id.clone(), "other".into()).await.result;
    assert_eq!(foreign.expect_err("foreign").kind, ErrorKind::Forbidden);
    assert_eq!(rig.product()["status"], "DRAFT");
    for _ in 0..2 {
        rig.store().remove(rig.call(), made.id.clone(), "k".into()).await.result.expect("gone");
    }
    assert_eq!(rig.shop()["products"], json!([]));
    assert!(rig.store().find_by_key(rig.call(), "k".into()).await.result.expect("an answer").is_none());
    let read = rig.store().read(rig.call(), made.id).await.result;
    assert_eq!(read.expect_err("gone").kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_shop_that_changed_its_currency_is_neither_read_nor_changed() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", lamp(rig.base())).await;
    let before = rig.product();
    let rig = rig.remembering("x-shopify.currency", "EUR");
    let euros = usd("30.00").amount;
    let euros = sourcepilot_domain::Money::new(euros, "EUR".parse().expect("a currency"));
    let changes = vec![VariantChange { price: Some(euros), ..change(&made, 0, "1", None, Some(3)) }];
    let changed = rig.store().change_variants(rig.call(), made.id.clone(), changes).await.result;
    let read = rig.store().read(rig.call(), made.id.clone()).await.result;
    let narrow = rig.remembering("x-shopify.location", "none");
    let without_stock = narrow.store().read(narrow.call(), made.id.clone()).await.result;
    for failure in [changed.err(), read.err(), without_stock.err()] {
        let failure = failure.expect("refused");
        assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::InvalidInput, Some("currency")));
        assert!(failure.message.contains("Check the connection again"), "{failure:?}");
    }
    assert_eq!(before, narrow.product());
}
