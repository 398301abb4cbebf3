//! Every reserved id does what its description says.

use serde_json::{Value, json};
use sourcepilot_sandbox::{AliExpressConfig, SandboxConfig, special};
use std::time::Duration;

use crate::util::{Gateway, product_fields, world};

fn root(answer: &Value) -> &Value {
    &answer["aliexpress_ds_product_get_response"]
}

fn skus(answer: &Value) -> &Vec<Value> {
    root(answer)["result"]["ae_item_sku_info_dtos"]["ae_item_sku_info_d_t_o"].as_array().expect("variants")
}

async fn setting() -> (sourcepilot_sandbox::Sandbox, Gateway) {
    let aliexpress = AliExpressConfig { slow: Duration::from_millis(300), ..AliExpressConfig::default() };
    let world = world(SandboxConfig { aliexpress, ..SandboxConfig::default() }).await;
    let gateway = Gateway::new(&world);
    (world, gateway)
}

#[tokio::test]
async fn business_failures() {
    let (_world, gateway) = setting().await;
    for (id, code, message) in [
        (special::NOT_FOUND, 605, "ITEM_ID_NOT_FOUND"),
        (special::NOT_IN_COUNTRY, 602, "The product is not allowed to this country"),
        (special::ONLY_IN_UNITED_STATES, 602, "The product is not allowed to this country"),
        (special::SYSTEM_ERROR, 404, "System Error"),
    ] {
        let answer = gateway.product(id).await;
        assert_eq!((&root(&answer)["rsp_code"], &root(&answer)["rsp_msg"]), (&json!(code), &json!(message)));
        assert!(root(&answer).get("result").is_none());
    }
    let home = special::ONLY_IN_UNITED_STATES.to_string();
    let fields = [("product_id", home.as_str()), ("ship_to_country", "US")];
    assert_eq!(root(&gateway.call("aliexpress.ds.product.get", &fields).await)["rsp_code"], 200);
    let codes: Vec<Value> = {
        let mut codes = Vec::new();
        for _ in 0..3 {
            codes.push(root(&gateway.product(special::TWICE_SYSTEM_ERROR).await)["rsp_code"].clone());
        }
        codes
    };
    assert_eq!(codes, [404, 404, 200]);
    let malformed = gateway.call("aliexpress.ds.product.get", &product_fields("12ab")).await;
    assert_eq!(root(&malformed)["rsp_code"], 605);
}

#[tokio::test]
async fn gateway_failures() {
    let (_world, gateway) = setting().await;
    for (id, code) in [
        (special::NOT_FOUND_BY_GATEWAY, "605"),
        (special::NOT_IN_COUNTRY_BY_GATEWAY, "602"),
        (special::RATE_LIMITED, "ApiCallLimit"),
        (special::UNAVAILABLE, "ServiceUnavailable"),
        (special::TOKEN_REFUSED, "IllegalAccessToken"),
    ] {
        assert_eq!(gateway.product(id).await["error_response"]["code"], code);
    }
}

