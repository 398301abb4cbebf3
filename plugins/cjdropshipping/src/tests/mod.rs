//! The pure parts against addresses and answers, and calls over recorded answers.

mod accounts;
mod failures;
mod flows;
mod mutations;
mod products;
mod searches;
mod shipping;
mod urls;

use std::rc::Rc;

use serde_json::Value;
use sourcepilot_sdk::http::Response;
use sourcepilot_sdk::test::{Recorded, TestHost, context};
use sourcepilot_sdk::{Call, Product, Result};

use crate::convert;
use crate::envelope;
use crate::id::ProductId;
use crate::market::Market;
use crate::node::Node;
use crate::wire::Item;

const BASE: &str = "https://developers.cjdropshipping.com/api2.0/v1";
const PID: &str = "1712345678901234567";

/// The answer of `tests/fixtures/<name>.json`.
fn fixture(name: &str) -> Response {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    Response::new(200, text).with_header("content-type", "application/json")
}

fn data(name: &str) -> Value {
    envelope::data(&fixture(name)).unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
}

fn market() -> Market {
    Market::new(&serde_json::json!({}), &context())
}

fn product(name: &str) -> Result<Product> {
    product_for(name, &market())
}

fn product_for(name: &str, market: &Market) -> Result<Product> {
    let id = ProductId::read(PID).expect("an id");
    convert::product(Item::read(Node::new(&data(name))), &id, market)
}

/// A call of a connection that has these credentials.
fn call(recorded: &Recorded, credentials: &[&str]) -> Call {
    let host = credentials.iter().fold(TestHost::new(), |host, name| host.with_credential(name));
    Call::new(context(), Rc::new(recorded.clone()), Rc::new(host))
}

fn connected(recorded: &Recorded) -> Call {
    call(recorded, &["api_key", "access_token", "refresh_token"])
}
