mod checkout;
mod plans;
mod usage;

use serde_json::{Value, json};

use crate::util::Client;

/// Subscribe in play money.
async fn subscribed(client: &Client, plan: &str) -> Value {
    client.post("/billing/checkout", &json!({"plan": plan})).await.expect(201)
}
