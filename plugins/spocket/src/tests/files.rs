//! Files of JSON, and what is neither.

use serde_json::{Value, json};
use sourcepilot_sdk::{ErrorKind, Failure, Feed, Parsed};

use super::{U, call};
use crate::Spocket;
use crate::document::Document;

fn read(value: &Value) -> Parsed {
    Spocket::parse(&call(), "application/json", value.to_string().into_bytes()).expect("a feed")
}

fn refused(content_type: &str, text: &str) -> Failure {
    Spocket::parse(&call(), content_type, text.into()).expect_err(text)
}

fn lamp() -> Value {
    json!({"source_product_id": U, "title": "Lamp", "currency": "USD", "variants": [{"cost": 3.5}]})
}

#[test]
fn the_documented_file_is_read_whole() {
    let text = include_str!("../../tests/fixtures/documented.json");
    let parsed = Spocket::parse(&call(), "application/json; charset=utf-8", text.into()).expect("a feed");
    assert_eq!((parsed.items.len(), parsed.problem_count), (1, 0), "{:?}", parsed.problems);
    let item = &parsed.items[0];
    assert_eq!((item.id.as_str(), item.title.as_str()), (U, "Linen Table Runner"));
    assert_eq!(item.price.as_ref().map(|price| price.amount.as_str()), Some("11.40"));
    let document: Document = serde_json::from_str(&item.document).expect("a document");
    assert_eq!(document.description_html.as_deref(), Some("<p>Woven linen, 40 x 180 cm.</p>"));
    assert_eq!((document.variants[0].stock, document.shipping[1].days_max), (None, Some(12)));
    assert_eq!(document.observed_at.as_deref(), Some("2026-01-15T10:00:00Z"));
}

#[test]
fn lists_objects_around_lists_and_single_products() {
    for value in [
        json!([lamp()]),
        json!({"products": [lamp()]}),
        json!({"meta": 1, "items": [lamp()], "next": null}),
        lamp(),
    ] {
        let parsed = read(&value);
        assert_eq!((parsed.items.len(), parsed.problem_count), (1, 0), "{value}: {:?}", parsed.problems);
    }
    assert_eq!(read(&json!({"products": []})).items.len(), 0);
}

#[test]
fn one_bad_entry_costs_one_entry() {
    let mut twice = lamp();
    twice["title"] = json!("Again");
    let with_bad_variant = json!({
        "source_url": "https://app.spocket.co/product/00000000-0000-4000-8000-000000000001", "title": "Cup", "currency": "eur",
        "images": ["https://x.example/1.jpg", {"src": "https://x.example/2.jpg"}, "nonsense"],
        "variants": [
            {"options": [{"name": "Colour", "value": "Red"}], "cost": "3,50", "stock": "7"},
            {"options": {"Colour": "Blue"}, "cost": "-1"},
            "text",
        ],
    });
    let parsed = read(&json!([lamp(), 7, twice, {"title": "Nameless"}, with_bad_variant]));
    assert_eq!(parsed.items.len(), 2);
    let found: Vec<(Option<u32>, &str)> =
        parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    for ((line, message), (at, words)) in found.iter().zip([
        (2, "no JSON object"),
        (3, "already"),
        (4, "Nothing names"),
        (5, "images"),
        (5, "variants[1]"),
        (5, "variants[2]"),
    ]) {
        assert_eq!(*line, Some(at), "{message}");
        assert!(message.contains(words), "{words}: {message}");
    }
    assert_eq!(found.len(), 6, "{found:?}");
}

#[test]
fn what_is_no_feed_is_refused_with_advice() {
    for (content_type, text, words) in [
        ("text/csv", "", "empty"),
        ("text/csv", " \n ", "empty"),
        ("text/html", "<!DOCTYPE html><html></html>", "web page"),
        ("application/json", "[{\"title\": ", "line 1"),
        ("application/json", "title,cost\n", "line 1"),
        ("application/json", "[] []", "line 1"),
        ("application/json", "7", "no JSON"),
    ] {
        let failure = refused(content_type, text);
        assert_eq!(failure.kind, ErrorKind::InvalidInput, "{text}");
        assert!(failure.message.contains(words), "{words}: {}", failure.message);
    }
    // Deep nesting ends in a refusal, not in a broken stack.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refused("application/json", &deep).kind, ErrorKind::InvalidInput);
}
