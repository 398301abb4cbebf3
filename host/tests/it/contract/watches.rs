use serde_json::json;

use super::{ADDRESS, NOBODY, Wire, id};

#[tokio::test]
async fn price_watches() {
    let mut wire = Wire::merchant().await;
    wire.get("/price-watches").await;
    wire.post_nothing("/price-watches/sync").await;
    let watch = wire
        .post(
            "/price-watches",
            &json!({"product_url": ADDRESS, "source": "aliexpress", "threshold_percent": 12.345}),
        )
        .await;
    wire.post("/price-watches", &json!({"product_url": ADDRESS, "source": "aliexpress"})).await;
    wire.post("/price-watches", &json!({"source": "aliexpress", "threshold_percent": null})).await;
    wire.post("/price-watches", &json!({"product_url": ADDRESS, "source": "a", "threshold_percent": -1}))
        .await;
    wire.post("/price-watches", &json!({"product_url": ADDRESS, "source": "a", "connection_id": "abc"}))
        .await;
    wire.delete(&format!("/price-watches/{}", id(&watch))).await;
    wire.delete(&format!("/price-watches/{}", id(&watch))).await;
    wire.delete(&format!("/price-watches/{NOBODY}")).await;
    wire.post_nothing("/price-watches/sync").await;
    wire.get("/price-watches").await;
    wire.get(&format!("/price-watches?connection_id={NOBODY}")).await;
    insta::assert_snapshot!(wire.record());
}
