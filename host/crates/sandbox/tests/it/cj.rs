//! The API of CJ Dropshipping, asked as its documentation says.

use serde_json::{Value, json};
use sourcepilot_sandbox::{Sandbox, SandboxConfig, demo, special_cj};

use crate::util::{client, world};

struct Api {
    world: Sandbox,
    token: String,
}

impl Api {
    async fn open() -> Self {
        let world = world(SandboxConfig::default()).await;
        let granted =
            post(&world, "authentication/getAccessToken", "", &json!({"apiKey": demo::CJ_API_KEY})).await;
        let token = granted["data"]["accessToken"].as_str().expect("a token").to_owned();
        Api { world, token }
    }

    async fn get(&self, path: &str) -> Value {
        get(&self.world, path, &self.token).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        post(&self.world, path, &self.token, &body).await
    }
}

async fn get(world: &Sandbox, path: &str, token: &str) -> Value {
    let url = format!("{}/api2.0/v1/{path}", world.urls.base);
    client().get(url).header("CJ-Access-Token", token).send().await.expect("sent").json().await.expect("JSON")
}

async fn post(world: &Sandbox, path: &str, token: &str, body: &Value) -> Value {
    let url = format!("{}/api2.0/v1/{path}", world.urls.base);
    let request = client().post(url).header("CJ-Access-Token", token).json(body);
    request.send().await.expect("sent").json().await.expect("JSON")
}

#[tokio::test]
async fn tokens_are_counted_and_needed() {
    let api = Api::open().await;
    let again = api.post("authentication/getAccessToken", json!({"apiKey": demo::CJ_API_KEY})).await;
    assert_eq!(again["code"], 1_600_200);
    let wrong = api.post("authentication/getAccessToken", json!({"apiKey": "CJ1@api@x"})).await;
    assert_eq!(
        (&wrong["code"], &wrong["result"], &wrong["data"]),
        (&json!(1_600_005), &json!(false), &Value::Null)
    );
    assert_eq!(get(&api.world, "setting/get", "").await["code"], 1_600_002);
    assert_eq!(get(&api.world, "setting/get", "x").await["code"], 1_600_001);
    let setting = api.get("setting/get").await;
    assert_eq!((setting.get("code"), &setting["data"]["setting"]["qpsLimit"]), (None, &json!(1)));
    api.world.control().revoke_cj_tokens();
    assert_eq!(api.get("setting/get").await["code"], 1_600_001);
    let seen = format!("{:?}", api.world.control().requests(0));
    assert!(!seen.contains(demo::CJ_API_KEY), "keys do not reach the log");
}

#[tokio::test]
async fn a_product_its_variants_and_its_stock_agree() {
    let api = Api::open().await;
    let product = api.get("product/query?pid=1424608189734850560&features=enable_inventory").await;
    let product = &product["data"];
    let by_code = api
        .get(&format!("product/query?productSku={}", product["productSku"].as_str().expect("a code")))
        .await;
    assert_eq!(by_code["data"]["pid"], product["pid"]);
    assert_eq!(by_code["data"]["variants"][0]["inventories"], Value::Null, "only when asked for");
    let variants = api.get("product/variant/query?pid=1424608189734850560").await;
    assert_eq!(variants["data"][0]["vid"], product["variants"][0]["vid"]);
    let vid = product["variants"][0]["vid"].as_str().expect("a vid");
    let row = &product["variants"][0]["inventories"][0];
    let by_vid = api.get(&format!("product/stock/queryByVid?vid={vid}")).await;
    assert_eq!(by_vid["data"][0]["totalInventoryNum"], row["totalInventory"]);
    let by_pid = api.get("product/stock/getInventoryByPid?pid=1424608189734850560").await;
    assert_eq!(by_pid["data"]["variantInventories"][0]["inventory"][0], *row);
    let body =
        json!({"startCountryCode": "CN", "endCountryCode": "FR", "products": [{"vid": vid, "quantity": 1}]});
    let routes = api.post("logistic/freightCalculate", body).await;
    assert_eq!(routes["data"].as_array().map(Vec::len), Some(3), "{routes}");
}

#[tokio::test]
async fn searches_answer_one_level_deeper_and_only_so_far() {
    let api = Api::open().await;
    let first = api.get("product/listV2?keyWord=lamp&page=1&size=20").await;
    let list = first["data"]["content"][0]["productList"].as_array().expect("products");
    assert_eq!(list.len(), 20);
    assert!(list.iter().all(|hit| hit["nameEn"].as_str().is_some_and(|name| name.ends_with("(demo)"))));
    assert_eq!(first, {
        let mut again = api.get("product/listV2?keyWord=lamp&page=1&size=20").await;
        again["requestId"] = first["requestId"].clone();
        again
    });
    assert_eq!(api.get("product/listV2?keyWord=lamp&page=61&size=100").await["code"], 1_600_300);
    assert_eq!(api.get("product/listV2?keyWord=nothing").await["data"]["content"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_numbered() {
    let api = Api::open().await;
    for (id, code) in [
        (special_cj::NOT_FOUND, 1_602_001),
        (special_cj::OFF_SHELF, 1_602_002),
        (special_cj::OFFLINE, 1_600_100),
        (special_cj::QUOTA_USED, 1_600_201),
    ] {
        assert_eq!(api.get(&format!("product/query?pid={id}")).await["code"], code, "{id}");
    }
    assert_eq!(api.post("product/query", json!({})).await["code"], 16_900_202);
    assert_eq!(api.get("product/getProductDetail").await["code"], 1_600_101);
    api.world.control().limit_cj(Some(1));
    let (one, two) = tokio::join!(api.get("setting/get"), api.get("setting/get"));
    let refused = [&one, &two].iter().filter(|answer| answer["code"] == 1_600_200).count();
    assert_eq!(refused, 1, "{one} {two}");
}
