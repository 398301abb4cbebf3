use std::collections::BTreeSet;

use sourcepilot_domain::catalogue::ShopFilter;
use sourcepilot_domain::listing::{Listing, ListingStatus};
use sourcepilot_sandbox::{FaultAction, FaultRule, ShopifyConfig};

use crate::rig::{Rig, lamp, shirt, usd};

fn all(page_size: u32) -> ShopFilter {
    ShopFilter { vendor: None, tag: None, collection: None, cursor: None, page_size }
}

#[tokio::test]
async fn a_shop_is_read_page_by_page_each_product_once() {
    let rig = Rig::new().await.checked().await;
    for number in 0..7 {
        rig.create(&format!("k{number}"), lamp(rig.base())).await;
    }
    let mut seen = BTreeSet::new();
    let (mut cursor, mut pages) = (None, 0);
    loop {
        let filter = ShopFilter { cursor, ..all(3) };
        let page = rig.store().list_products(rig.call(), filter).await.result.expect("a page");
        assert!(page.products.len() <= 3);
        assert!(page.products.iter().all(|product| seen.insert(product.id.clone())));
        pages += 1;
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (7, 3));
}

#[tokio::test]
async fn a_product_is_told_whole() {
    let plenty = ShopifyConfig { points: 100_000.0, ..ShopifyConfig::default() };
    let rig = Rig::with(plenty).await.checked().await;
    rig.create("a", Listing { status: ListingStatus::Active, ..lamp(rig.base()) }).await;
    rig.create("b", shirt(rig.base(), 4, 6, 5)).await;
    rig.world.control().clear_requests();
    let page = rig.store().list_products(rig.call(), all(10)).await.result.expect("a page");
    assert_eq!(
        rig.sent(),
        ["Browse", "BrowseVariants", "BrowseVariants"],
        "ten, a hundred, and ten variants"
    );
    let (lamp, shirt) = (&page.products[0], &page.products[1]);
    assert_eq!(
        (lamp.status, lamp.vendor.as_deref(), lamp.collections.len()),
        (ListingStatus::Active, Some("ACME"), 1)
    );
    let variant = &lamp.variants[0];
    assert_eq!(
        (variant.price, variant.compare_at, variant.cost),
        (Some(usd("19.90")), Some(usd("25.00")), Some(usd("7.10")))
    );
    assert_eq!((variant.stock, variant.weight_grams, variant.options.len()), (Some(5), Some(250), 0));
    assert_eq!((lamp.images.len(), shirt.images.len(), shirt.variants.len()), (2, 5, 120));
    let keys: BTreeSet<_> = shirt.variants.iter().filter_map(|variant| variant.sku.clone()).collect();
    assert_eq!(keys.len(), 120);
    assert!(shirt.variants.iter().all(|variant| variant.options.len() == 3 && variant.image.is_some()));
}

#[tokio::test]
async fn as_many_products_are_read_at_once_as_one_request_may_cost() {
    let plenty = ShopifyConfig { points: 100_000.0, ..ShopifyConfig::default() };
    let rig = Rig::with(plenty).await.checked().await;
    for number in 0..14 {
        rig.create(&format!("k{number}"), lamp(rig.base())).await;
    }
    rig.world.control().clear_requests();
    let page = rig.store().list_products(rig.call(), all(14)).await.result.expect("a page");
    assert_eq!((page.products.len(), rig.sent().len()), (14, 2));

    let dear = "{\"errors\":[{\"message\":\"Query cost is 1100, which exceeds the single query max cost limit (1000).\",\"extensions\":{\"code\":\"MAX_COST_EXCEEDED\"}}]}";
    let action = FaultAction::Status { status: 200, body: Some(dear.into()), retry_after: None };
    rig.world.control().add_fault(FaultRule::once("/admin/api", action).containing("query Browse"));
    let page = rig.store().list_products(rig.call(), all(7)).await.result.expect("a page");
    assert_eq!(page.products.len(), 7, "in smaller steps");
}

#[tokio::test]
async fn a_filter_leaves_out_what_does_not_fit() {
    let rig = Rig::new().await.checked().await;
    rig.create("a", lamp(rig.base())).await;
    rig.create(
        "b",
        Listing { vendor: Some("Other".into()), categories: Vec::new(), ..shirt(rig.base(), 1, 1, 1) },
    )
    .await;
    let some = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (ShopFilter { vendor: some("acme"), ..all(5) }, 1),
        (ShopFilter { tag: some("summer"), ..all(5) }, 2),
        (ShopFilter { collection: some("Home & Garden"), ..all(5) }, 1),
        (ShopFilter { collection: some("Nothing of the kind"), ..all(5) }, 0),
    ] {
        let page = rig.store().list_products(rig.call(), filter.clone()).await.result.expect("a page");
        assert_eq!(page.products.len(), expected, "{filter:?}");
    }
}
