//! The bounds that the description names are those that requests are held to.

use serde_json::{Value, json};

use super::document::plain;
use super::world::{self, World};
use super::{Document, Operation};
use crate::util::{Client, Reply};

/// A value for a field, and whether the field is then at fault.
struct Case {
    value: Value,
    is_wrong: bool,
}

fn wrong(value: Value) -> Case {
    Case { value, is_wrong: true }
}

fn right(value: Value) -> Case {
    Case { value, is_wrong: false }
}

/// What a schema says about a field, as values on both sides of its bounds. A text or
/// list without bound is taken at its word.
fn cases(schema: &Value, is_text_only: bool) -> Vec<Case> {
    let bound = |name: &str| schema[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
    let kind = schema["type"].as_str().or_else(|| {
        schema["type"].as_array()?.iter().find_map(|kind| kind.as_str().filter(|kind| *kind != "null"))
    });
    match (kind.unwrap_or_default(), schema["format"].as_str().unwrap_or_default()) {
        ("string", "uuid") => vec![wrong("abc".into()), right(world::NOBODY.into())],
        ("string", "email") => vec![wrong("abc".into()), right("bound@example.com".into())],
        ("string", _) if schema.get("enum").is_some() => {
            vec![wrong("zork".into()), right(schema["enum"][0].clone())]
        }
        ("string", "") => texts(bound("minLength").unwrap_or(0), bound("maxLength"), is_text_only),
        ("string", "password") => texts(bound("minLength").unwrap_or(0), bound("maxLength"), is_text_only),
        ("integer", _) => integers(schema),
        ("boolean", _) => vec![wrong("zork".into()), right(true.into())],
        ("array", _) => lists(bound("minItems").unwrap_or(0), bound("maxItems")),
        ("object", _) if !is_text_only => vec![wrong("abc".into()), wrong(json!([1]))],
        _ => Vec::new(),
    }
}

fn texts(least: usize, most: Option<usize>, is_text_only: bool) -> Vec<Case> {
    let of = |length: usize| Value::String("a".repeat(length));
    let mut cases = vec![right(of(most.unwrap_or(60_000)))];
    cases.extend(most.map(|most| wrong(of(most + 1))));
    if least > 0 {
        cases.extend([wrong(of(least - 1)), right(of(least))]);
    }
    if !is_text_only {
        cases.extend([wrong(7.into()), wrong(json!({"a": 1}))]);
    }
    cases
}

fn integers(schema: &Value) -> Vec<Case> {
    let mut cases = vec![wrong("abc".into())];
    if let Some(least) = schema["minimum"].as_i64() {
        cases.extend([wrong((least - 1).into()), right(least.into())]);
    }
    match schema["maximum"].as_i64() {
        Some(most) => cases.extend([wrong((most + 1).into()), right(most.into())]),
        None => cases.push(right(i64::MAX.into())),
    }
    cases
}

fn lists(least: usize, most: Option<usize>) -> Vec<Case> {
    let of = |length: usize| Value::Array(vec!["https://shop.example/p".into(); length]);
    let mut cases = vec![wrong("abc".into())];
    cases.extend(most.into_iter().flat_map(|most| [wrong(of(most + 1)), right(of(most))]));
    if least > 0 {
        cases.push(wrong(of(least - 1)));
    }
    cases
}

/// Whether the answer says that this very field is wrong in itself.
fn blames(reply: &Reply, place: &str, field: &str) -> bool {
    reply.status == 422
        && reply.body["detail"].as_array().into_iter().flatten().any(|fault| {
            fault["loc"][0] == place
                && fault["loc"][1] == field
                && fault["loc"].as_array().map_or(0, Vec::len) == 2
        })
}

struct Check<'a> {
    client: &'a Client,
    operation: Operation<'a>,
    wrong: Vec<String>,
    cases: usize,
}

impl Check<'_> {
    fn note(&mut self, place: &str, field: &str, case: &Case, reply: &Reply) {
        self.cases += 1;
        let shown: String = case.value.to_string().chars().take(40).collect();
        if blames(reply, place, field) != case.is_wrong {
            let expected = if case.is_wrong { "should be refused" } else { "should be taken" };
            let text: String = reply.text.chars().take(300).collect();
            self.wrong.push(format!(
                "{} {place}.{field} = {shown} {expected}: {} {text}",
                self.operation.name(),
                reply.status
            ));
        }
    }

    async fn body(&mut self) {
        let Some((_, example)) = self.operation.body() else { return };
        for (field, schema) in self.operation.fields() {
            for case in cases(schema, false) {
                let mut body = example.clone();
                body[field] = case.value.clone();
                // One fault more, so that nothing happens when the field is in order.
                let spoiler = self.spoiler(field);
                if let Some((name, value)) = &spoiler {
                    body[*name] = value.clone();
                }
                let address = self.operation.address(world::NOBODY);
                let reply = world::send(self.client, self.operation.method, &address, Some(&body), &[]).await;
                self.note("body", field, &case, &reply);
            }
        }
    }

    /// Another field with a value that it cannot have.
    fn spoiler(&self, field: &str) -> Option<(&str, Value)> {
        let fields = self.operation.fields();
        let text = fields.iter().find(|(name, schema)| *name != field && schema["type"] == "string");
        text.map(|(name, _)| (*name, json!(7)))
    }

    async fn query(&mut self) {
        for parameter in self.operation.parameters("query") {
            let field = parameter["name"].as_str().expect("a name");
            for case in cases(&parameter["schema"], true) {
                let mut query: Vec<(&str, String)> = vec![(field, plain(&case.value))];
                for other in self.operation.parameters("query") {
                    let name = other["name"].as_str().expect("a name");
                    if name != field && other["required"] == true {
                        query.push((name, plain(&other["example"])));
                    }
                }
                let address = self.operation.address_with(world::NOBODY, &query);
                let reply = world::send(self.client, self.operation.method, &address, None, &[]).await;
                self.note("query", field, &case, &reply);
            }
        }
    }

    async fn path(&mut self) {
        for parameter in self.operation.parameters("path") {
            let field = parameter["name"].as_str().expect("a name");
            let body = self.operation.body().map(|(_, example)| example);
            for case in cases(&parameter["schema"], true) {
                let address = self.operation.address(&plain(&case.value));
                let reply = world::send(self.client, self.operation.method, &address, body, &[]).await;
                self.note("path", field, &case, &reply);
            }
        }
    }
}

#[tokio::test]
async fn bounds_hold_exactly_as_they_are_described() {
    let document = Document::read();
    let world = World::open().await;
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for operation in document.operations() {
        let client = world.caller(true).await.client;
        let mut check = Check { client: &client, operation, wrong: Vec::new(), cases: 0 };
        check.path().await;
        check.query().await;
        check.body().await;
        wrong.append(&mut check.wrong);
        cases += check.cases;
    }
    eprintln!("{cases} values on both sides of the described bounds");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 150, "{cases}");
}
