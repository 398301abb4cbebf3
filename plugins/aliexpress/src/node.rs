//! Reading JSON that is sent in several shapes.
//!
//! The gateway sends numbers as text and text as numbers, wraps lists into objects
//! with one member, sends an empty list as `{}`, a single element sometimes without
//! its list, and JSON inside of text. A missing or odd field is never an error
//! here: what a product cannot do without is decided where it is converted.

use serde_json::Value;

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
        let text = match self.0? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        (!text.is_empty() && text != "null").then_some(text)
    }

    /// The first of several members that has text.
    pub(crate) fn first_text(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name).text())
    }

    /// `true`, `"true"`, `1`, `"Y"` and their opposites.
    pub(crate) fn flag(self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "1" | "y" | "yes" => Some(true),
            "false" | "0" | "n" | "no" => Some(false),
            _ => None,
        }
    }

    /// A whole number from 0; fractions are cut off.
    pub(crate) fn whole(self) -> Option<u64> {
        let text = self.text()?;
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        fraction.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.parse().ok())?
    }

    /// The elements of a list in any of its shapes.
    pub(crate) fn list(self) -> Vec<Node<'a>> {
        match self.0 {
            Some(Value::Array(elements)) => {
                elements.iter().map(Node::new).filter(|node| node.exists()).collect()
            }
            Some(Value::Object(members)) => match members.values().next() {
                None => Vec::new(),
                Some(inner @ (Value::Array(_) | Value::Object(_))) if members.len() == 1 => {
                    Node::new(inner).elements()
                }
                Some(_) => vec![self],
            },
            _ => Vec::new(),
        }
    }

    /// The inside of a wrapper: an array, or one element in place of it.
    fn elements(self) -> Vec<Node<'a>> {
        match self.0 {
            Some(Value::Object(members)) if members.is_empty() => Vec::new(),
            Some(Value::Object(_)) => vec![self],
            _ => self.list(),
        }
    }

    /// A list of plain values, in any of its shapes.
    pub(crate) fn texts(self) -> Vec<String> {
        self.list().into_iter().filter_map(Node::text).collect()
    }

    /// What is inside of a text that holds JSON; an object or list that was sent as
    /// such is taken as it is.
    pub(crate) fn embedded(self) -> Option<Value> {
        match self.0? {
            Value::String(text) => serde_json::from_str(text.trim()).ok(),
            value @ (Value::Object(_) | Value::Array(_)) => Some(value.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(list: &Value) -> Vec<String> {
        Node::new(list).list().into_iter().filter_map(|node| node.get("id").text()).collect()
    }

    #[test]
    fn lists_come_in_six_shapes() {
        assert_eq!(ids(&json!([{"id": 1}, {"id": 2}])), ["1", "2"]);
        assert_eq!(ids(&json!({"item_d_t_o": [{"id": 1}, {"id": 2}]})), ["1", "2"]);
        assert_eq!(ids(&json!({"item_d_t_o": {"id": 1, "name": "one"}})), ["1"]);
        assert_eq!(ids(&json!({"item_d_t_o": {"id": 1}})), ["1"]);
        assert_eq!(ids(&json!({"id": 1, "name": "one"})), ["1"]);
        for empty in [
            json!({}),
            json!([]),
            json!(null),
            json!(""),
            json!({"item_d_t_o": []}),
            json!({"item_d_t_o": {}}),
        ] {
            assert!(ids(&empty).is_empty(), "{empty}");
        }
        assert_eq!(Node::new(&json!({"number": [1005, "1006"]})).texts(), ["1005", "1006"]);
    }

    #[test]
    fn scalars_come_as_text_or_as_themselves() {
        let value =
            json!({"a": "200", "b": 200, "c": "true", "d": true, "e": 12.0, "f": "", "g": null, "h": -1});
        let node = Node::new(&value);
        assert_eq!((node.get("a").whole(), node.get("b").whole()), (Some(200), Some(200)));
        assert_eq!((node.get("c").flag(), node.get("d").flag()), (Some(true), Some(true)));
        assert_eq!(node.get("e").whole(), Some(12));
        assert_eq!((node.get("f").text(), node.get("g").text()), (None, None));
        assert_eq!((node.get("h").whole(), node.get("x").whole()), (None, None));
    }

    #[test]
    fn large_ids_keep_every_digit() {
        let value: Value = serde_json::from_str(r#"{"id": 12000044000000001}"#).unwrap();
        assert_eq!(Node::new(&value).get("id").text().as_deref(), Some("12000044000000001"));
    }
}
