use serde_json::{Value, json};

use super::complete;

fn described() -> Value {
    let mut document = json!({
        "paths": {
            "/api/v1/things/{thing_id}": {
                "put": {
                    "tags": ["things"], "operationId": "update", "security": [{"jwt": []}, {"key": ["write"]}],
                    "parameters": [
                        {"name": "thing_id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}},
                        {"name": "limit", "in": "query", "required": true,
                            "schema": {"type": ["integer", "null"], "default": 20}},
                    ],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
                },
            },
            "/api/v1/health": {"get": {"tags": ["health"], "operationId": "live", "responses": {"200": {}}}},
        },
        "components": {"schemas": {
            "Thing": {"type": "object", "properties": {
                "email": {"type": "string", "format": "email"},
                "sub": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Sub"}]},
                "many": {"type": "array", "items": {"$ref": "#/components/schemas/Sub"}},
            }},
            "Sub": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 3}}},
        }},
    });
    complete(&mut document);
    document
}

#[test]
fn operations_are_named_by_noun_and_verb_and_put_has_an_alias() {
    let document = described();
    let thing = &document["paths"]["/api/v1/things/{thing_id}"];
    assert_eq!(thing["put"]["operationId"], "things_update");
    assert_eq!(thing["patch"]["operationId"], "things_update_patch");
    assert_eq!(thing["put"]["parameters"][1]["required"], false);
    assert_eq!(thing["put"]["parameters"][1]["schema"]["type"], "integer");
}

#[test]
fn what_the_layers_answer_is_added() {
    let document = described();
    let answers = document["paths"]["/api/v1/things/{thing_id}"]["put"]["responses"].as_object();
    let statuses: Vec<&str> = answers.expect("answers").keys().map(String::as_str).collect();
    assert_eq!(statuses, ["200", "400", "401", "403", "413", "422", "429", "503"]);
    let health = document["paths"]["/api/v1/health"]["get"]["responses"].as_object();
    assert_eq!(health.map(serde_json::Map::len), Some(1));
    assert!(document.pointer("/components/responses/Busy/headers/Retry-After").is_some());
}

#[test]
fn examples_follow_the_schemas() {
    let document = described();
    let put = &document["paths"]["/api/v1/things/{thing_id}"]["put"];
    let example = &put["requestBody"]["content"]["application/json"]["example"];
    let expected = json!({"email": "merchant@example.com", "sub": {"size": 3}, "many": [{"size": 3}]});
    assert_eq!(
        (example, &put["responses"]["200"]["content"]["application/json"]["example"]),
        (&expected, &expected)
    );
    assert_eq!(
        put["responses"]["422"]["content"]["application/json"]["example"]["detail"][0]["loc"][1],
        "thing_id"
    );
}
