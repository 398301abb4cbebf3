//! Values and sentences for examples.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static KNOWN: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// A value for a field, by the schema it stands in or by its name alone.
pub(super) fn value(owner: &str, field: &str) -> Option<&'static Value> {
    let values = group("values")?;
    values.get(&format!("{owner}.{field}"))
}

/// A value that a field of this name has wherever it stands.
pub(super) fn value_of_name(field: &str) -> Option<&'static Value> {
    group("values")?.get(field)
}

/// What an operation says with this status: its own sentence, its noun's, or
/// everybody's.
pub(super) fn refusal(operation: &str, noun: &str, status: &str) -> Option<&'static str> {
    let refusals = group("refusals")?;
    [operation, noun, "*"].iter().find_map(|who| refusals.get(*who)?.get(status)?.as_str())
}

/// What a status means, in a few words.
pub(super) fn meaning(status: &str) -> &'static str {
    group("meanings").and_then(|all| all.get(status)).and_then(Value::as_str).unwrap_or("Answered")
}

fn group(name: &str) -> Option<&'static Map<String, Value>> {
    KNOWN.get(name)?.as_object()
}
