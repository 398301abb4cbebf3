//! Names, aliases and parameters of operations.

use serde_json::{Map, Value};

use super::{each, tag, text};

/// Operations that are served under PATCH as well, beside all those with PUT.
const ALSO_PATCH: [(&str, &str); 1] = [("/api/v1/connections/{conn_id}/default", "post")];

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

/// PATCH does what PUT does.
pub(super) fn add_aliases(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, operations) in paths {
        let Some(operations) = operations.as_object_mut() else { continue };
        let listed = ALSO_PATCH.iter().find(|(known, _)| known == path).map(|(_, method)| *method);
        let source = listed.unwrap_or("put");
        if operations.contains_key("patch") {
            continue;
        }
        if let Some(alias) = operations.get(source).and_then(Value::as_object).map(|it| aliased(it, source)) {
            operations.insert("patch".to_owned(), alias.into());
        }
    }
}

fn aliased(operation: &Map<String, Value>, source: &str) -> Map<String, Value> {
    let mut alias = operation.clone();
    let name = format!("{}_patch", text(operation, "operationId"));
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
