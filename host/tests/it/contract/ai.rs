use serde_json::json;

use super::Wire;

#[tokio::test]
async fn suggestions_and_scores() {
    let mut wire = Wire::merchant().await;
    wire.get("/ai/suggestions").await;
    wire.post("/ai/score-supplier", &json!({"supplier_url": "https://supplier.example"})).await;
    wire.post("/ai/score-supplier", &json!({"supplier_url": 7})).await;
    wire.post("/ai/score-supplier", &json!({})).await;
    wire.be(None);
    wire.get("/ai/suggestions").await;
    wire.post("/ai/score-supplier", &json!({"supplier_url": "https://supplier.example"})).await;
    insta::assert_snapshot!(wire.record());
}
