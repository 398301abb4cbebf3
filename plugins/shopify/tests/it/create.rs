use serde_json::{Value, json};
use sourcepilot_domain::ErrorKind;
use sourcepilot_domain::listing::{Listing, ListingStatus};
use sourcepilot_sandbox::{FaultAction, FaultRule, demo};

use crate::rig::{Rig, attribute, lamp, shirt, usd};

fn texts<'a>(values: &'a Value, field: &str) -> Vec<&'a str> {
    values.as_array().expect("a list").iter().map(|value| value[field].as_str().unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_check_finds_everything_out_in_two_requests_and_then_in_one() {
    let rig = Rig::new().await;
    let account = rig.check().await;
    assert_eq!(rig.sent(), ["Facts", "DefineKey"]);
    assert_eq!(
        (account.currency.map(|c| c.to_string()), account.warnings.len()),
        (Some("USD".to_owned()), 0)
    );
    let rig = rig.checked().await;
    rig.check().await;
    assert_eq!(rig.sent(), ["Facts"]);
    assert_eq!(rig.shop()["definitions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_draft_is_written_whole() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("aliexpress-1", lamp(rig.base())).await;
    assert_eq!(made.warnings, Vec::<String>::new());
    eprintln!("requests for a simple draft: {:?}", rig.sent());
    assert_eq!(&rig.sent()[..4], ["Begin", "MakeCollections", "PublishCollections", "ProductSet"]);
    assert_eq!(rig.shop()["collections"][0]["published"], true);
    let product = rig.product();
    assert_eq!(
        (&product["status"], &product["publishedAt"], &product["vendor"]),
        (&json!("DRAFT"), &Value::Null, &json!("ACME"))
    );
    assert_eq!(product["title"], "Lamp <b>&</b> shade (demo)");
    assert_eq!(product["tags"], json!(["light warm", "summer"]));
    assert_eq!(texts(&product["collections"], "title"), ["Home & Garden"]);
    assert_eq!(texts(&product["media"], "status"), ["READY", "READY"]);
    let variant = &product["variants"][0];
    assert_eq!(
        (&variant["price"], &variant["compareAtPrice"], &variant["cost"]),
        (&json!("19.90"), &json!("25.00"), &json!("7.10"))
    );
    assert_eq!(
        (&variant["inventoryQuantity"], &variant["inventoryItem"]["tracked"]),
        (&json!(5), &json!(true))
    );
    assert_eq!(
        (&variant["grams"], &variant["barcode"], &variant["title"]),
        (&json!(250.0), &json!("4006381333931"), &json!("Default Title"))
    );
    let id = product["id"].as_str().and_then(|id| id.rsplit('/').next()).expect("an id");
    assert_eq!((made.id.as_str(), made.variants[0].key.as_str()), (id, "SP-1-V"));
    assert_eq!(
        made.admin_url,
        Some(format!("https://admin.shopify.com/store/sourcepilot-demo/products/{id}"))
    );
}

#[tokio::test]
async fn an_active_product_is_shown_by_the_last_request() {
    let rig = Rig::new().await.checked().await;
    let listing =
        Listing { status: ListingStatus::Active, categories: Vec::new(), ..shirt(rig.base(), 2, 2, 1) };
    let made = rig.create("k", listing).await;
    assert_eq!(
        (rig.sent().last().map(String::as_str), made.warnings.len()),
        (Some("Finish"), 0),
        "{:?}",
        made.warnings
    );
    let product = rig.product();
    assert_eq!((&product["status"], product["publishedAt"].is_string()), (&json!("ACTIVE"), true));
    assert_eq!(made.url.as_deref(), product["onlineStoreUrl"].as_str());
}

#[tokio::test]
async fn the_same_key_again_changes_nothing_that_the_merchant_did() {
    let rig = Rig::new().await.checked().await;
    let first = rig.create("k", lamp(rig.base())).await;
    rig.world.control().clear_requests();
    let again = rig.create("k", Listing { title: "Another".into(), ..lamp(rig.base()) }).await;
    assert_eq!((first.id, rig.sent()), (again.id, vec!["Begin".to_owned(), "Variants".to_owned()]));
    assert_eq!(rig.product()["title"], "Lamp <b>&</b> shade (demo)");
}

#[tokio::test]
async fn four_creations_at_once_make_one_product() {
    let rig = Rig::new().await.checked().await;
    let listing = shirt(rig.base(), 3, 2, 1);
    let one = || rig.store();
    let calls = (0..4).map(|_| {
        let (store, call, listing) = (one(), rig.call(), listing.clone());
        tokio::spawn(async move {
            store.create(call, "k".to_owned(), listing).await.result.expect("a product").id
        })
    });
    let mut ids = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        ids.push(call.await.expect("no panic"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(rig.product()["variants"].as_array().map(Vec::len), Some(6));
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_found_and_finished() {
    let rig = Rig::new().await.checked().await;
    let lost =
        FaultRule::once("/admin/api", FaultAction::Drop).containing("mutation ProductSet").afterwards();
    rig.world.control().add_fault(lost);
    let listing = Listing { status: ListingStatus::Active, ..lamp(rig.base()) };
    let failure = rig.store().create(rig.call(), "k".into(), listing.clone()).await.result.expect_err("lost");
    assert_eq!(failure.effect, sourcepilot_domain::Effect::Unknown, "{failure:?}");
    let found =
        rig.store().find_by_key(rig.call(), "k".into()).await.result.expect("an answer").expect("a product");
    assert!(found.extra.contains(&attribute("x-shopify.state", "building")), "{found:?}");
    let made = rig.create("k", listing).await;
    assert_eq!((made.id, &rig.product()["status"]), (found.id, &json!("ACTIVE")));
}

#[tokio::test]
async fn what_shopify_cannot_hold_is_brought_into_a_form_that_it_can() {
    let rig = Rig::new().await.checked().await;
    let mut listing = shirt(rig.base(), 2, 1, 2);
    listing.options.push(sourcepilot_domain::product::OptionAxis {
        name: "Ships From".into(),
        values: vec!["CN".into()],
    });
    for variant in &mut listing.variants {
        variant.options.push(attribute("Ships From", "CN"));
    }
    let made = rig.create("k", listing).await;
    assert!(made.warnings[0].contains("Finish / Ships From"), "{:?}", made.warnings);
    assert_eq!(rig.product()["variants"][1]["title"], "Colour 000 / Size 000 / Finish 001 / CN");
    let twice = shirt(rig.base(), 1, 1, 1);
    let mut listing =
        Listing { variants: vec![twice.variants[0].clone(), twice.variants[0].clone()], ..twice };
    listing.variants[1].key = "other".into();
    let failure = rig.store().create(rig.call(), "k2".into(), listing).await.result.expect_err("twice");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::InvalidInput, sourcepilot_domain::Effect::None));
}

#[tokio::test]
async fn pictures_that_shopify_cannot_take_are_named() {
    let rig = Rig::new().await.checked().await;
    let mut listing = lamp(rig.base());
    listing.images.push(format!("{}/images/missing.jpg", rig.base()));
    listing.images.push("ftp://x/y.jpg".into());
    let made = rig.create("k", listing).await;
    assert_eq!(made.warnings.len(), 2, "{:?}", made.warnings);
    assert!(
        made.warnings.iter().any(|warning| warning.contains("missing.jpg: its address did not answer")),
        "{:?}",
        made.warnings
    );
}

#[tokio::test]
async fn a_collection_that_fills_itself_is_left_alone() {
    let rig = Rig::new().await.checked().await;
    rig.world.control().add_smart_collection("Home & Garden", "home-garden");
    let made = rig.create("k", lamp(rig.base())).await;
    assert!(made.warnings[0].contains("collections"), "{:?}", made.warnings);
    assert_eq!(rig.product()["collections"], json!([]));
}

#[tokio::test]
async fn a_token_with_few_rights_makes_a_product_and_says_what_is_missing() {
    let rig = Rig::new().await.token(demo::SHOPIFY_NARROW_TOKEN);
    let account = rig.check().await;
    assert_eq!(account.warnings.len(), 2, "{:?}", account.warnings);
    let rig = rig.checked().await;
    let listing = Listing { status: ListingStatus::Active, ..lamp(rig.base()) };
    let made = rig.create("k", listing).await;
    assert_eq!(made.warnings.len(), 3, "{:?}", made.warnings);
    assert!(made.warnings.iter().any(|warning| warning.starts_with("The new collections are not")));
    let product = rig.product();
    assert_eq!((&product["status"], &product["publishedAt"]), (&json!("ACTIVE"), &Value::Null));
}

#[tokio::test]
async fn prices_in_another_currency_are_refused_before_anything_is_written() {
    let rig = Rig::new().await.checked().await;
    let mut listing = lamp(rig.base());
    listing.variants[0].price =
        sourcepilot_domain::Money::new(usd("1").amount, "EUR".parse().expect("a currency"));
    listing.variants[0].compare_at = None;
    let failure = rig.store().create(rig.call(), "k".into(), listing).await.result.expect_err("euros");
    assert!(failure.message.contains("USD") && failure.message.contains("EUR"), "{failure:?}");
    assert!(rig.sent().is_empty());
}

#[tokio::test]
async fn a_shop_that_changed_its_currency_since_the_check_gets_no_prices() {
    let rig = Rig::new().await.checked().await.remembering("x-shopify.currency", "EUR");
    let euros =
        |amount: &str| sourcepilot_domain::Money::new(usd(amount).amount, "EUR".parse().expect("a currency"));
    let mut listing = lamp(rig.base());
    let variant = &mut listing.variants[0];
    (variant.price, variant.compare_at, variant.cost) = (euros("19.90"), None, None);
    let failure = rig.store().create(rig.call(), "k".into(), listing).await.result.expect_err("dollars now");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::InvalidInput, sourcepilot_domain::Effect::None));
    for part in ["USD", "EUR", "Check the connection again"] {
        assert!(failure.message.contains(part), "{failure:?}");
    }
    assert_eq!((rig.sent(), &rig.shop()["products"]), (vec!["Begin".to_owned()], &json!([])));
}

#[tokio::test]
async fn a_location_that_is_not_in_use_any_more_is_told_with_what_to_do() {
    let rig = Rig::new().await.checked().await.remembering("x-shopify.location", "gid://shopify/Location/1");
    let failure = rig.store().create(rig.call(), "k".into(), lamp(rig.base())).await.result;
    let failure = failure.expect_err("the location is gone");
    assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::InvalidInput, Some("location")));
    assert_eq!(failure.effect, sourcepilot_domain::Effect::None);
    assert!(failure.message.contains("check the connection again"), "{failure:?}");
    let rig = rig.checked().await;
    rig.create("k", lamp(rig.base())).await;
    assert_eq!(rig.product()["variants"][0]["inventoryQuantity"], json!(5));
}

#[tokio::test]
async fn a_variant_without_a_sku_that_the_merchant_added_does_not_spoil_the_report() {
    let rig = Rig::new().await.checked().await;
    let made = rig.create("k", shirt(rig.base(), 2, 1, 1)).await;
    rig.world.control().blank_shopify_sku("SP-2-1");
    let again = rig.create("k", shirt(rig.base(), 2, 1, 1)).await;
    assert_eq!((again.id, again.variants), (made.id.clone(), vec![made.variants[0].clone()]));
    let found = rig.store().find_by_key(rig.call(), "k".into()).await.result.expect("an answer");
    assert_eq!(found.expect("a product").variants.len(), 1);
}
