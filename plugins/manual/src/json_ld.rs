//! JSON-LD as it stands in real pages: broken now and then, spread over blocks,
//! nested or linked.

use std::collections::BTreeMap;

use serde_json::{Deserializer, Value};

use crate::entities;
use crate::page::not_blank;

/// How deep and how wide a page's data is looked at.
const DEEPEST: usize = 24;
const MOST_NODES: usize = 20_000;

/// The values of one block. What cannot be read even after the usual mistakes are
/// mended is left out.
pub(crate) fn read(block: &str) -> Vec<Value> {
    let text = unwrapped(block);
    for attempt in [text.to_owned(), mended(text), mended(&entities::decode(text))] {
        let values: Vec<Value> = Deserializer::from_str(&attempt).into_iter().map_while(Result::ok).collect();
        if !values.is_empty() {
            return values;
        }
    }
    sourcepilot_sdk::debug!("a block of JSON-LD cannot be read ({} bytes)", block.len());
    Vec::new()
}

/// Without the comment marks that once hid scripts from old browsers.
fn unwrapped(block: &str) -> &str {
    let mut text = block.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    for mark in ["<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA["] {
        text = text.strip_prefix(mark).unwrap_or(text).trim_start();
    }
    for mark in ["-->", "//]]>", "// ]]>", "/*]]>*/", "]]>", ";"] {
        text = text.strip_suffix(mark).unwrap_or(text).trim_end();
    }
    text
}

/// With line breaks inside of strings escaped and commas before a closing bracket
/// removed.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
        match c {
            '\n' | '\r' | '\t' if in_string => out.push(' '),
            c if c.is_control() && in_string => {}
            '}' | ']' if !in_string => {
                let end = out.trim_end().len();
                if out[..end].ends_with(',') {
                    out.truncate(end - 1);
                }
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// All nodes of a page, with what links them.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    nodes: Vec<&'a Value>,
    by_id: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(data: &'a [Value]) -> Graph<'a> {
        let mut graph = Graph { nodes: Vec::new(), by_id: BTreeMap::new() };
        for value in data {
            graph.collect(value, 0);
        }
        graph
    }

    fn collect(&mut self, value: &'a Value, depth: usize) {
        if depth > DEEPEST || self.nodes.len() >= MOST_NODES {
            return;
        }
        match value {
            Value::Array(elements) => elements.iter().for_each(|element| self.collect(element, depth + 1)),
            Value::Object(members) => {
                if members.contains_key("@type") {
                    self.nodes.push(value);
                    if let Some(id) = value["@id"].as_str() {
                        self.by_id.entry(id).or_insert(value);
                    }
                }
                members.values().for_each(|member| self.collect(member, depth + 1));
            }
            _ => {}
        }
    }

    /// The nodes of a type, in the order of the page.
    pub(crate) fn of_type(&self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        self.nodes.iter().copied().filter(move |node| is_type(node, name))
    }

    /// The members of a property as a list, links replaced by what they lead to.
    pub(crate) fn list(&self, node: &'a Value, name: &str) -> Vec<&'a Value> {
        let elements = match &node[name] {
            Value::Null => &[],
            Value::Array(elements) => elements.as_slice(),
            single => std::slice::from_ref(single),
        };
        elements.iter().map(|element| self.follow(element)).collect()
    }

    /// The first member of a property.
    pub(crate) fn one(&self, node: &'a Value, name: &str) -> Option<&'a Value> {
        self.list(node, name).into_iter().next()
    }

    fn follow(&self, value: &'a Value) -> &'a Value {
        let link =
            value["@id"].as_str().filter(|_| value.as_object().is_some_and(|members| members.len() == 1));
        link.and_then(|id| self.by_id.get(id).copied()).unwrap_or(value)
    }
}

/// Whether a node has a type, however its name is spelled.
pub(crate) fn is_type(node: &Value, name: &str) -> bool {
    match &node["@type"] {
        Value::String(kind) => last_part(kind) == name,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(|kind| last_part(kind) == name),
        _ => false,
    }
}

/// The name at the end of `https://schema.org/Product` or `schema:Product`.
pub(crate) fn last_part(name: &str) -> &str {
    name.trim().rsplit(['/', '#', ':']).next().unwrap_or_default()
}

/// The text of a value: itself, its first element, its `@value` or its `name`.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => not_blank(&entities::decode(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(elements) => elements.iter().find_map(text),
        Value::Object(_) => [&value["@value"], &value["name"]].into_iter().find_map(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_mistakes_are_mended() {
        for block in [
            r#"{"name": "Cup"}"#,
            "\u{feff}\n{\"name\": \"Cup\",}\n;",
            "<!-- {\"name\": \"Cup\"} -->",
            "//<![CDATA[\n{\"name\": \"Cup\", \"description\": \"two\nlines\",\n}\n//]]>",
            "{&quot;name&quot;: &quot;Cup&quot;}",
            "{\"name\": \"Cup\"} {\"broken",
            "{\"name\": \"Cup\", \"list\": [1, 2, ], \"quote\": \"a \\\" b,}\"}",
        ] {
            let values = read(block);
            assert_eq!(values.first().and_then(|value| value["name"].as_str()), Some("Cup"), "{block}");
        }
        assert!(read("{\"name\": ").is_empty());
        assert!(read(&"[".repeat(100_000)).is_empty());
    }

    #[test]
    fn links_are_followed_and_types_have_many_spellings() {
        let data = read(
            r##"{"@graph": [{"@type": ["Thing", "schema:Product"], "offers": {"@id": "#o"}},
                 {"@type": "https://schema.org/Offer", "@id": "#o", "price": 5}]}"##,
        );
        let graph = Graph::new(&data);
        let product = graph.of_type("Product").next().unwrap();
        assert_eq!(graph.one(product, "offers").unwrap()["price"], 5);
        assert_eq!(graph.of_type("Offer").count(), 1);
    }
}
