//! What the gateway checks before it answers.

use serde_json::Value;
use sourcepilot_sandbox::{AliExpressConfig, SandboxConfig};

use crate::util::{Gateway, client, product_fields, world};

const PRODUCT: &str = "aliexpress.ds.product.get";
const ID: &str = "1005001111222333";

fn code(answer: &Value) -> &str {
    answer["error_response"]["code"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn a_signed_call_is_answered_and_a_changed_one_is_not() {
    let world = world(SandboxConfig::default()).await;
    let gateway = Gateway::new(&world);
    let answer = gateway.call(PRODUCT, &product_fields(ID)).await;
    assert_eq!(answer["aliexpress_ds_product_get_response"]["rsp_code"], 200, "{answer}");

    let wrong = Gateway { secret: "other".into(), ..Gateway::new(&world) };
    assert_eq!(code(&wrong.call(PRODUCT, &product_fields(ID)).await), "IncompleteSignature");
}

#[tokio::test]
async fn every_refusal_has_its_code() {
    let world = world(SandboxConfig::default()).await;
    let cases: [(&str, Option<&str>, &str); 7] = [
        ("app_key", None, "MissingParameter"),
        ("timestamp", None, "MissingParameter"),
        ("sign_method", None, "MissingParameter"),
        ("app_key", Some("1"), "InvalidAppkey"),
        ("timestamp", Some("1517820392000"), "IllegalTimestamp"),
        ("sign_method", Some("hmac"), "InvalidSignMethod"),
        ("session", Some("wrong"), "IllegalAccessToken"),
    ];
    for (name, value, expected) in cases {
        let mut gateway = Gateway::new(&world);
        match value {
            Some(value) => gateway.common.insert(name.to_owned(), value.to_owned()),
            None => gateway.common.remove(name),
        };
        let answer = gateway.call(PRODUCT, &product_fields(ID)).await;
        assert_eq!(code(&answer), expected, "{name} {value:?}");
        assert!(answer["error_response"]["request_id"].is_string());
    }
    let gateway = Gateway::new(&world);
    assert_eq!(code(&gateway.call("aliexpress.ds.none", &[]).await), "InvalidApiPath");
    assert_eq!(code(&gateway.call(PRODUCT, &[("product_id", ID)]).await), "MissingParameter");
    // The token path sent to the business door is a signature that cannot be right.
    assert_eq!(code(&gateway.call("/auth/token/create", &[("code", "x")]).await), "InvalidApiPath");
    let bare = client().get(format!("{}/sync", world.urls.base)).send().await.expect("an answer");
    assert_eq!(code(&bare.json().await.expect("JSON")), "MissingParameter");
}

#[tokio::test]
async fn the_token_may_come_under_either_name() {
    let world = world(SandboxConfig::default()).await;
    let mut gateway = Gateway::new(&world);
    let token = gateway.common.remove("session").expect("a token");
    assert_eq!(code(&gateway.call(PRODUCT, &product_fields(ID)).await), "IllegalAccessToken");
    gateway.common.insert("access_token".into(), token);
    assert_eq!(code(&gateway.call(PRODUCT, &product_fields(ID)).await), "none");
    gateway.common.remove("access_token");
    let categories = gateway.call("aliexpress.ds.category.get", &[]).await;
    let result = &categories["aliexpress_ds_category_get_response"]["resp_result"];
    assert_eq!(result["resp_code"], 200);
    assert!(result["result"]["categories"]["category"].as_array().is_some_and(|all| all.len() > 80));
}

#[tokio::test]
async fn too_many_calls_are_banned_for_the_stated_seconds() {
    let aliexpress =
        AliExpressConfig { calls_per_second: Some(3), ban_seconds: 2, ..AliExpressConfig::default() };
    let world = world(SandboxConfig { aliexpress, ..SandboxConfig::default() }).await;
    let gateway = Gateway::new(&world);
    let mut last = Value::Null;
    for _ in 0..8 {
        last = gateway.call(PRODUCT, &product_fields(ID)).await;
    }
    assert_eq!(code(&last), "ApiCallLimit");
    assert!(last["error_response"]["msg"].as_str().is_some_and(|text| text.ends_with("last 2 seconds")));
    world.control().advance_clock(3);
    assert_eq!(code(&gateway.call(PRODUCT, &product_fields(ID)).await), "none");
}
