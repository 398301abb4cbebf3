//! Faults on order and the control interface.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sourcepilot_sandbox::{FaultAction, FaultRule, Latency, SandboxConfig, demo};

use crate::util::{Gateway, Shop, answer, behind_proxy, client, product_fields, world, world_with};

#[tokio::test]
async fn each_fault_does_what_it_says_and_only_as_often() {
    let world = world(SandboxConfig::default()).await;
    let url = format!("{}/images/a.jpg", world.urls.base);
    let add = |action| world.control().add_fault(FaultRule::once("/images", action));
    let get = || client().get(&url).send();

    add(FaultAction::Status { status: 503, body: Some("{\"a\":1}".into()), retry_after: Some(7) });
    let response = get().await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), response.headers()["retry-after"].to_str().ok()),
        (503, Some("7"))
    );
    assert!(
        response.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("application/json"))
    );
    add(FaultAction::Html { status: 403 });
    assert!(get().await.expect("an answer").text().await.expect("a page").contains("Checking your browser"));
    add(FaultAction::Drop);
    assert!(get().await.is_err());
    add(FaultAction::Timeout { ms: 200 });
    let begun = Instant::now();
    assert!(get().await.is_err() && begun.elapsed() >= Duration::from_millis(200));
    add(FaultAction::Truncate { bytes: 100 });
    assert!(get().await.expect("headers").bytes().await.is_err());
    add(FaultAction::Huge { bytes: 1 << 20 });
    assert!(get().await.expect("headers").bytes().await.expect("a body").len() > 1 << 20);
    add(FaultAction::Redirect { status: 308, location: "http://10.0.0.1/".into() });
    assert_eq!(get().await.expect("an answer").headers()["location"], "http://10.0.0.1/");
    add(FaultAction::Latency { ms: 150 });
    let begun = Instant::now();
    assert_eq!(get().await.expect("an answer").status(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(150));
    add(FaultAction::Garbage);
    assert!(get().await.expect("an answer").json::<Value>().await.is_err());
    assert!(world.control().faults().is_empty());
    assert_eq!(get().await.expect("an answer").headers()["content-type"], "image/jpeg");
}

#[tokio::test]
async fn the_control_interface_works_over_http() {
    let world = world_with(behind_proxy()).await;
    let at = |path: &str| format!("{}/_sandbox{path}", world.urls.base);
    let rule = json!({"path": "/sync", "contains": "aliexpress.ds.product.get", "count": 1, "action": {"kind": "html", "status": 200}});
    assert_eq!(answer(client().post(at("/faults")).json(&rule)).await.0, 204);
    let wrong = json!({"path": "/sync", "action": {"kind": "nonsense"}});
    assert_eq!(answer(client().post(at("/faults")).json(&wrong)).await.0, 422);
    let gateway = Gateway::new(&world);
    let page = gateway
        .send("aliexpress.ds.product.get", &product_fields("1005001111222333"))
        .await
        .expect("an answer");
    assert!(page.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));

    let shop = Shop::new(&world);
    shop.made(json!({"name": "A (demo)", "sku": "A"})).await;
    let (_, inventory) = answer(client().get(at("/shops/woocommerce"))).await;
    assert_eq!((&inventory["demo"], &inventory["products"][0]["sku"]), (&json!(true), &json!("A")));
    assert_eq!(answer(client().get(at("/shops/none"))).await.0, 404);
    let (_, log) = answer(client().get(at("/requests?after=0"))).await;
    let log = log.as_array().expect("a list");
    assert_eq!(log.len(), 2);
    let sync = log[0].to_string();
    assert!(
        sync.contains("\"status\":200")
            && sync.contains("Html")
            && !sync.contains(demo::ALIEXPRESS_ACCESS_TOKEN)
    );
    assert_eq!(log[1]["authorization"], "Basic");

    answer(client().post(at("/aliexpress/items/1005001111222333")).json(&json!({"price_percent": 150})))
        .await;
    answer(client().post(at("/aliexpress/revoke"))).await;
    let dead = gateway.call("aliexpress.ds.product.get", &product_fields("1005001111222333")).await;
    assert_eq!(dead["error_response"]["code"], "IllegalAccessToken");
    let (_, special) = answer(client().get(at("/aliexpress/special"))).await;
    assert!(special.as_array().is_some_and(|all| all.len() == sourcepilot_sandbox::special::ALL.len()));
    assert_eq!(answer(client().post(at("/clock")).json(&json!({"seconds": 60}))).await.0, 200);
    assert_eq!(answer(client().post(at("/reset"))).await.0, 204);
    assert_eq!(shop.get("products").await.1, json!([]));
    assert_eq!(answer(client().get(at(""))).await.1["demo"], true);
}

#[tokio::test]
async fn latency_is_kept_and_the_world_ends_with_its_handle() {
    let config = SandboxConfig { latency: Latency { min_ms: 80, max_ms: 90 }, ..SandboxConfig::default() };
    let sandbox = world(config).await;
    let begun = Instant::now();
    let url = format!("{}/", sandbox.urls.shops[0]);
    client().get(&url).send().await.expect("an answer");
    assert!(begun.elapsed() >= Duration::from_millis(80));
    let origins = sandbox.egress_map();
    assert!(origins.contains(&format!("https://api-sg.aliexpress.com={}", sandbox.urls.base)));
    assert_eq!(sandbox.allow_private(), sandbox.addr.to_string());
    sandbox.shutdown().await;
    assert!(client().get(&url).send().await.is_err());
}