#[tokio::test]
async fn failures_of_transport() {
    let (_world, gateway) = setting().await;
    let send =
        async |id: u64| gateway.send("aliexpress.ds.product.get", &product_fields(&id.to_string())).await;
    assert_eq!(send(special::SERVER_ERROR).await.expect("an answer").status(), 500);
    let page = send(special::HTML_PAGE).await.expect("an answer");
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    let broken = send(special::TRUNCATED).await.expect("headers");
    assert_eq!(broken.status(), 200);
    assert!(broken.bytes().await.is_err(), "the body breaks off");
    assert!(send(special::DROPPED).await.is_err());
    let redirect = send(special::REDIRECTED).await.expect("an answer");
    assert_eq!(redirect.status(), 302);
    let begun = std::time::Instant::now();
    assert_eq!(root(&gateway.product(special::SLOW).await)["rsp_code"], 200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    let huge = send(special::HUGE_ANSWER).await.expect("headers").bytes().await.expect("a body");
    assert!(huge.len() >= 64 * 1024 * 1024);
}

#[tokio::test]
async fn states_and_choices() {
    let (world, gateway) = setting().await;
    let status = async |id| {
        root(&gateway.product(id).await)["result"]["ae_item_base_info_dto"]["product_status_type"].clone()
    };
    assert_eq!(status(special::OFFLINE).await, "offline");
    assert_eq!(status(special::UNKNOWN_STATUS).await, "editingRequired2");
    let sold_out = gateway.product(special::SOLD_OUT).await;
    assert!(skus(&sold_out).iter().all(|sku| sku["sku_available_stock"] == 0));
    let id = special::SOLD_OUT.to_string();
    let wholesale = gateway.call("aliexpress.ds.product.wholesale.get", &product_fields(&id)).await;
    assert_eq!(wholesale["aliexpress_ds_product_wholesale_get_response"]["rsp_msg"], "All SKU Unsaleable");

    let hundred = gateway.product(special::HUNDRED_VARIANTS).await;
    let images: std::collections::BTreeSet<String> = skus(&hundred)
        .iter()
        .filter_map(|sku| sku["ae_sku_property_dtos"]["ae_sku_property_d_t_o"][0]["sku_image"].as_str())
        .map(str::to_owned)
        .collect();
    assert_eq!((skus(&hundred).len(), images.len()), (100, 100));
    let single = gateway.product(special::SINGLE_VARIANT).await;
    assert_eq!((skus(&single).len(), &skus(&single)[0]["sku_attr"]), (1, &json!("")));
    let several = gateway.product(special::SHIPS_FROM_SEVERAL).await;
    assert_eq!(skus(&several).len(), 10);
    let empty = gateway.product(special::EMPTY_SKUS).await;
    assert_eq!(root(&empty)["result"]["ae_item_sku_info_dtos"], json!({}));
    let twice = gateway.product(special::DUPLICATE_SKUS).await;
    let attributes: Vec<&Value> = skus(&twice).iter().map(|sku| &sku["sku_attr"]).collect();
    assert_eq!(attributes.first(), attributes.last());

    let price = async || skus(&gateway.product(special::MOVING_PRICE).await)[0]["offer_sale_price"].clone();
    let mut prices = std::collections::BTreeSet::new();
    for _ in 0..3 {
        prices.insert(price().await.to_string());
        world.control().advance_clock(60);
    }
    assert_eq!(prices.len(), 3, "{prices:?}");
}

#[tokio::test]
async fn odd_prices() {
    let (_world, gateway) = setting().await;
    let price = async |id| {
        skus(&gateway.product(id).await)[0]["offer_sale_price"]
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    assert_eq!(price(special::ABSURD_PRICE).await, "99999999999.99");
    assert_eq!(price(special::ZERO_PRICE).await, "0.00");
    assert!(price(special::NEGATIVE_PRICE).await.starts_with('-'));
    assert_eq!(price(special::NO_PRICE).await, "Price on request");
    assert!(price(special::QUOTED_NUMBERS).await.starts_with('"'));
    assert_eq!(skus(&gateway.product(special::WRONG_CURRENCY).await)[0]["currency_code"], "USD");
    assert_eq!(skus(&gateway.product(special::IMPORT_CHARGES).await)[0]["estimated_import_charges"], "1.20");
}

#[tokio::test]
async fn odd_contents_and_shapes() {
    let (_world, gateway) = setting().await;
    let product = async |id| root(&gateway.product(id).await)["result"].clone();
    let hostile = product(special::HOSTILE_DESCRIPTION).await;
    let detail = hostile["ae_item_base_info_dto"]["detail"].as_str().expect("text");
    assert!(detail.contains("<script>") && detail.len() > 1_000_000);
    let images = product(special::HOSTILE_IMAGE).await["ae_multimedia_info_dto"]["image_urls"].clone();
    assert!(
        images.as_str().is_some_and(|urls| urls.starts_with("javascript:") && urls.contains(";https://ae01"))
    );
    assert_eq!(product(special::NO_IMAGES).await["ae_multimedia_info_dto"]["image_urls"], "");
    let title = product(special::ODD_TITLE).await["ae_item_base_info_dto"]["subject"].clone();
    assert!(title.as_str().is_some_and(|title| title.contains('\0') && title.chars().count() > 300));
    assert!(product(special::MISSING_PARTS).await.get("ae_store_info").is_none());

    let streamlined = gateway.product(special::STREAMLINED).await;
    assert_eq!(streamlined["rsp_code"], 200);
    assert!(streamlined["result"]["ae_item_sku_info_dtos"].is_array());
    let lone = product(special::LONE_OBJECTS).await;
    assert!(lone["ae_item_sku_info_dtos"]["ae_item_sku_info_d_t_o"].is_object());
    let texts = gateway.product(special::NUMBERS_AS_TEXT).await;
    assert_eq!(root(&texts)["rsp_code"], "200");

    let id = special::NOT_DELIVERABLE;
    let sku = skus(&gateway.product(id).await)[0]["sku_id"].clone();
    let request = json!({"quantity": "1", "shipToCountry": "US", "productId": id.to_string(), "selectedSkuId": sku,
        "language": "en_US", "locale": "en_US", "currency": "USD"});
    let answer =
        gateway.call("aliexpress.ds.freight.query", &[("queryDeliveryReq", &request.to_string())]).await;
    assert_eq!(answer["aliexpress_ds_freight_query_response"]["result"]["code"], 505);
}

#[tokio::test]
async fn every_reserved_id_was_tried_above() {
    let tried = include_str!("special.rs");
    let source = include_str!("../../../src/aliexpress/special.rs");
    let names = source.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let number = words.next()?;
        number.chars().all(|character| character.is_ascii_digit()).then(|| words.next()).flatten()
    });
    let names: Vec<&str> = names.collect();
    assert_eq!(names.len(), special::ALL.len());
    let forgotten: Vec<&&str> = names
        .iter()
        .filter(|name| **name != "FREE_SHIPPING" && !tried.contains(&format!("special::{name}")))
        .collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}
