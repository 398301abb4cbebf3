//! The tags of a page, read as forgivingly as browsers do.
//!
//! Only what this plugin needs: opening tags with their attributes, and the text of
//! the elements whose content is no markup. One pass, in time linear to the page.

use crate::entities;

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// In lower case.
    pub(crate) name: String,
    /// Names in lower case, values with their entities decoded.
    pub(crate) attributes: Vec<(String, String)>,
    /// The text behind it, up to the next tag; all of it for elements whose content is
    /// no markup. Entities are not decoded.
    pub(crate) text: &'a str,
}

impl Tag<'_> {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// More attributes than this are no honest tag's.
const MOST_ATTRIBUTES: usize = 64;

/// Elements whose content is text up to their end tag.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// All opening tags in order.
pub(crate) fn tags(html: &str) -> Tags<'_> {
    Tags { rest: html }
}

/// See [`tags`].
#[derive(Debug)]
pub(crate) struct Tags<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            self.rest = &self.rest[self.rest.find('<')? + 1..];
            if let Some(comment) = self.rest.strip_prefix("!--") {
                self.rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            } else if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Some(self.tag());
            }
        }
    }
}

impl<'a> Tags<'a> {
    fn tag(&mut self) -> Tag<'a> {
        let name = self.take_until(|c| c.is_whitespace() || matches!(c, '/' | '>')).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            match self.rest.chars().next() {
                None => break,
                Some('>') => {
                    self.rest = &self.rest[1..];
                    break;
                }
                Some(_) => {
                    let attribute = self.attribute();
                    if attributes.len() < MOST_ATTRIBUTES {
                        attributes.push(attribute);
                    }
                }
            }
        }
        let text = if RAW.contains(&name.as_str()) {
            self.raw(&name)
        } else {
            &self.rest[..self.rest.find('<').unwrap_or(self.rest.len())]
        };
        Tag { name, attributes, text }
    }

    fn attribute(&mut self) -> (String, String) {
        // An equals sign may begin a name, so that every round takes at least a character.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest[first..].find(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '='));
        let (name, rest) = self.rest.split_at(end.map_or(self.rest.len(), |end| first + end));
        self.rest = rest.trim_start();
        let name = name.to_ascii_lowercase();
        let Some(rest) = self.rest.strip_prefix('=') else { return (name, String::new()) };
        self.rest = rest.trim_start();
        (name, entities::decode(self.value()))
    }

    fn value(&mut self) -> &'a str {
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.rest = &self.rest[1..];
                let value = self.take_until(|c| c == quote);
                self.rest = self.rest.get(1..).unwrap_or_default();
                value
            }
            _ => self.take_until(|c| c.is_whitespace() || c == '>'),
        }
    }

    /// The content of a raw element; its end tag may be written in any case.
    fn raw(&mut self, name: &str) -> &'a str {
        let mut from = 0;
        let end = loop {
            let Some(found) = self.rest[from..].find("</") else { break self.rest.len() };
            let at = from + found;
            let candidate = self.rest.as_bytes().get(at + 2..at + 2 + name.len()).unwrap_or_default();
            if candidate.eq_ignore_ascii_case(name.as_bytes()) {
                break at;
            }
            from = at + 2;
        };
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        let (taken, rest) = self.rest.split_at(self.rest.find(stop).unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Vec<Tag<'_>> {
        tags(html).collect()
    }

    fn tag<'a>(name: &str, attributes: &[(&str, &str)], text: &'a str) -> Tag<'a> {
        let attributes =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Tag { name: name.to_owned(), attributes, text }
    }

    #[test]
    fn attributes_in_every_spelling() {
        let html = r#"<META Property = "og:title" content='A "cup" &amp; more' hidden data-x=1/><br/>"#;
        let attributes =
            [("property", "og:title"), ("content", "A \"cup\" & more"), ("hidden", ""), ("data-x", "1/")];
        assert_eq!(read(html), [tag("meta", &attributes, ""), tag("br", &[], "")]);
    }

    #[test]
    fn comments_and_raw_text_are_no_markup() {
        let html = "<!-- <a> --><script type=x>if (a < b) '</b>' </SCRIPT><a></a><title>1 < 2</title>";
        let expected = [
            tag("script", &[("type", "x")], "if (a < b) '</b>' "),
            tag("a", &[], ""),
            tag("title", &[], "1 < 2"),
        ];
        assert_eq!(read(html), expected);
    }

    #[test]
    fn broken_markup_ends_somewhere() {
        for html in [
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b=\"",
            "<a =>",
            "<a ====",
            "<!--",
            "<script>",
            "<script></scrip",
            "<a 'é",
            "</",
            "<é>",
        ] {
            assert!(read(html).len() <= 1, "{html}");
        }
    }
}
