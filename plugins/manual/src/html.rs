//! A page's markup as a stream of tags and text, read as forgivingly as browsers do.
//!
//! One pass, in time linear to the page; nothing is copied but what has character
//! references in it.

use std::borrow::Cow;

use crate::entities;

/// One piece of markup.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Open(Tag<'a>),
    /// The name as written.
    Close(&'a str),
    /// Not decoded; not blank.
    Text(&'a str),
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// As written.
    pub(crate) name: &'a str,
    /// Names as written, values with their character references decoded.
    pub(crate) attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// The content of elements that hold no markup.
    pub(crate) raw: Option<&'a str>,
    pub(crate) closes_itself: bool,
}

/// More attributes than this are no honest tag's.
const MOST_ATTRIBUTES: usize = 64;

/// Elements whose content is text up to their end tag.
const RAW: [&str; 6] = ["script", "style", "textarea", "title", "xmp", "iframe"];

/// All tokens in order.
pub(crate) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html, whole: html.len() }
}

/// See [`tokens`].
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    whole: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(tail) = self.rest.strip_prefix('<') else {
                let text = self.take_until(|c| c == '<');
                if text.trim().is_empty() {
                    continue;
                }
                return Some(Token::Text(text));
            };
            if let Some(comment) = tail.strip_prefix("!--") {
                self.rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            } else if let Some(data) = tail.strip_prefix("![CDATA[") {
                let (text, rest) = data.split_once("]]>").unwrap_or((data, ""));
                self.rest = rest;
                return Some(Token::Text(text));
            } else if tail.starts_with(['!', '?']) {
                self.rest = tail.find('>').map_or("", |end| &tail[end + 1..]);
            } else if let Some(close) = tail.strip_prefix('/') {
                self.rest = close;
                let name = self.take_until(|c| c.is_whitespace() || matches!(c, '>' | '/'));
                self.rest = self.rest.find('>').map_or("", |end| &self.rest[end + 1..]);
                return Some(Token::Close(name));
            } else if tail.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.rest = tail;
                return Some(Token::Open(self.tag()));
            } else {
                self.rest = tail;
            }
        }
    }
}

impl<'a> Tokens<'a> {
    /// How many bytes of the page were read.
    pub(crate) fn position(&self) -> usize {
        self.whole - self.rest.len()
    }

    fn tag(&mut self) -> Tag<'a> {
        let name = self.take_until(|c| c.is_whitespace() || matches!(c, '/' | '>'));
        let mut attributes = Vec::new();
        let mut closes_itself = false;
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.as_bytes().first() {
                None => break,
                Some(b'>') => {
                    self.rest = &self.rest[1..];
                    break;
                }
                Some(b'/') => {
                    self.rest = &self.rest[1..];
                    closes_itself = self.rest.starts_with('>');
                }
                Some(_) => {
                    let attribute = self.attribute();
                    if attributes.len() < MOST_ATTRIBUTES {
                        attributes.push(attribute);
                    }
                }
            }
        }
        let is_raw = RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw));
        let raw = is_raw.then(|| self.raw(name));
        Tag { name, attributes, raw, closes_itself }
    }

    fn attribute(&mut self) -> (&'a str, Cow<'a, str>) {
        // An equals sign may begin a name, so that every round takes at least a character.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest[first..].find(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '='));
        let (name, rest) = self.rest.split_at(end.map_or(self.rest.len(), |end| first + end));
        self.rest = rest.trim_start();
        let Some(rest) = self.rest.strip_prefix('=') else { return (name, Cow::Borrowed("")) };
        self.rest = rest.trim_start();
        let value = self.value();
        (name, if value.contains('&') { Cow::Owned(entities::decode(value)) } else { Cow::Borrowed(value) })
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

    fn read(html: &str) -> Vec<String> {
        let one = |token| match token {
            Token::Open(tag) => {
                let attributes: String =
                    tag.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
                let raw = tag.raw.map_or_else(String::new, |raw| format!(" [{raw}]"));
                format!("<{}{attributes}{}>{raw}", tag.name, if tag.closes_itself { "/" } else { "" })
            }
            Token::Close(name) => format!("</{name}>"),
            Token::Text(text) => text.to_owned(),
        };
        tokens(html).map(one).collect()
    }

    #[test]
    fn attributes_in_every_spelling() {
        let html = r#"<META Property = "og:title" content='A "cup" &amp; more' hidden data-x=1/><br/>"#;
        assert_eq!(
            read(html),
            ["<META Property=og:title content=A \"cup\" & more hidden= data-x=1/>", "<br/>"]
        );
    }

    #[test]
    fn comments_and_raw_text_are_no_markup() {
        let html = "<!-- <a> --><script type=x>if (a < b) '</b>' </SCRIPT><a>t</a><title>1 < 2</title>";
        assert_eq!(
            read(html),
            [
                "<script type=x> [if (a < b) '</b>' ]",
                "</SCRIPT>",
                "<a>",
                "t",
                "</a>",
                "<title> [1 < 2]",
                "</title>"
            ]
        );
        assert_eq!(read("<!DOCTYPE html><![CDATA[a]]><?php ?>b < c"), ["a", "b ", " c"]);
    }

    #[test]
    fn broken_markup_ends_somewhere() {
        for html in [
            "<", "<a", "<a b", "<a b=", "<a b=\"", "<a =>", "<a ====", "<!--", "<script>", "<a 'é", "</",
            "<é>",
        ] {
            assert!(read(html).len() <= 2, "{html}");
        }
    }
}
