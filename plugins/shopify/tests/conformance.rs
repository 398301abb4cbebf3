//! The built component in the real runtime, against recorded answers and bad ones.

use serde_json::{Value, json};
use sourcepilot_domain::listing::{Listing, ListingStatus, ListingVariant};
use sourcepilot_domain::{Currency, Money};
use sourcepilot_plugin_shopify::documents::API_VERSION;
use sourcepilot_sdk_testing::{Answer, Conformance, Exchange, Harness};

const SHOP: &str = "https://my-shop.myshopify.com";
const TOKEN: &str = "shpat_0123456789abcdef0123456789abcdef";

/// An answer to the document of this name.
fn exchange(name: &str, data: &Value) -> Exchange {
    let url = format!("{SHOP}/admin/api/{API_VERSION}/graphql.json");
    let cost = json!({"requestedQueryCost": 12, "actualQueryCost": 12,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1988, "restoreRate": 100.0}});
    let answer = Answer::json(200, json!({"data": data, "extensions": {"cost": cost}}));
    let mut exchange = Exchange::new("POST", &url, answer);
    exchange.request.json = Some(json!({"operationName": name}));
    exchange.request.headers.insert("x-shopify-access-token".to_owned(), TOKEN.into());
    exchange
}

fn facts() -> Value {
    json!({
        "shop": {"id": "gid://shopify/Shop/1", "name": "My Shop", "myshopifyDomain": "my-shop.myshopify.com", "currencyCode": "USD",
            "resourceLimits": {"maxProductVariants": 2048}},
        "currentAppInstallation": {"accessScopes": [{"handle": "write_products"}, {"handle": "write_inventory"}, {"handle": "write_publications"}]},
        "metafieldDefinitions": {"nodes": [{"id": "gid://shopify/MetafieldDefinition/1", "type": {"name": "id"}}]},
        "location": {"id": "gid://shopify/Location/1", "isActive": true},
        "publications": {"nodes": [{"id": "gid://shopify/Publication/1", "name": "Online Store", "catalog": null}]},
    })
}

fn product() -> Value {
    json!({
        "id": "gid://shopify/Product/12", "handle": "mug", "title": "Mug", "status": "DRAFT", "publishedAt": null,
        "onlineStoreUrl": null, "tags": [], "variantsCount": {"count": 1}, "mediaCount": {"count": 1},
        "importKey": {"value": "SP-9"}, "state": {"value": "complete"},
        "variants": {"nodes": [{"id": "gid://shopify/ProductVariant/34", "sku": "SP-9-1", "title": "Default Title",
            "price": "10.05", "compareAtPrice": null}]},
        "media": {"nodes": [{"id": "gid://shopify/MediaImage/56", "status": "READY", "mediaErrors": []}]},
    })
}

async fn recorded() -> Harness {
    Harness::of(sourcepilot_test_components::plugin("shopify"))
        .base_url(SHOP)
        .credential("access_token", TOKEN)
        .exchange(exchange("Facts", &facts()))
        .exchange(exchange(
            "Begin",
            &json!({"shop": {"currencyCode": "USD", "resourceLimits": {"maxProductVariants": 2048}}, "productByIdentifier": null}),
        ))
        .exchange(exchange(
            "ProductSet",
            &json!({"productSet": {"product": product(), "productSetOperation": null, "userErrors": []}}),
        ))
        .start()
        .await
        .expect("a harness")
}

fn mug() -> Listing {
    Listing {
        title: "Mug".into(),
        description_html: None,
        status: ListingStatus::Draft,
        options: Vec::new(),
        variants: vec![ListingVariant {
            key: "SP-9-1".into(),
            options: Vec::new(),
            price: Money::new("10.05".parse().expect("an amount"), Currency::USD),
            compare_at: None,
            cost: None,
            stock: Some(3),
            image: None,
            weight_grams: None,
            barcode: None,
        }],
        images: vec!["https://images.example/mug.jpg".into()],
        categories: Vec::new(),
        tags: Vec::new(),
        vendor: None,
        extra: Vec::new(),
    }
}

#[tokio::test]
async fn it_behaves() {
    let harness = recorded().await;
    let report = Conformance::of(&harness).listing("SP-9", mug()).run().await;
    report.assert();
}

#[tokio::test]
async fn a_simple_product_takes_one_request_to_write() {
    let harness = recorded().await;
    let outcome = harness.store().create(harness.call(), "SP-9".into(), mug()).await;
    let product = outcome.result.expect("a product");
    assert_eq!((product.id.as_str(), product.variants[0].id.as_str()), ("12", "34"));
    assert_eq!(product.warnings, Vec::<String>::new());
    assert!(harness.unexpected().is_empty(), "{:?}", harness.unexpected());
    assert_eq!(harness.requests().len(), 3);
    for seen in harness.requests() {
        assert!(!format!("{seen:?}").contains("{{credential"), "the placeholder left");
    }
}

#[tokio::test]
async fn the_component_stays_small() {
    let harness = recorded().await;
    eprintln!("shopify.wasm: {} bytes", harness.component_size());
    assert!(harness.component_size() <= 600_000, "{} bytes", harness.component_size());
}
