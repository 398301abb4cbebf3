//! JSON-LD as it stands in real pages: broken now and then, spread over blocks,
//! nested or linked.

use serde_json::{Map, Value};

use crate::entities;
use crate::page::not_blank;
use crate::relaxed;

/// How deep and how wide a page's data is looked at.
const DEEPEST: usize = 24;
const MOST_NODES: usize = 20_000;
const MOST_IDS: usize = 5_000;

/// The values of one block. What cannot be read even after the usual mistakes are
/// forgiven is left out.
pub(crate) fn read(block: &str) -> Vec<Value> {
    let text = unwrapped(block);
    let exact: Vec<Value> = serde_json::from_str(text).into_iter().collect();
    let decoded;
    let values = if exact.iter().any(holds_data) {
        exact
    } else if text.starts_with(['{', '[']) && !text.contains("&quot;") {
        forgiving(text)
    } else {
        decoded = entities::decode(text);
        forgiving(decoded.trim_start_matches(|c| c != '{' && c != '['))
    };
    if values.is_empty() {
        sourcepilot_sdk::debug!("a block of JSON-LD cannot be read ({} bytes)", block.len());
    }
    values.into_iter().flat_map(|value| unfolded(value, 2)).collect()
}

fn holds_data(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(elements) => elements.iter().any(holds_data),
        Value::String(text) => text.contains('{'),
        _ => false,
    }
}

fn forgiving(text: &str) -> Vec<Value> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((value, end)) = relaxed::read(rest) {
        if holds_data(&value) {
            values.push(value);
        }
        rest = rest[end..].trim_start_matches(|c| c != '{' && c != '[');
        if values.len() > 50 {
            break;
        }
    }
    values
}

/// Data that was encoded twice: a text that holds JSON.
fn unfolded(value: Value, depth: usize) -> Vec<Value> {
    match value {
        Value::String(text) if depth > 0 => {
            forgiving(text.trim()).into_iter().flat_map(|value| unfolded(value, depth - 1)).collect()
        }
        value => vec![named(value, 0)],
    }
}

/// With names as schema.org spells them; some generators write `Offers`.
fn named(value: Value, depth: usize) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(|value| named(value, depth + 1)).collect(),
        Value::Object(members) if depth <= DEEPEST => {
            let mut out = Map::new();
            for (name, value) in members {
                let small = name.starts_with(|c: char| c.is_ascii_uppercase());
                let name = if small { name[..1].to_ascii_lowercase() + &name[1..] } else { name };
                out.entry(name).or_insert_with(|| named(value, depth + 1));
            }
            Value::Object(out)
        }
        value => value,
    }
}

/// Without the comment marks that once hid scripts from old browsers.
fn unwrapped(block: &str) -> &str {
    let mut text = block.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    for mark in ["<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "/* <![CDATA[ */"] {
        text = text.strip_prefix(mark).unwrap_or(text).trim_start();
    }
    for mark in ["-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", ";"] {
        text = text.strip_suffix(mark).unwrap_or(text).trim_end();
    }
    text
}

/// All nodes of a page, with what links them.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    nodes: Vec<&'a Value>,
    /// Sorted by id.
    by_id: Vec<(&'a str, &'a Value)>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(data: &'a [Value]) -> Graph<'a> {
        let mut graph = Graph { nodes: Vec::new(), by_id: Vec::new() };
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
                        self.name(id, value);
                    }
                }
                members.values().for_each(|member| self.collect(member, depth + 1));
            }
            _ => {}
        }
    }

    /// The first node with an id is meant by it.
    fn name(&mut self, id: &'a str, node: &'a Value) {
        if let Err(place) = self.by_id.binary_search_by_key(&id, |(known, _)| known)
            && self.by_id.len() < MOST_IDS
        {
            self.by_id.insert(place, (id, node));
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
        link.and_then(|id| self.by_id.binary_search_by_key(&id, |(known, _)| known).ok())
            .map_or(value, |place| self.by_id[place].1)
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
