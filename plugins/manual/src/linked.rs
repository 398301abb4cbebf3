//! Microdata and RDFa: properties on the elements that show them, read into the same
//! form as JSON-LD, so that one reader understands all three.

use serde_json::{Map, Value};

use crate::json_ld::last_part;
use crate::tree::{Element, Tree};

/// How a dialect marks things and their properties.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// Begins a thing.
    scope: &'static str,
    /// Names what it is.
    kind: &'static str,
    /// Names a property.
    property: &'static str,
    /// By which others refer to it.
    id: &'static [&'static str],
}

pub(crate) const MICRODATA: Dialect =
    Dialect { scope: "itemscope", kind: "itemtype", property: "itemprop", id: &["itemid"] };

pub(crate) const RDFA: Dialect =
    Dialect { scope: "typeof", kind: "typeof", property: "property", id: &["resource", "about"] };

const MOST_PROPERTIES: usize = 5000;
const DEEPEST: usize = 12;

/// The things that a page describes in a dialect.
pub(crate) fn things(tree: &Tree<'_>, dialect: &'static Dialect) -> Vec<Value> {
    let mut reader = Reader { tree, dialect, left: MOST_PROPERTIES };
    let top = |element: &Element<'_, '_>| {
        element.attribute(dialect.scope).is_some() && element.attribute(dialect.property).is_none()
    };
    let mut things = Vec::new();
    for element in tree.elements().filter(top) {
        things.push(reader.thing(&element, 0));
    }
    things
}

/// Properties that stand in no thing at all, as hand-made templates leave them: one
/// product, as far as a price is among them.
pub(crate) fn loose(tree: &Tree<'_>) -> Option<Value> {
    let mut reader = Reader { tree, dialect: &MICRODATA, left: MOST_PROPERTIES };
    let mut members = Map::new();
    reader.collect(&tree.root(), &mut members, 0, true);
    members.contains_key("price").then(|| {
        members.insert("@type".to_owned(), Value::from("Product"));
        Value::Object(members)
    })
}

struct Reader<'t, 'a> {
    tree: &'t Tree<'a>,
    dialect: &'static Dialect,
    left: usize,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn thing(&mut self, element: &Element<'t, 'a>, depth: usize) -> Value {
        let mut members = Map::new();
        let kinds = element.attribute(self.dialect.kind).unwrap_or_default();
        let kinds: Vec<Value> =
            kinds.split_whitespace().map(|kind| Value::from(last_part(kind.trim_end_matches('/')))).collect();
        members.insert("@type".to_owned(), Value::Array(kinds));
        if let Some(id) = self.dialect.id.iter().find_map(|name| element.attribute(name)) {
            members.insert("@id".to_owned(), Value::from(id));
        }
        if depth < DEEPEST {
            self.collect(element, &mut members, depth, false);
            for id in element.attribute("itemref").unwrap_or_default().split_whitespace().take(20) {
                if let Some(other) = self.tree.by_id(id).filter(|other| !other.contains(element)) {
                    self.take(&other, &mut members, depth);
                    self.collect(&other, &mut members, depth, false);
                }
            }
        }
        Value::Object(members)
    }

    /// The properties inside of an element, without those of things in it.
    fn collect(
        &mut self,
        element: &Element<'t, 'a>,
        members: &mut Map<String, Value>,
        depth: usize,
        skip: bool,
    ) {
        let mut done = element.index();
        for inner in element.inside() {
            if inner.index() <= done {
                continue;
            }
            let is_scope = inner.attribute(self.dialect.scope).is_some();
            if !(skip && is_scope) {
                self.take(&inner, members, depth);
            }
            if is_scope {
                done = inner.inside().last().map_or(inner.index(), |last| last.index());
            }
            if self.left == 0 {
                return;
            }
        }
    }

    fn take(&mut self, element: &Element<'t, 'a>, members: &mut Map<String, Value>, depth: usize) {
        let Some(names) = element.attribute(self.dialect.property) else { return };
        self.left = self.left.saturating_sub(1);
        let value = if element.attribute(self.dialect.scope).is_some() {
            self.thing(element, depth + 1)
        } else {
            Value::String(stated(element))
        };
        for name in names.split_whitespace().map(last_part) {
            add(members, name, value.clone());
        }
    }
}

/// The value of a property: an attribute made for it, or what a visitor sees.
fn stated(element: &Element<'_, '_>) -> String {
    let attribute = |names: &[&str]| {
        names.iter().find_map(|name| element.attribute(name)).filter(|value| !value.trim().is_empty())
    };
    if let Some(content) = attribute(&["content", "resource"]) {
        return content.to_owned();
    }
    let by_kind: &[&str] = if element.is("img") {
        &["data-zoom-image", "data-large_image", "data-src", "data-original", "data-lazy", "src"]
    } else if element.is_any(&["a", "link", "area"]) {
        &["href"]
    } else if element.is_any(&["source", "embed", "iframe", "video", "audio"]) {
        &["src"]
    } else if element.is_any(&["meter", "data", "input", "option"]) {
        &["value"]
    } else if element.is("time") {
        &["datetime"]
    } else {
        &[]
    };
    match attribute(by_kind) {
        Some(value) if !value.starts_with("data:") => value.to_owned(),
        _ if element.is("img") => attribute(&["srcset", "data-srcset"])
            .and_then(|set| set.split_whitespace().next())
            .unwrap_or_default()
            .to_owned(),
        _ => element.text(),
    }
}

fn add(members: &mut Map<String, Value>, name: &str, value: Value) {
    if value.as_str() == Some("") {
        return;
    }
    match members.get_mut(name) {
        None => drop(members.insert(name.to_owned(), value)),
        Some(Value::Array(values)) => values.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn microdata_keeps_its_nesting() {
        let tree = Tree::read(
            r#"<ol itemscope itemtype="http://schema.org/BreadcrumbList"><li itemprop="name">Home</ol>
            <div itemscope itemtype="http://schema.org/Product" itemref="more"><h1 itemprop="name">Cup</h1>
            <div itemprop="offers" itemscope itemtype="http://schema.org/Offer"><meta itemprop="price" content="3"><i itemprop="name">Offer</i></div>
            <img itemprop="image" src="a.jpg"><img itemprop="image" src="data:x" srcset="b.jpg 2x"></div><p id="more" itemprop="sku">1"#,
        );
        assert_eq!(
            things(&tree, &MICRODATA),
            [
                json!({"@type": ["BreadcrumbList"], "name": "Home"}),
                json!({"@type": ["Product"], "name": "Cup", "offers": {"@type": ["Offer"], "price": "3", "name": "Offer"},
                       "image": ["a.jpg", "b.jpg"], "sku": "1"}),
            ]
        );
    }

    #[test]
    fn rdfa_and_its_prefixes() {
        let tree = Tree::read(
            r##"<meta property="og:title" content="No"><div vocab="http://schema.org/" typeof="schema:Product" resource="#p">
            <b property="schema:name">Cup</b><span property="offers" typeof="Offer"><i property="price" content="3">x</i></span></div>"##,
        );
        assert_eq!(
            things(&tree, &RDFA),
            [
                json!({"@type": ["Product"], "@id": "#p", "name": "Cup", "offers": {"@type": ["Offer"], "price": "3"}})
            ]
        );
    }
}
