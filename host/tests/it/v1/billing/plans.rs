use serde_json::json;

use crate::util::TestApp;

#[tokio::test]
async fn anybody_sees_the_price_list() {
    let app = TestApp::start().await;
    let plans = app.anonymous().get("/billing/plans").await.expect(200);
    let offer = |tier, name, cents, items, secondary, days, api| {
        json!({"tier": tier, "name": name, "price_monthly_cents": cents, "max_items": items,
            "max_secondary": secondary, "trial_days": days, "api_access": api})
    };
    let expected = json!([
        offer("free", "Free", 0, 10, 25, 0, false),
        offer("pro", "Pro", 2900, 100, 500, 14, true),
        offer("enterprise", "Enterprise", 9900, -1, -1, 14, true),
    ]);
    assert_eq!(plans.to_string(), expected.to_string());
}
