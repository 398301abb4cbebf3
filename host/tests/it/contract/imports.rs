use serde_json::json;

use super::{ADDRESS, NOBODY, Wire, id, import};

#[tokio::test]
async fn one_import_from_its_making_to_its_end() {
    let mut wire = Wire::merchant().await;
    wire.get("/imports").await;
    let config = json!({"markup_percent": 30, "tags": ["a"], "compare_at_discount": 20});
    let mut body = import();
    body["config"] = config;
    let job = wire.post("/imports", &body).await;
    wire.post("/imports", &json!({"product_url": ADDRESS, "source": "zork"})).await;
    wire.post("/imports", &json!({"product_url": "", "source": 7, "store_id": "abc", "config": []})).await;
    let path = format!("/imports/{}", id(&job));
    wire.get(&path).await;
    wire.get("/imports?limit=1&status=pending").await;
    wire.get("/imports?skip=5").await;
    wire.post_nothing(&format!("{path}/retry")).await;
    wire.post_nothing(&format!("{path}/cancel")).await;
    wire.post_nothing(&format!("{path}/cancel")).await;
    wire.post_nothing(&format!("{path}/retry")).await;
    wire.get(&format!("{path}/history")).await;
    for action in ["", "/history"] {
        wire.get(&format!("/imports/{NOBODY}{action}")).await;
    }
    for action in ["/cancel", "/retry"] {
        wire.post_nothing(&format!("/imports/{NOBODY}{action}")).await;
    }
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn many_imports_and_the_plan() {
    let mut wire = Wire::merchant().await;
    let bulk = |count: usize| {
        let urls: Vec<String> = (0..count).map(|n| format!("{ADDRESS}?n={n}")).collect();
        json!({"product_urls": urls, "source": "aliexpress"})
    };
    wire.post("/imports/bulk", &json!({"product_urls": [], "source": "aliexpress"})).await;
    wire.post("/imports/bulk", &json!({"product_urls": ["a", 7], "source": "aliexpress"})).await;
    wire.post("/imports/bulk", &json!({"product_urls": ["a"], "source": "zork"})).await;
    wire.post("/imports/bulk", &bulk(2)).await;
    wire.post("/imports/bulk", &bulk(9)).await;
    wire.get("/usage").await;
    for _ in 0..8 {
        wire.post("/imports", &import()).await;
    }
    wire.post("/imports", &import()).await;
    wire.post("/imports", &json!({"product_url": ADDRESS, "source": "zork"})).await;
    let record = wire.record();
    // Eight answers alike say nothing new.
    let (head, tail) = record.split_at(record.find("> POST /api/v1/imports {").expect("the first"));
    let last = tail.rmatch_indices("> POST /api/v1/imports {").nth(1).expect("the last two").0;
    insta::assert_snapshot!(format!("{head}(eight imports)\n\n{}", &tail[last..]));
}

#[tokio::test]
async fn products_of_suppliers() {
    let mut wire = Wire::merchant().await;
    wire.get("/products/search?q=bottle&source=aliexpress&page_size=2").await;
    wire.get("/products/search?q=bottle&page=100000").await;
    wire.get("/products/search?q=bottle&source=zork").await;
    wire.get("/products/search?q=&page=0&page_size=101").await;
    wire.post("/products/preview", &json!({"url": ADDRESS})).await;
    wire.post("/products/preview", &json!({"url": "HTTPS://www.aliexpress.com/item/1.html"})).await;
    wire.post("/products/preview", &json!({"url": ""})).await;
    insta::assert_snapshot!(wire.record());
}
