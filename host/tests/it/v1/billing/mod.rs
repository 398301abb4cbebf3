mod canary;
mod checkout;
mod deliveries;
mod money;
mod outages;
mod plans;
mod usage;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use sourcepilot_sandbox::{Delivery, StripeControl};

use crate::util::{Client, Reply, Setup, TestApp};

/// Subscribe in play money.
async fn subscribed(client: &Client, plan: &str) -> Value {
    client.post("/billing/checkout", &json!({"plan": plan})).await.expect(201)
}

/// With the demo world's Stripe in the place of the real one.
async fn with_stripe() -> (TestApp, StripeControl) {
    let app = Setup::default().set("RATE_LIMIT_PER_ADDRESS", "0").stripe().start().await;
    let stripe = app.world.as_ref().expect("a world").control().stripe();
    (app, stripe)
}

async fn checkout(client: &Client, plan: &str) -> Reply {
    client.post("/billing/checkout", &json!({"plan": plan})).await
}

/// The id of a new payment page.
async fn page(client: &Client, plan: &str) -> String {
    checkout(client, plan).await.expect(201)["session_id"].as_str().expect("an id").to_owned()
}

async fn deliver(app: &TestApp, delivery: Delivery) -> u16 {
    let request = Request::post("/api/v1/webhooks/stripe").header("stripe-signature", delivery.signature);
    let request = request.body(Body::from(delivery.body)).expect("a request");
    app.anonymous().request(request).await.status.as_u16()
}

/// Everything that has happened at Stripe, in order.
async fn deliver_all(app: &TestApp, stripe: &StripeControl) {
    for delivery in stripe.deliveries(0) {
        assert_eq!(deliver(app, delivery).await, 200);
    }
}

async fn current(client: &Client) -> Value {
    client.get("/billing/current").await.expect(200)
}

async fn plan(client: &Client) -> String {
    client.get("/auth/me").await.expect(200)["plan"].as_str().expect("a plan").to_owned()
}
