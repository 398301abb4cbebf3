//! Reading JSON that is sent in several shapes.
//!
//! The same member comes as number, as text or as nothing, and lists come as JSON
//! inside of text. A missing or odd member is never an error here: what a product
//! cannot do without is decided where it is converted.

use serde_json::Value;
use sourcepilot_sdk::json;

/// A place in an answer, possibly an absent one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a>(Option<&'a Value>);

impl<'a> Node<'a> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Node(Some(value).filter(|value| !value.is_null()))
    }

    /// A member of an object; absent when this is none.
    pub(crate) fn get(self, name: &str) -> Node<'a> {
        Node(self.0.and_then(|value| value.get(name)).filter(|value| !value.is_null()))
    }

    pub(crate) fn exists(self) -> bool {
        self.0.is_some()
    }

    /// Text that is not blank, whether sent as text, number or boolean.
    pub(crate) fn text(self) -> Option<String> {
        json::text(self.0?).filter(|text| text != "null")
    }

    /// The first of several members that has text.
    pub(crate) fn first_text(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name).text())
    }

    /// A whole number from 0; fractions are cut off.
    pub(crate) fn whole(self) -> Option<u64> {
        let text = self.text()?;
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        fraction.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.parse().ok())?
    }

    /// The first of several members that is a whole number.
    pub(crate) fn first_whole(self, names: &[&str]) -> Option<u64> {
        names.iter().find_map(|name| self.get(name).whole())
    }

    /// `true`, `1`, `"1"` and their opposites.
    pub(crate) fn flag(self) -> Option<bool> {
        json::flag(self.0?)
    }

    /// The elements of a list; nothing when this is none.
    pub(crate) fn list(self) -> Vec<Node<'a>> {
        let elements = self.0.and_then(Value::as_array).into_iter().flatten();
        elements.map(Node::new).filter(|node| node.exists()).collect()
    }

    /// Texts, sent as a list, as a list inside of text, or as one text.
    pub(crate) fn texts(self) -> Vec<String> {
        let inside = |text: &str| text.starts_with('[').then(|| serde_json::from_str::<Value>(text).ok())?;
        match self.0 {
            Some(Value::String(text)) => match inside(text.trim()) {
                Some(list) => Node::new(&list).texts(),
                None => self.text().into_iter().collect(),
            },
            Some(Value::Array(_)) => self.list().into_iter().filter_map(Node::text).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_come_as_text_number_or_nothing() {
        let value =
            json!({"a": "3", "b": 3, "c": null, "d": "null", "e": " ", "f": 130.0, "g": "1", "h": -1});
        let node = Node::new(&value);
        assert_eq!(
            (node.get("a").text().as_deref(), node.get("b").text().as_deref()),
            (Some("3"), Some("3"))
        );
        for absent in ["c", "d", "e", "x"] {
            assert_eq!(node.get(absent).text(), None, "{absent}");
        }
        assert_eq!((node.get("f").whole(), node.get("h").whole()), (Some(130), None));
        assert_eq!(node.get("g").flag(), Some(true));
    }

    #[test]
    fn large_ids_keep_every_digit() {
        let value: Value = serde_json::from_str(r#"{"pid": 2508080521221628200}"#).unwrap();
        assert_eq!(Node::new(&value).get("pid").text().as_deref(), Some("2508080521221628200"));
    }

    #[test]
    fn lists_of_texts_come_in_three_shapes() {
        for value in [json!(["a", "b"]), json!("[\"a\", \"b\"]"), json!(["a", null, "b", ""])] {
            assert_eq!(Node::new(&value).texts(), ["a", "b"], "{value}");
        }
        assert_eq!(Node::new(&json!("a")).texts(), ["a"]);
        assert_eq!(Node::new(&json!("[broken")).texts(), ["[broken"]);
        assert!(Node::new(&json!({})).texts().is_empty() && Node::new(&json!("[]")).texts().is_empty());
    }
}
