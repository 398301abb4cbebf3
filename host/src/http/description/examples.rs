//! Examples of requests and answers.

use serde_json::{Map, Value, json};

use super::sample::Sampler;
use super::{each, text};

const JSON: &str = "application/json";

/// Give every operation an example of its parameters, its body and its answers.
pub(super) fn complete(document: &mut Value) {
    let sampler = Sampler::new(document);
    each(document, |_, _, operation| {
        let name = text(operation, "operationId").to_owned();
        let wrong = invalid(operation, &sampler);
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let field = parameter["name"].as_str().unwrap_or_default().to_owned();
            let value = sampler.sample(&parameter["schema"], &name, &field);
            if !value.is_null() {
                set(parameter, &value);
            }
        }
        if let Some(content) = operation.get_mut("requestBody").and_then(|body| body.pointer_mut("/content"))
        {
            illustrate(content, &sampler, &name);
        }
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, answer) in answers.into_iter().flatten() {
            let Some(content) = answer.get_mut("content") else { continue };
            if status == "422"
                && let Some(json) = content.get_mut(JSON)
            {
                set(json, &wrong);
            }
            illustrate(content, &sampler, &name);
        }
    });
}

/// Give every form of a body an example that has none.
fn illustrate(content: &mut Value, sampler: &Sampler, operation: &str) {
    for (kind, form) in content.as_object_mut().into_iter().flatten() {
        let schema = form.get("schema").cloned().unwrap_or_default();
        if kind == JSON {
            set(form, &sampler.sample(&schema, operation, "body"));
        } else if let Some(value) = super::known::value(operation, kind) {
            set(form, value);
        }
    }
}

fn set(place: &mut Value, example: &Value) {
    let has_one = place.get("example").is_some() || place.get("examples").is_some();
    if let (false, Some(fields)) = (has_one, place.as_object_mut()) {
        fields.insert("example".to_owned(), example.clone());
    }
}

/// A 422 of this operation: a field that is missing, or not of its type.
fn invalid(operation: &Map<String, Value>, sampler: &Sampler) -> Value {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let of = |place: &str| parameters.into_iter().flatten().find(|parameter| parameter["in"] == place);
    let body =
        operation.get("requestBody").and_then(|body| body.pointer("/content/application~1json/schema"));
    let fault = match (of("path"), body, of("query")) {
        (Some(id), _, _) => {
            let error = "invalid length: expected length 32 for simple format, found 3";
            json!({"type": "uuid_parsing", "loc": ["path", id["name"]],
                "msg": format!("Input should be a valid UUID, {error}"), "input": "abc", "ctx": {"error": error}})
        }
        (None, Some(schema), _) => match sampler.required(schema).first() {
            Some(field) => missing(&json!(["body", field]), &json!({})),
            None => missing(&json!(["body"]), &Value::Null),
        },
        (None, None, Some(query)) => missing(&json!(["query", query["name"]]), &Value::Null),
        (None, None, None) => missing(&json!(["body"]), &Value::Null),
    };
    json!({ "detail": [fault] })
}

fn missing(place: &Value, input: &Value) -> Value {
    json!({"type": "missing", "loc": place, "msg": "Field required", "input": input})
}
