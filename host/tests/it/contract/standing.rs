use serde_json::{Value, json};
use sourcepilot::jobs;
use sourcepilot_jobs_engine::Worker;
use sourcepilot_sandbox::demo;
use tokio_util::sync::CancellationToken;

use super::{NOBODY, Wire, id, import};

/// A worker is needed, so this takes a server of its own.
#[tokio::test]
async fn a_product_that_stands_in_the_shop() {
    let mut wire = Wire::merchant().await;
    let Some(app) = wire.app() else { return };
    let stop = CancellationToken::new();
    tokio::spawn(Worker::new(app.app.queue.clone(), jobs::registry(&app.app)).run(stop.clone()));
    let _worker = stop.drop_guard();
    let shop = demo::shops(&app.world.as_ref().expect("a world").urls.base).remove(0);
    wire.get("/store-products").await;
    let shop = json!({"store_name": "Shop", "platform": shop.platform, "store_url": shop.url, "api_key": shop.api_key});
    wire.quietly("POST", "/connections", Some(&shop)).await;
    let job = wire.quietly("POST", "/imports", Some(&import())).await;
    let job = ended(&mut wire, &format!("/imports/{}", id(&job))).await;
    let path =
        format!("/store-products/{}", job["created_product_id"].as_str().unwrap_or_else(|| panic!("{job}")));
    wire.get("/store-products").await;
    let product = wire.get(&path).await;
    let state = wire.get(&format!("{path}/state")).await;
    let sku = state["variants"][0]["sku"].as_str().expect("a SKU").to_owned();
    wire.patch(&path, &json!({"variants": [{"sku": sku, "stock": 3}]})).await;
    wire.put(&path, &json!({"status": "active"})).await;
    wire.put(&path, &json!({"status": "sold"})).await;
    wire.put(&path, &json!({})).await;
    wire.get(&format!("{path}/changes")).await;
    wire.delete(&path).await;
    wire.get(&format!("{path}/state")).await;
    for end in ["", "/state", "/changes"] {
        wire.get(&format!("/store-products/{NOBODY}{end}")).await;
    }
    // A SKU holds the import's id.
    let mut record = wire.record();
    for (number, variant) in state["variants"].as_array().into_iter().flatten().enumerate() {
        record = record.replace(variant["sku"].as_str().expect("a SKU"), &format!("<SKU {}>", number + 1));
    }
    // The shop counts its pictures with its products, and they are taken in in any order.
    let variants = state["variants"].as_array().into_iter().flatten();
    for id in variants.chain([&product]).filter_map(|thing| thing["remote_id"].as_str()) {
        record = record.replace(&format!("\"{id}\""), "\"<id>\"");
        for name in ["p", "post"] {
            record = record.replace(&format!("{name}={id}"), &format!("{name}=<id>"));
        }
    }
    insta::assert_snapshot!(record.replace(product["sku"].as_str().expect("a SKU"), "<SKU>"));
}

async fn ended(wire: &mut Wire, path: &str) -> Value {
    for _ in 0..1200 {
        let job = wire.quietly("GET", path, None).await;
        if !["pending", "running"].contains(&job["status"].as_str().unwrap_or_default()) {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the import does not end");
}
