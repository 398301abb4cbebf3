//! Products, searches and deliveries.

use serde_json::{Value, json};
use sourcepilot_sandbox::{ItemChange, SandboxConfig, demo};

use crate::util::{Gateway, client, world};

fn result(answer: &Value) -> &Value {
    &answer["aliexpress_ds_product_get_response"]["result"]
}

fn skus(answer: &Value) -> &Vec<Value> {
    result(answer)["ae_item_sku_info_dtos"]["ae_item_sku_info_d_t_o"].as_array().expect("variants")
}

async fn search(gateway: &Gateway, words: &str, page: &str) -> Value {
    let fields = [
        ("keyWord", words),
        ("local", "en_US"),
        ("countryCode", "US"),
        ("currency", "USD"),
        ("pageSize", "20"),
        ("pageIndex", page),
    ];
    gateway.call("aliexpress.ds.text.search", &fields).await["aliexpress_ds_text_search_response"]["data"]
        .clone()
}

#[tokio::test]
async fn a_product_has_the_recorded_shape_and_is_always_the_same() {
    let world = world(SandboxConfig::default()).await;
    let gateway = Gateway::new(&world);
    for id in demo::PRODUCT_IDS {
        let id: u64 = id.parse().expect("a number");
        let answer = gateway.product(id).await;
        let base = &result(&answer)["ae_item_base_info_dto"];
        assert_eq!((&base["product_id"], &base["currency_code"]), (&json!(id), &json!("CNY")));
        assert!(base["subject"].as_str().is_some_and(|title| title.ends_with("(demo)")));
        assert!(skus(&answer).iter().all(|sku| {
            sku["currency_code"] == "EUR"
                && sku["offer_sale_price"].is_string()
                && sku["sku_available_stock"].is_u64()
        }));
        assert!(skus(&answer).len() > 1, "demo products show a choice");
        let sub: Value = serde_json::from_str(
            result(&answer)["product_id_converter_result"]["sub_product_id"].as_str().expect("text"),
        )
        .expect("JSON in text");
        let us = sub["US"].as_u64().expect("a number");
        assert_eq!(us, id + (1 << 51));
        assert_eq!(result(&gateway.product(us).await), result(&answer));
    }
}

#[tokio::test]
async fn changes_by_hand_show_at_once_and_go_with_a_reset() {
    let world = world(SandboxConfig::default()).await;
    let gateway = Gateway::new(&world);
    let id = demo::PRODUCT_IDS[0];
    let number: u64 = id.parse().expect("a number");
    let before = gateway.product(number).await;
    let change = ItemChange { price_percent: Some(200), stock: Some(3), status: Some("offline".into()) };
    world.control().change_item(id, change);
    let after = gateway.product(number).await;
    let price = |answer: &Value| {
        skus(answer)[0]["offer_sale_price"].as_str().map(|text| text.parse::<f64>().unwrap_or(0.0))
    };
    let ratio = price(&after).unwrap_or(0.0) / price(&before).unwrap_or(1.0);
    assert!((1.95..2.05).contains(&ratio), "{ratio}");
    assert_eq!(skus(&after)[0]["sku_available_stock"], 3);
    assert_eq!(result(&after)["ae_item_base_info_dto"]["product_status_type"], "offline");
    world.control().reset();
    assert_eq!(result(&gateway.product(number).await), result(&before));
}

#[tokio::test]
async fn searches_page_through_a_fixed_total_and_agree_with_the_products() {
    let world = world(SandboxConfig::default()).await;
    let gateway = Gateway::new(&world);
    let first = search(&gateway, "reading lamp", "1").await;
    let total = first["totalCount"].as_u64().expect("a number");
    let mut seen = 0;
    for page in 1.. {
        let data = search(&gateway, "reading lamp", &page.to_string()).await;
        assert_eq!(data["totalCount"], total);
        let Some(hits) = data["products"]["selection_search_product"].as_array() else {
            assert_eq!(data["products"], json!({}));
            break;
        };
        seen += hits.iter().filter(|hit| hit["type"] == "search").count() as u64;
    }
    assert_eq!(seen, total);
    let hit = &first["products"]["selection_search_product"][0];
    assert!(hit["title"].as_str().is_some_and(|title| title.contains("Lamp")));
    assert_eq!(hit["salePriceCurrency"], "CNY");
    let id: u64 = hit["itemId"].as_str().expect("text").parse().expect("a number");
    assert_eq!(result(&gateway.product(id).await)["ae_item_base_info_dto"]["subject"], hit["title"]);
    let nothing = search(&gateway, "nothing", "1").await;
    assert_eq!((&nothing["totalCount"], &nothing["products"]), (&json!(0), &json!({})));
}

#[tokio::test]
async fn deliveries_are_amounts_whatever_their_name_says() {
    let world = world(SandboxConfig::default()).await;
    let gateway = Gateway::new(&world);
    let id = demo::PRODUCT_IDS[0];
    let product = gateway.product(id.parse().expect("a number")).await;
    let sku = skus(&product)[0]["sku_id"].as_str().expect("text").to_owned();
    let ask = async |sku: &str, country: &str| {
        let request = json!({
            "quantity": 1, "shipToCountry": country, "productId": id, "selectedSkuId": sku,
            "language": "en_US", "locale": "en_US", "currency": "USD",
        });
        let answer =
            gateway.call("aliexpress.ds.freight.query", &[("queryDeliveryReq", &request.to_string())]).await;
        answer["aliexpress_ds_freight_query_response"]["result"].clone()
    };
    let fine = ask(&sku, "FR").await;
    let option = &fine["delivery_options"]["delivery_option_d_t_o"][0];
    assert_eq!(fine["code"], 200);
    assert!(option["shipping_fee_cent"].as_str().is_some_and(|fee| fee.contains('.')), "{option}");
    assert_eq!(ask("1", "FR").await["msg"], "DELIVERY_INFO_EMPTY");
    assert_eq!(ask(&sku, "AQ").await["code"], 505);

    let older =
        json!({"country_code": "FR", "product_id": id, "product_num": 2, "send_goods_country_code": "CN"});
    let field = ("param_aeop_freight_calculate_for_buyer_d_t_o", older.to_string());
    let answer = gateway.call("aliexpress.logistics.buyer.freight.calculate", &[(field.0, &field.1)]).await;
    let result = &answer["aliexpress_logistics_buyer_freight_calculate_response"]["result"];
    assert_eq!(result["success"], true);
}

#[tokio::test]
async fn short_links_lead_to_a_product_through_a_page_for_sharing() {
    let world = world(SandboxConfig::default()).await;
    let hop = async |path: &str| {
        let response = client().get(format!("{}{path}", world.urls.base)).send().await.expect("an answer");
        assert_eq!(response.status(), 302, "{path}");
        response.headers()["location"].to_str().expect("text").to_owned()
    };
    let share = hop("/_mExAmPl").await;
    assert!(share.starts_with("https://star.aliexpress.com/share/share.htm?redirectUrl="));
    let item = hop(share.trim_start_matches("https://star.aliexpress.com")).await;
    assert!(item.starts_with("https://www.aliexpress.com/item/1005"), "{item}");
    assert!(hop("/e/_DexAmPl").await.starts_with("https://www.aliexpress.com/item/1005"));
    assert!(hop("/_mNowhere").await.ends_with("/p/login/index.html"));
    let page = client()
        .get(format!("{}/item/1005001111222333.html", world.urls.base))
        .send()
        .await
        .expect("an answer");
    assert!(page.text().await.expect("a page").contains("(demo)"));
}
