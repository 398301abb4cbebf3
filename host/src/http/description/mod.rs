//! What handlers do not say about themselves in the API's description, because it
//! follows from rules that hold for all of them: names, aliases, what every layer
//! can answer, examples. A new operation gets all of it without doing anything.

mod answers;
mod examples;
mod known;
mod operations;
mod sample;

use serde_json::{Map, Value};

/// Complete a description as the handlers gave it.
pub fn complete(document: &mut Value) {
    operations::name(document);
    operations::add_aliases(document);
    operations::straighten_parameters(document);
    answers::complete(document);
    examples::complete(document);
}

/// The methods that an operation can have, in lower case as descriptions write them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Change every operation; `path` and `method` say which.
fn each(document: &mut Value, mut change: impl FnMut(&str, &str, &mut Map<String, Value>)) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, operations) in paths {
        let Some(operations) = operations.as_object_mut() else { continue };
        for (method, operation) in
            operations.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str()))
        {
            if let Some(operation) = operation.as_object_mut() {
                change(path, method, operation);
            }
        }
    }
}

/// The text in this field of an operation.
fn text<'a>(operation: &'a Map<String, Value>, field: &str) -> &'a str {
    operation.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The first tag of an operation: its noun.
fn tag(operation: &Map<String, Value>) -> &str {
    operation.get("tags").and_then(|tags| tags.get(0)).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
