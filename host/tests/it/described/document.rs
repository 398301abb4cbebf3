use std::collections::BTreeSet;

use serde_json::{Value, json};

/// The description as it is served.
pub struct Document(pub Value);

/// One operation of it.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    document: &'a Document,
    pub path: &'a str,
    /// In lower case.
    pub method: &'a str,
    pub value: &'a Value,
}

/// Who may call an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Security {
    /// Nobody is asked who they are.
    pub is_public: bool,
    /// A login's token opens it.
    pub jwt: bool,
    /// A key with these scopes opens it; `None` when no key does.
    pub key: Option<BTreeSet<String>>,
}

impl Document {
    pub fn read() -> Self {
        Document(serde_json::from_str(&sourcepilot::http::openapi::json().expect("written")).expect("JSON"))
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("paths");
        let mut all = Vec::new();
        for (path, item) in paths {
            for (method, value) in item.as_object().expect("operations") {
                all.push(Operation { document: self, path, method, value });
            }
        }
        all
    }

    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        self.operations().into_iter().find(|operation| operation.method == method && operation.path == path)
    }

    /// What a value refers to, or the value itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let target = self.0.pointer(reference.trim_start_matches('#'));
                self.resolve(target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => value,
        }
    }

    /// What is wrong with a value by its schema.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        super::schema::faults(self, schema, value)
    }
}

impl<'a> Operation<'a> {
    pub fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// For messages: `GET /api/v1/imports`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub fn security(&self) -> Security {
        let choices = self.value["security"].as_array().map(Vec::as_slice).unwrap_or_default();
        let schemes = &self.document.0["components"]["securitySchemes"];
        let mut security = Security { is_public: choices.is_empty(), jwt: false, key: None };
        for (name, scopes) in choices.iter().filter_map(Value::as_object).flatten() {
            match (schemes[name]["type"].as_str(), schemes[name]["name"].as_str()) {
                (Some("http"), _) => security.jwt = true,
                (Some("apiKey"), Some(header)) if header.eq_ignore_ascii_case("x-api-key") => {
                    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
                    security.key = Some(scopes.map(str::to_owned).collect());
                }
                // Cookies of browsers and signatures of services have tests of their own.
                _ => {}
            }
        }
        security
    }

    pub fn answers(&self) -> impl Iterator<Item = (u16, &'a Value)> + use<'a> {
        let document = self.document;
        let answers = self.value["responses"].as_object().expect("answers").iter();
        answers.map(move |(status, answer)| (status.parse().expect("a status"), document.resolve(answer)))
    }

    pub fn can_answer(&self, status: u16) -> bool {
        self.answers().any(|(known, _)| known == status)
    }

    /// The schema and the example of the body as JSON.
    pub fn body(&self) -> Option<(&'a Value, &'a Value)> {
        let form = self.value.pointer("/requestBody/content/application~1json")?;
        Some((&form["schema"], &form["example"]))
    }

    pub fn parameters(&self, place: &str) -> Vec<&'a Value> {
        let all = self.value["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|parameter| parameter["in"] == place).collect()
    }

    /// The fields of the body with their schemas.
    pub fn fields(&self) -> Vec<(&'a str, &'a Value)> {
        let Some((schema, _)) = self.body() else { return Vec::new() };
        let schema = self.document.resolve(unwrapped(schema));
        let fields = schema["properties"].as_object().into_iter().flatten();
        fields.map(|(name, schema)| (name.as_str(), self.document.resolve(unwrapped(schema)))).collect()
    }

    /// The address with the parameters that must be given, `id` in place of those in
    /// the path.
    pub fn address(&self, id: &str) -> String {
        let query: Vec<(&str, String)> = self
            .parameters("query")
            .into_iter()
            .filter(|parameter| parameter["required"] == true)
            .map(|parameter| (parameter["name"].as_str().expect("a name"), plain(&parameter["example"])))
            .collect();
        self.address_with(id, &query)
    }

    pub fn address_with(&self, id: &str, query: &[(&str, String)]) -> String {
        let mut address = self.path.to_owned();
        for parameter in self.parameters("path") {
            address = address.replace(&format!("{{{}}}", parameter["name"].as_str().expect("a name")), id);
        }
        if query.is_empty() {
            return address;
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{address}?{query}")
    }
}

/// The schema beside null.
fn unwrapped(schema: &Value) -> &Value {
    let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    choices.into_iter().flatten().find(|choice| choice["type"] != "null").unwrap_or(schema)
}

/// A value as it stands in an address.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn schemas_are_enforced() {
    let document = Document::read();
    let refusal = json!({"$ref": "#/components/schemas/Refusal"});
    assert_eq!(document.faults(&refusal, &json!({"detail": "x"})), Vec::<String>::new());
    assert_eq!(document.faults(&refusal, &json!({"detail": 1})).len(), 1);
    assert_eq!(document.faults(&refusal, &json!({})).len(), 1);
    let odd = json!({"type": "string", "pattern": "x"});
    assert_eq!(document.faults(&odd, &json!("x")).len(), 1, "an unknown keyword is a fault");
    let nullable = json!({"oneOf": [{"type": "null"}, {"type": ["integer", "null"], "maximum": 3}]});
    assert_eq!(document.faults(&nullable, &json!(3)).len(), 0);
    assert_eq!(document.faults(&nullable, &json!(4)).len(), 1);
}
