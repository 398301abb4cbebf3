//! What makes retries dangerous.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sourcepilot_sandbox::{FaultAction, FaultRule, SandboxConfig, ShopConfig, ShopRaces};

use crate::util::{Shop, answer, behind_proxy, refusal, world, world_with};

async fn eight(shop: &Shop) -> Vec<(u16, Value)> {
    let create = || {
        let shop = shop.clone();
        tokio::spawn(async move { shop.post("products", json!({"sku": "ONE", "name": "One (demo)"})).await })
    };
    let running: Vec<_> = (0..8).map(|_| create()).collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.expect("an answer"));
    }
    answers
}

#[tokio::test]
async fn of_eight_creations_with_one_sku_one_succeeds() {
    for save_time in [Duration::ZERO, Duration::from_millis(60)] {
        let world = world_with(ShopConfig { save_time, ..behind_proxy() }).await;
        let answers = eight(&Shop::new(&world)).await;
        assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
        let codes: Vec<String> =
            answers.into_iter().filter(|(status, _)| *status != 201).map(|one| refusal(one).1).collect();
        assert!(
            codes
                .iter()
                .all(|code| code == "product_invalid_sku" || code == "woocommerce_rest_product_not_created"),
            "{codes:?}"
        );
        if !save_time.is_zero() {
            assert!(codes.iter().any(|code| code == "woocommerce_rest_product_not_created"));
        }
    }
}

#[tokio::test]
async fn an_old_shop_may_take_one_sku_twice() {
    let races = ShopRaces { racy_sku_check: true, ..ShopRaces::default() };
    let world =
        world_with(ShopConfig { save_time: Duration::from_millis(60), races, ..behind_proxy() }).await;
    let answers = eight(&Shop::new(&world)).await;
    assert!(answers.iter().filter(|(status, _)| *status == 201).count() > 1);
}

#[tokio::test]
async fn a_taken_sku_names_its_owner_and_a_free_one() {
    let world = world_with(behind_proxy()).await;
    let shop = Shop::new(&world);
    let first = shop.made(json!({"sku": "A"})).await;
    let (status, error) = shop.post("products", json!({"sku": "a"})).await;
    assert_eq!((status, &error["code"]), (400, &json!("product_invalid_sku")));
    assert_eq!((&error["data"]["resource_id"], &error["data"]["unique_sku"]), (&first["id"], &json!("a-1")));
}

#[tokio::test]
async fn work_is_finished_after_the_client_has_left() {
    let world = world_with(ShopConfig { save_time: Duration::from_millis(400), ..behind_proxy() }).await;
    let shop = Shop::new(&world);
    let impatient = shop
        .request(Method::POST, "products")
        .json(&json!({"sku": "LEFT"}))
        .timeout(Duration::from_millis(100));
    assert!(impatient.send().await.is_err());
    assert_eq!(shop.get("products?sku=LEFT").await.1, json!([]));
    tokio::time::sleep(Duration::from_millis(600)).await;
    let (_, found) = shop.get("products?sku=LEFT").await;
    assert_eq!(found[0]["sku"], "LEFT");
    assert!(world.control().requests(0).iter().any(|entry| entry.abandoned && entry.method == "POST"));
}

#[tokio::test]
async fn a_slow_picture_leaves_the_sku_free_for_a_second_request() {
    let config = SandboxConfig {
        shops: vec![behind_proxy()],
        slow_image: Duration::from_millis(400),
        ..SandboxConfig::default()
    };
    let world = world(config).await;
    let shop = Shop::new(&world);
    let body = json!({"sku": "SLOW", "images": [{"src": "https://ae01.alicdn.com/kf/slow.jpg"}]});
    let (one, other) = tokio::join!(shop.post("products", body.clone()), shop.post("products", body));
    let mut codes = [refusal(one), refusal(other)];
    codes.sort();
    assert_eq!(codes, [(201, "no code".into()), (400, "woocommerce_rest_product_not_created".into())]);
    let inventory = world.control().shop("woocommerce").expect("the shop");
    let media = inventory["media"].as_array().expect("a list");
    assert_eq!((media.len(), media.iter().filter(|one| one["used"] == false).count()), (2, 1));
}

#[tokio::test]
async fn a_creation_may_succeed_while_its_answer_is_lost() {
    for (error, dropped) in [(100, 0), (0, 100)] {
        let races = ShopRaces {
            created_but_error_percent: error,
            created_but_dropped_percent: dropped,
            racy_sku_check: false,
        };
        let world = world_with(ShopConfig { races, ..behind_proxy() }).await;
        let shop = Shop::new(&world);
        match shop.request(Method::POST, "products").json(&json!({"sku": "LOST"})).send().await {
            Ok(response) => assert_eq!((response.status().as_u16(), error), (500, 100)),
            Err(_) => assert_eq!(dropped, 100),
        }
        assert_eq!(shop.get("products?sku=LOST").await.1[0]["sku"], "LOST");
    }
}

#[tokio::test]
async fn a_fault_after_the_work_leaves_the_work_done() {
    let world = world_with(behind_proxy()).await;
    let shop = Shop::new(&world);
    let action = FaultAction::Status { status: 504, body: None, retry_after: None };
    world.control().add_fault(
        FaultRule::once("/woocommerce", action).for_method("POST").containing("\"F\"").afterwards(),
    );
    assert_eq!(shop.post("products", json!({"sku": "F"})).await.0, 504);
    assert_eq!(refusal(shop.post("products", json!({"sku": "F"})).await).1, "product_invalid_sku");
}

#[tokio::test]
async fn a_busy_host_says_when_to_come_back() {
    let world = world_with(ShopConfig { calls_per_minute: Some(3), ..behind_proxy() }).await;
    let shop = Shop::new(&world);
    let mut refused = None;
    for _ in 0..8 {
        let response = shop.request(Method::GET, "products").send().await.expect("an answer");
        if response.status() == 429 {
            refused = response
                .headers()
                .get("retry-after")
                .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        }
    }
    assert!(refused.is_some_and(|seconds| (1..=60).contains(&seconds)));
    let url = format!("{}/", shop.home);
    world.control().advance_clock(61);
    assert_eq!(answer(crate::util::client().get(url)).await.0, 200);
}
