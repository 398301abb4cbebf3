//! Data that nearly is JSON: what people and templates really write into pages, and
//! the object literals of scripts.
//!
//! Forgiven are comments, trailing and missing commas, single quotes, names without
//! quotes, line breaks inside of texts, unknown escapes, words such as `undefined`,
//! and an end that is missing.

use serde_json::{Map, Number, Value};

const DEEPEST: usize = 48;
const MOST_VALUES: usize = 200_000;

/// The value at the beginning of a text and where it ends; `None` when there is none.
pub(crate) fn read(text: &str) -> Option<(Value, usize)> {
    let mut reader = Reader { text, at: 0, left: MOST_VALUES };
    let value = reader.value(0)?;
    Some((value, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    left: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        self.skip();
        match self.peek()? {
            '{' if depth < DEEPEST => Some(self.object(depth)),
            '[' if depth < DEEPEST => Some(self.array(depth)),
            '"' | '\'' | '`' => Some(Value::String(self.string())),
            '{' | '[' | '}' | ']' | ',' | ':' => None,
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut members = Map::new();
        self.at += 1;
        loop {
            self.skip();
            match self.peek() {
                Some(',' | ';') => self.at += 1,
                Some('}') => {
                    self.at += 1;
                    break;
                }
                None => break,
                Some(_) => {
                    let name = match self.peek() {
                        Some('"' | '\'' | '`') => self.string(),
                        _ => self.name(),
                    };
                    self.skip();
                    if self.peek() != Some(':') {
                        break;
                    }
                    self.at += 1;
                    let Some(value) = self.value(depth + 1) else { break };
                    members.insert(name, value);
                }
            }
        }
        Value::Object(members)
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut elements = Vec::new();
        self.at += 1;
        loop {
            self.skip();
            match self.peek() {
                Some(',') => self.at += 1,
                Some(']') => {
                    self.at += 1;
                    break;
                }
                _ => match self.value(depth + 1) {
                    Some(value) => elements.push(value),
                    None => break,
                },
            }
        }
        Value::Array(elements)
    }

    fn string(&mut self) -> String {
        let mut out = String::new();
        let Some(quote) = self.next() else { return out };
        while let Some(c) = self.next() {
            match c {
                c if c == quote => break,
                '\\' => self.escape(&mut out),
                '\n' | '\r' | '\t' => out.push('\n'),
                c if c.is_control() => {}
                c => out.push(c),
            }
        }
        out
    }

    fn escape(&mut self, out: &mut String) {
        match self.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r' | 'b' | 'f' | '\n') | None => {}
            Some('u') => out.push(self.unicode()),
            Some('x') => out.push(self.hex(2).and_then(char::from_u32).unwrap_or('\u{fffd}')),
            Some(c) => out.push(c),
        }
    }

    fn unicode(&mut self) -> char {
        let Some(first) = self.hex(4) else { return '\u{fffd}' };
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            if let Some(second) = self.hex(4).filter(|second| (0xdc00..0xe000).contains(second)) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return char::from_u32(code).unwrap_or('\u{fffd}');
            }
            self.at = back;
        }
        char::from_u32(first).unwrap_or('\u{fffd}')
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text = self.text.get(self.at..self.at + digits)?;
        let value = u32::from_str_radix(text, 16).ok()?;
        self.at += digits;
        Some(value)
    }

    fn name(&mut self) -> String {
        self.take(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | '{' | '}' | '[' | ']'))
    }

    /// A number, a word of the language, or something that is no data.
    fn word(&mut self) -> Option<Value> {
        let word = self.take(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '+' | '_' | '$' | '!'));
        match word.as_str() {
            "" => None,
            "true" | "!0" => Some(Value::Bool(true)),
            "false" | "!1" => Some(Value::Bool(false)),
            word => Some(word.parse::<Number>().map_or(Value::Null, Value::Number)),
        }
    }

    fn take(&mut self, fits: impl Fn(char) -> bool) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }

    /// Past white space and comments.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed =
                rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
            self.at += rest.len() - trimmed.len();
            let end = if let Some(comment) = trimmed.strip_prefix("/*") {
                comment.find("*/").map_or(trimmed.len(), |end| end + 4)
            } else if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else {
                return;
            };
            self.at += end;
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nearly_is_json() {
        for (text, expected) in [
            (r#"{"a": [1, 2.5, -3,], "b": {"c": null,},}"#, json!({"a": [1, 2.5, -3], "b": {"c": null}})),
            (
                "{a: 'it\\'s', \"b\": undefined, c: !0 /* x */, // y\n d: [1 2]}",
                json!({"a": "it's", "b": null, "c": true, "d": [1, 2]}),
            ),
            ("{\"a\": \"two\nlines\\u00e4\\x41\\q\\ud83d\\ude00\"}", json!({"a": "two\nlinesäAq😀"})),
            ("{\"a\": {\"b\": [{\"c\": \"cut of", json!({"a": {"b": [{"c": "cut of"}]}})),
            ("{\"a\": 1 \"b\": 2}", json!({"a": 1, "b": 2})),
            ("[1, fn(), 2]", json!([1, null])),
        ] {
            assert_eq!(read(text).map(|(value, _)| value), Some(expected), "{text}");
        }
        assert_eq!(read("{a: 1}; rest").map(|(_, end)| end), Some(6));
        for text in ["", "}", ":", ","] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read(&"[".repeat(100_000)).is_some());
    }
}
