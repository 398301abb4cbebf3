//! What the layers around every handler can answer.

use serde_json::{Map, Value, json};

use super::{each, known, tag, text};

/// Not limited, and answers without asking anybody.
const ALWAYS: &str = "/api/v1/health";

/// Refusals that are the same everywhere, and their names among the components.
const SHARED: [(&str, &str); 4] =
    [("401", "NotAuthenticated"), ("413", "TooLarge"), ("429", "TooManyRequests"), ("503", "Busy")];

/// Add the answers that follow from what an operation takes and who may call it,
/// and say what each answer means.
pub(super) fn complete(document: &mut Value) {
    each(document, |path, _, operation| {
        let wanted = expected(path, operation);
        let (name, noun) = (text(operation, "operationId").to_owned(), tag(operation).to_owned());
        let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
        for status in wanted {
            answers.entry(status).or_insert_with(|| refused(&name, &noun, status));
        }
        for (status, answer) in answers.iter_mut() {
            describe(answer, &name, &noun, status);
        }
        answers.sort_keys();
    });
    share(document);
}

/// Which refusals an operation has whatever its handler does.
fn expected(path: &str, operation: &Map<String, Value>) -> Vec<&'static str> {
    let has = |place: &str| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        parameters.into_iter().flatten().any(|parameter| parameter["in"] == place)
    };
    let repeats = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let repeats = repeats.into_iter().any(|parameter| parameter["name"] == "Idempotency-Key");
    let schemes = operation.get("security").and_then(Value::as_array);
    let names = schemes.into_iter().flatten().filter_map(Value::as_object).flat_map(Map::keys);
    let is_protected = schemes.is_some_and(|schemes| !schemes.is_empty());
    // A key opens only what its scopes name; a login opens all that is the user's.
    let has_scopes = names.into_iter().any(|scheme| scheme != "jwt");
    let has_body = operation.contains_key("requestBody");
    let has_fields = operation.get("requestBody").and_then(|body| body.pointer(JSON_FORM)?.get("schema"));
    // A body that may be any object is read by its own rules.
    let has_fields =
        has_fields.is_some_and(|schema| schema["type"] != "object" || schema.get("properties").is_some());
    let asks_elsewhere = operation.get("responses").is_some_and(|answers| answers.get("502").is_some());
    let rules = [
        (is_protected, "401"),
        (has_scopes, "403"),
        // What is no text is no JSON either.
        (repeats || has_fields, "400"),
        // What the first request made may be gone by now.
        (repeats, "404"),
        (repeats, "409"),
        (has_fields || has("path") || has("query"), "422"),
        (has_body, "413"),
        (asks_elsewhere, "504"),
        (path != ALWAYS, "429"),
        (path != ALWAYS, "503"),
    ];
    rules.into_iter().filter(|(applies, _)| *applies).map(|(_, status)| status).collect()
}

const JSON_FORM: &str = "/content/application~1json";

fn refused(operation: &str, noun: &str, status: &str) -> Value {
    let shared = SHARED.iter().find(|(known, _)| *known == status);
    let own = known::refusal(operation, noun, status);
    if let Some((_, name)) = shared.filter(|_| own == known::refusal("", "", status)) {
        return json!({ "$ref": format!("#/components/responses/{name}") });
    }
    let form = if status == "422" { "Invalid" } else { "Refusal" };
    body(&json!({ "$ref": format!("#/components/schemas/{form}") }))
}

fn body(schema: &Value) -> Value {
    json!({ "content": { "application/json": { "schema": schema } } })
}

/// Say what an answer means, with its headers and, for a refusal, its sentence.
fn describe(answer: &mut Value, operation: &str, noun: &str, status: &str) {
    let Some(fields) = answer.as_object_mut().filter(|fields| !fields.contains_key("$ref")) else { return };
    let said = fields.get("description").and_then(Value::as_str).unwrap_or_default();
    if said.is_empty() {
        let meaning = known::meaning(status);
        // It stands first, as readers expect.
        let rest = std::mem::take(fields);
        fields.insert("description".to_owned(), meaning.into());
        fields.extend(rest.into_iter().filter(|(name, _)| name != "description"));
    }
    if matches!(status, "429" | "503") {
        let header = json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } });
        fields.entry("headers").or_insert(header);
    }
    if let Some(form) = answer.pointer_mut(JSON_FORM)
        && form["schema"]["$ref"] == "#/components/schemas/Refusal"
        && form.get("example").is_none()
        && let Some(sentence) = known::refusal(operation, noun, status)
    {
        form["example"] = json!({ "detail": sentence });
    }
}

/// Name the refusals and headers that operations refer to.
fn share(document: &mut Value) {
    let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) else { return };
    let responses = SHARED.iter().map(|(status, name)| {
        let mut answer = body(&json!({ "$ref": "#/components/schemas/Refusal" }));
        describe(&mut answer, "", "", status);
        ((*name).to_owned(), answer)
    });
    components.insert("responses".to_owned(), Value::Object(responses.collect()));
    let seconds = json!({
        "description": "After so many seconds another try makes sense",
        "schema": { "type": "integer", "minimum": 1 },
        "example": 5,
    });
    components.insert("headers".to_owned(), json!({ "RetryAfter": seconds }));
}
