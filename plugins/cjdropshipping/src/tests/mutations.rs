//! Whatever part of an answer is missing, empty or of another type, the plugin
//! answers with a result or a failure, and never with a price that was not sent.

use serde_json::{Value, json};
use sourcepilot_sdk::http::Response;

use super::{PID, fixture, market};
use crate::freight::{self, Shipment};
use crate::id::ProductId;
use crate::node::Node;
use crate::wire::Item;
use crate::{convert, envelope, search};

/// The data of every answer that differs from `name` in one place, where it is one.
fn mutations(name: &str) -> Vec<Value> {
    let odd = [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!(-1),
        json!(true),
        json!([[{}]]),
        json!("[\"a\","),
    ];
    let answer: Value = fixture(name).json().expect("JSON");
    let mut paths = Vec::new();
    collect(&answer, String::new(), &mut paths);
    let mutate = |path: &String| {
        odd.clone().map(|value| {
            let mut changed = answer.clone();
            *changed.pointer_mut(path).expect("a path of the answer") = value;
            Response::new_json(200, &changed)
        })
    };
    paths.iter().flat_map(mutate).filter_map(|response| envelope::data(&response).ok()).collect()
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| collect(inner, format!("{path}/{name}"), paths));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, inner)| collect(inner, format!("{path}/{at}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}

#[test]
fn products_survive_any_odd_part() {
    let mut read = 0;
    for data in mutations("product-usual") {
        let item = Item::read(Node::new(&data));
        let Ok(product) = convert::product(item, &ProductId::read(PID).unwrap(), &market()) else { continue };
        read += 1;
        assert!(!product.variants.is_empty() && !product.title.is_empty());
        for variant in &product.variants {
            assert!(
                ["4.10", "4.30", "6.35"].contains(&variant.price.amount.as_str()),
                "{}",
                variant.price.amount
            );
            assert_eq!(variant.options.len(), product.variants[0].options.len());
        }
        assert!(product.images.iter().all(|image| image.starts_with("https://")));
    }
    assert!(read > 300, "only {read} were read: the plugin gives up too easily");
}

#[test]
fn searches_and_deliveries_survive_any_odd_part() {
    let mut read = 0;
    for data in mutations("search-usual") {
        for hit in search::chunk(Node::new(&data)).hits.iter().flatten() {
            read += 1;
            assert!(hit.price.as_ref().is_none_or(|price| ["3.90", "4.10"].contains(&price.amount.as_str())));
        }
    }
    assert!(read > 200, "only {read} hits were read");
    let shipment = Shipment { vid: "1", quantity: 1, origin: "CN", free: false };
    for data in mutations("freight-usual") {
        for quote in freight::quotes(Node::new(&data), &shipment, &market()).into_iter().flatten() {
            let cost = quote.cost.as_ref().map(|cost| cost.amount.as_str());
            assert!(matches!(cost, None | Some("3.68" | "15.30" | "14.20")), "{quote:?}");
        }
    }
}
