//! Names, aliases and parameters of operations.

use serde_json::{Map, Value};

use super::{each, tag, text};

/// Operations that are served under a second method as well, beside all those with
/// PUT, which are served under PATCH: path, described method, other method.
const ALSO: [(&str, &str, &str); 3] = [
    ("/api/v1/connections/{conn_id}/default", "post", "patch"),
    ("/api/v1/price-watches/{watch_id}", "patch", "put"),
    ("/api/v1/store-products/{product_id}", "patch", "put"),
];

/// Handlers are named by what they do, and several nouns know `create`: the noun
/// comes in front, so that a name means one operation.
pub(super) fn name(document: &mut Value) {
    each(document, |_, _, operation| {
        let noun = tag(operation).replace('-', "_");
        let verb = text(operation, "operationId");
        if !noun.is_empty() && !verb.starts_with(&format!("{noun}_")) {
            let name = format!("{noun}_{verb}");
            operation.insert("operationId".to_owned(), name.into());
        }
    });
}

/// The other method does the same.
pub(super) fn add_aliases(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, operations) in paths {
        let Some(operations) = operations.as_object_mut() else { continue };
        let listed = ALSO.iter().find(|(known, ..)| known == path);
        let (source, other) = listed.map_or(("put", "patch"), |(_, source, other)| (source, other));
        if operations.contains_key(other) {
            continue;
        }
        let described = operations.get(source).and_then(Value::as_object);
        if let Some(alias) = described.map(|operation| aliased(operation, source, other)) {
            operations.insert(other.to_owned(), alias.into());
        }
    }
}

fn aliased(operation: &Map<String, Value>, source: &str, other: &str) -> Map<String, Value> {
    let mut alias = operation.clone();
    let name = format!("{}_{other}", text(operation, "operationId"));
    alias.insert("operationId".to_owned(), name.into());
    let description = format!("The same as {}.", source.to_uppercase());
    alias.insert("description".to_owned(), description.into());
    alias
}

/// A parameter with a default need not be given, and none can be null.
pub(super) fn straighten_parameters(document: &mut Value) {
    each(document, |_, _, operation| {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if parameter.pointer("/schema/default").is_some() {
                parameter["required"] = false.into();
            }
            let kinds = parameter.pointer_mut("/schema/type");
            if let Some(kind) = kinds.and_then(|kinds| not_null(kinds).map(|kind| (kinds, kind))) {
                *kind.0 = kind.1;
            }
        }
    });
}

/// The one type beside null.
fn not_null(kinds: &Value) -> Option<Value> {
    kinds.as_array()?.iter().find(|kind| *kind != "null").cloned()
}
