use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::subscribed;
use crate::util::{Setup, TestApp, names};

#[tokio::test]
async fn usage_has_the_agreed_shape_and_counts() {
    let app = Setup::default().plugins(&["aliexpress"]).start().await;
    let client = app.user().await;
    let usage = client.get("/usage").await.expect(200);
    let month = sourcepilot_domain::billing_month::BillingMonth::of(app.app.now());
    let expected = |plan, used, items, secondary| {
        json!({"plan": plan, "period_start": month.start().to_string(), "period_end": month.end().to_string(),
            "metrics": [
                {"name": "items_used", "label": "Items Used", "used": used, "limit": items},
                {"name": "secondary_used", "label": "Secondary Items", "used": 0, "limit": secondary}]})
    };
    assert_eq!(usage.to_string(), expected("free", 0, 10, 25).to_string());
    let urls: Vec<String> = (1..=3).map(|n| format!("https://www.aliexpress.com/item/{n}.html")).collect();
    let jobs = client
        .post("/imports/bulk", &json!({"product_urls": urls, "source": "aliexpress"}))
        .await
        .expect(201);
    let first = jobs[0]["id"].as_str().expect("an id");
    client.post_nothing(&format!("/imports/{first}/cancel")).await.expect(200);
    client.post_nothing(&format!("/imports/{first}/retry")).await.expect(200);
    // Cancelled ones count, retries do not.
    assert_eq!(client.get("/usage").await.expect(200), expected("free", 3, 10, 25));
    subscribed(&client, "enterprise").await;
    assert_eq!(client.get("/usage").await.expect(200), expected("enterprise", 3, -1, -1));
    assert_eq!(app.user().await.get("/usage").await.expect(200), expected("free", 0, 10, 25));
}

#[tokio::test]
async fn the_limit_follows_the_plan_at_once() {
    let app = Setup::default().plugins(&["aliexpress"]).start().await;
    let client = app.user().await;
    let bulk = async |count: usize| {
        let urls: Vec<String> =
            (0..count).map(|n| format!("https://www.aliexpress.com/item/{n}.html")).collect();
        client.post("/imports/bulk", &json!({"product_urls": urls, "source": "aliexpress"})).await
    };
    bulk(10).await.expect(201);
    let refused = bulk(1).await;
    assert_eq!(
        (refused.status.as_u16(), refused.detail()),
        (403, "Import limit reached for free plan. Upgrade your plan for more imports.")
    );
    subscribed(&client, "pro").await;
    assert_eq!(bulk(50).await.expect(201).as_array().map(Vec::len), Some(50));
    // All or nothing: 60 are used, 41 do not fit any more.
    let refused = bulk(41).await;
    assert_eq!(refused.detail(), "Import limit reached for pro plan. Upgrade your plan for more imports.");
    assert_eq!(client.get("/usage").await.expect(200)["metrics"][0]["used"], 60);
    bulk(40).await.expect(201);
}

#[tokio::test]
async fn the_overview_holds_everything() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let free = client.get("/billing/overview").await.expect(200);
    assert_eq!(names(&free), ["current_plan", "plan_name", "subscription", "usage", "plan", "status"]);
    assert_eq!((&free["current_plan"], &free["plan_name"]), (&"free".into(), &"Free".into()));
    assert!(free["subscription"].is_null());
    assert_eq!(free["usage"], client.get("/usage").await.expect(200));
    subscribed(&client, "pro").await;
    let pro = client.get("/billing/overview").await.expect(200);
    assert_eq!((&pro["current_plan"], &pro["plan_name"]), (&"pro".into(), &"Pro".into()));
    assert_eq!((&pro["plan"], &pro["status"]), (&"pro".into(), &"active".into()));
    assert_eq!(pro["subscription"], client.get("/billing/current").await.expect(200));
    assert_eq!(pro["usage"]["metrics"][0]["limit"], 100);
}

#[tokio::test]
async fn a_token_or_a_key_does() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let key = client.post("/api-keys", &json!({"name": "reader"})).await.expect(201)["key"].clone();
    let key = key.as_str().expect("a key").to_owned();
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = Request::get("/api/v1/usage");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.anonymous().request(request.body(Body::empty()).expect("a request")).await
    };
    assert_eq!(ask(&[("x-api-key", &key)]).await.expect(200)["plan"], "free");
    assert_eq!(ask(&[("authorization", "Bearer zork"), ("x-api-key", &key)]).await.status, 200);
    for headers in [&[][..], &[("x-api-key", "so_live_zork")], &[("authorization", "Bearer zork")]] {
        let refused = ask(headers).await;
        assert_eq!(
            (refused.status.as_u16(), refused.detail(), refused.header("www-authenticate")),
            (401, "Not authenticated. Provide a Bearer token or X-API-Key.", None)
        );
    }
    // A key that may only read does not spend money.
    let request = Request::post("/api/v1/billing/checkout").header("x-api-key", &key);
    let body = Body::from(json!({"plan": "pro"}).to_string());
    let refused = app.anonymous().request(request.body(body).expect("a request")).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}

#[tokio::test]
async fn watches_are_counted() {
    let app = Setup::default().plugins(&["aliexpress"]).start().await;
    let client = app.user().await;
    for n in 1..=2 {
        let watch = json!({"product_url": format!("https://www.aliexpress.com/item/{n}.html"), "source": "aliexpress"});
        client.post("/price-watches", &watch).await.expect(201);
    }
    assert_eq!(client.get("/usage").await.expect(200)["metrics"][1]["used"], 2);
}
