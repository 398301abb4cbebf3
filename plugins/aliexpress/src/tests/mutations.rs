//! Whatever part of an answer is missing, empty or of another type, the plugin
//! answers with a result or a failure, and never with a price that was not sent.

use serde_json::{Value, json};

use super::{fixture, market};
use crate::freight::{self, Shipment};
use crate::id::ProductId;
use crate::{convert, envelope, search};

/// Every answer that differs from `answer` in one place.
fn mutations(answer: &Value) -> Vec<Value> {
    let odd = [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!(-1),
        json!(true),
        json!([[{}]]),
        json!("{\"a\":["),
    ];
    let mut paths = Vec::new();
    collect(answer, String::new(), &mut paths);
    let mutate = |path: &String| {
        odd.clone().map(|value| {
            let mut changed = answer.clone();
            *changed.pointer_mut(path).expect("a path of the answer") = value;
            changed
        })
    };
    paths.iter().flat_map(mutate).collect()
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
    let sent = ["3.99", "7.98", "4.49"];
    let mut read = 0;
    for answer in mutations(&fixture("product-wrapped")) {
        let item = envelope::business(&answer, "aliexpress.ds.product.get").and_then(envelope::item);
        let Ok(item) = item else { continue };
        let Ok(product) = convert::product(item, &ProductId::read("1005001111222333").unwrap(), &market())
        else {
            continue;
        };
        read += 1;
        assert!(!product.variants.is_empty() && !product.title.is_empty());
        for variant in &product.variants {
            assert!(sent.contains(&variant.price.amount.as_str()), "{}", variant.price.amount);
            assert_eq!(variant.options.len(), product.variants[0].options.len());
        }
        assert!(product.images.iter().all(|image| image.starts_with("https://")));
    }
    assert!(read > 300, "only {read} were read: the plugin gives up too easily");
}

#[test]
fn searches_and_deliveries_survive_any_odd_part() {
    for answer in mutations(&fixture("search-wrapped")) {
        let page = envelope::business(&answer, "aliexpress.ds.text.search")
            .and_then(|root| search::chunk(root, &market()));
        for hit in page.iter().flat_map(|page| page.hits.iter().flatten()) {
            assert!(
                hit.price.as_ref().is_none_or(|price| ["3.99", "31.10"].contains(&price.amount.as_str()))
            );
        }
    }
    let shipment = Shipment { product: "1", sku: "1", quantity: 1, price: None };
    for answer in mutations(&fixture("freight-options")) {
        let quotes = envelope::business(&answer, "aliexpress.ds.freight.query")
            .and_then(|root| freight::quotes(root, &shipment, &market()));
        for quote in quotes.into_iter().flatten() {
            let cost = quote.cost.as_ref().map(|cost| cost.amount.as_str());
            assert!(matches!(cost, None | Some("0.00" | "1.99" | "172.71")), "{quote:?}");
        }
    }
    for answer in mutations(&fixture("token-granted")) {
        let _ = envelope::system(&answer);
    }
}
