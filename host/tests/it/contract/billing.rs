use serde_json::json;

use super::Wire;

#[tokio::test]
async fn plans_checkout_and_portal() {
    let mut wire = Wire::merchant().await;
    wire.get("/billing/plans").await;
    wire.get("/billing/current").await;
    wire.get("/billing/overview").await;
    wire.post_nothing("/billing/portal").await;
    wire.post("/billing/checkout", &json!({"plan": "free"})).await;
    wire.post("/billing/checkout", &json!({"plan": "gold"})).await;
    wire.post("/billing/checkout", &json!({})).await;
    wire.post("/billing/checkout", &json!({"plan": "pro"})).await;
    wire.post("/billing/checkout", &json!({"plan": "enterprise"})).await;
    wire.get("/billing/current").await;
    wire.get("/billing/overview").await;
    wire.post_nothing("/billing/portal").await;
    wire.get("/usage").await;
    wire.raw("POST", "/api/v1/webhooks/stripe", &[], Some("{"), &[]).await;
    insta::assert_snapshot!(wire.record());
}
