//! A page's elements and how they are nested.
//!
//! Nesting follows the rules that matter for shop pages: elements without an end tag,
//! end tags that may be left out, and stray end tags that close nothing.

use std::borrow::Cow;

use crate::entities;
use crate::html::{Tag, Token, tokens};

/// More elements and texts than this are not read.
const MOST: usize = 200_000;
/// Deeper nesting than this is no page.
const DEEPEST: usize = 400;

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "param",
];

/// Elements that an inline element's end tag does not reach across.
const BLOCKS: [&str; 22] = [
    "article", "aside", "body", "button", "dd", "div", "dl", "fieldset", "footer", "form", "header", "li",
    "main", "nav", "ol", "section", "select", "table", "tbody", "td", "tr", "ul",
];

#[derive(Debug)]
struct Node<'a> {
    /// Empty for text.
    name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// The text, or the content of an element without markup.
    text: &'a str,
    parent: usize,
    /// Behind the last node inside of it.
    end: usize,
    /// Where its content stands in the source.
    from: usize,
    to: usize,
}

/// A page; node 0 is the page itself.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    source: &'a str,
}

impl<'a> Tree<'a> {
    pub(crate) fn read(source: &'a str) -> Tree<'a> {
        let mut builder = Builder { nodes: Vec::new(), open: Vec::new() };
        builder.push("page", Vec::new(), "", 0);
        builder.open.push(0);
        let mut tokens = tokens(source);
        while let Some(token) = tokens.next() {
            if builder.nodes.len() >= MOST {
                break;
            }
            match token {
                Token::Text(text) => drop(builder.push("", Vec::new(), text, 0)),
                Token::Open(tag) => builder.open_tag(tag, tokens.position()),
                Token::Close(name) => builder.close_tag(name, source, tokens.position()),
            }
        }
        builder.close_to(0, source.len());
        Tree { nodes: builder.nodes, source }
    }

    pub(crate) fn root(&self) -> Element<'_, 'a> {
        Element { tree: self, index: 0 }
    }

    /// All elements in order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Element<'_, 'a>> {
        self.root().inside()
    }

    /// The element with this id.
    pub(crate) fn by_id(&self, id: &str) -> Option<Element<'_, 'a>> {
        self.elements().find(|element| element.attribute("id") == Some(id))
    }
}

struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    open: Vec<usize>,
}

impl<'a> Builder<'a> {
    fn push(
        &mut self,
        name: &'a str,
        attributes: Vec<(&'a str, Cow<'a, str>)>,
        text: &'a str,
        from: usize,
    ) -> usize {
        let index = self.nodes.len();
        let parent = self.open.last().copied().unwrap_or(0);
        self.nodes.push(Node { name, attributes, text, parent, end: index + 1, from, to: from });
        index
    }

    fn open_tag(&mut self, tag: Tag<'a>, position: usize) {
        for closed in implied(tag.name) {
            self.close_implied(closed, position);
        }
        let leaf = tag.raw.is_some() || is_one_of(tag.name, &VOID);
        let index = self.push(tag.name, tag.attributes, tag.raw.unwrap_or_default(), position);
        if !leaf && self.open.len() < DEEPEST {
            self.open.push(index);
        }
    }

    fn close_tag(&mut self, name: &str, source: &str, position: usize) {
        let crosses = is_one_of(name, &BLOCKS) || name.len() == 2 && name.starts_with(['h', 'H']);
        for depth in (1..self.open.len()).rev() {
            let open = self.nodes[self.open[depth]].name;
            if open.eq_ignore_ascii_case(name) {
                let end = source[..position].rfind("</").unwrap_or(position);
                return self.close_to(depth, end);
            }
            if !crosses && is_one_of(open, &BLOCKS) {
                return;
            }
        }
    }

    /// Closes an open element of this name unless what it belongs to stands in between.
    fn close_implied(&mut self, name: &str, position: usize) {
        let barriers: &[&str] = match name {
            "li" => &["ul", "ol"],
            "option" => &["select"],
            "dt" | "dd" => &["dl"],
            "td" | "th" => &["table", "tr"],
            "tr" => &["table"],
            _ => &BLOCKS,
        };
        for depth in (1..self.open.len()).rev() {
            let open = self.nodes[self.open[depth]].name;
            if open.eq_ignore_ascii_case(name) {
                return self.close_to(depth, position);
            }
            if is_one_of(open, barriers) {
                return;
            }
        }
    }

    fn close_to(&mut self, depth: usize, position: usize) {
        let end = self.nodes.len();
        for index in self.open.drain(depth..) {
            self.nodes[index].end = end;
            self.nodes[index].to = position.max(self.nodes[index].from);
        }
    }
}

/// Which open elements a new one ends.
fn implied(name: &str) -> &'static [&'static str] {
    const P_ENDS: [&str; 16] = [
        "p", "div", "ul", "ol", "dl", "table", "section", "article", "form", "h1", "h2", "h3", "h4", "hr",
        "aside", "main",
    ];
    if is_one_of(name, &["option", "optgroup"]) {
        &["option"]
    } else if is_one_of(name, &["li"]) {
        &["li"]
    } else if is_one_of(name, &["dt", "dd"]) {
        &["dt", "dd"]
    } else if is_one_of(name, &["td", "th"]) {
        &["td", "th"]
    } else if is_one_of(name, &["tr"]) {
        &["tr"]
    } else if is_one_of(name, &P_ENDS) {
        &["p"]
    } else {
        &[]
    }
}

pub(crate) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// One element of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    index: usize,
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(&self) -> &'t Node<'a> {
        &self.tree.nodes[self.index]
    }

    /// Where it stands among all elements and texts of the page.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.node().name.eq_ignore_ascii_case(name)
    }

    pub(crate) fn is_any(&self, names: &[&str]) -> bool {
        is_one_of(self.node().name, names)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&'t str> {
        let attributes = &self.node().attributes;
        attributes.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'t str)> {
        self.node().attributes.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// Its classes and id in lower case, for looking words up.
    pub(crate) fn naming(&self) -> String {
        let part = |name| self.attribute(name).unwrap_or_default();
        format!("{} {}", part("class"), part("id")).to_ascii_lowercase()
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| {
            classes.split_ascii_whitespace().any(|have| have.eq_ignore_ascii_case(class))
        })
    }

    pub(crate) fn parent(&self) -> Option<Element<'t, 'a>> {
        (self.index > 0).then(|| Element { tree: self.tree, index: self.node().parent })
    }

    /// From the parent up to the page.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = Element<'t, 'a>> {
        std::iter::successors(self.parent(), Element::parent)
    }

    /// All elements inside of it, in order.
    pub(crate) fn inside(&self) -> impl Iterator<Item = Element<'t, 'a>> + use<'t, 'a> {
        let tree = self.tree;
        let all = (self.index + 1..self.node().end).map(move |index| Element { tree, index });
        all.filter(|element| !element.node().name.is_empty())
    }

    pub(crate) fn contains(&self, other: &Element<'_, '_>) -> bool {
        (self.index..self.node().end).contains(&other.index)
    }

    /// The content of an element without markup, such as a script.
    pub(crate) fn raw(&self) -> &'a str {
        self.node().text
    }

    /// Its content as it stands in the page.
    pub(crate) fn source(&self) -> &'a str {
        self.tree.source.get(self.node().from..self.node().to).unwrap_or_default()
    }

    /// Its visible text, white space collapsed.
    pub(crate) fn text(&self) -> String {
        self.text_without(|_| false)
    }

    /// Its text without what stands in the elements that `skip` names.
    pub(crate) fn text_without(&self, skip: impl Fn(&Element<'t, 'a>) -> bool) -> String {
        let mut text = String::new();
        let mut index = self.index;
        let end = self.node().end;
        if self.is_any(&["title", "textarea"]) {
            text.push_str(&entities::decode(self.raw()));
        }
        while index < end {
            let element = Element { tree: self.tree, index };
            let node = element.node();
            index += 1;
            if node.name.is_empty() {
                text.push_str(&entities::decode(node.text));
            } else if element.index != self.index
                && (element.is_any(&["script", "style", "template"]) || skip(&element))
            {
                index = node.end;
            } else if !element.is_any(&INLINE) {
                text.push(' ');
            } else if element.is("sup") && is_cents(&element, &text) {
                text.push('.');
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Elements that end no word.
const INLINE: [&str; 14] =
    ["a", "abbr", "b", "bdi", "bdo", "em", "font", "i", "ins", "small", "span", "strong", "sub", "sup"];

/// `29<sup>90</sup>` is 29.90 to a reader.
fn is_cents(element: &Element<'_, '_>, before: &str) -> bool {
    let inner: String =
        element.tree.nodes[element.index + 1..element.node().end].iter().map(|node| node.text).collect();
    let inner = inner.trim();
    before.ends_with(|c: char| c.is_ascii_digit())
        && inner.len() == 2
        && inner.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(html: &str) -> String {
        let tree = Tree::read(html);
        tree.elements()
            .map(|element| format!("{}{} ", ".".repeat(element.ancestors().count() - 1), element.node().name))
            .collect()
    }

    #[test]
    fn nesting_as_browsers_see_it() {
        for (html, expected) in [
            ("<ul><li>a<li>b</ul><p>", "ul .li .li p "),
            ("<select><option>a<option selected>b</select>x", "select .option .option "),
            ("<div><img><br><input></div><b></b>", "div .img .br .input b "),
            ("<p>a<div>b</div>", "p div "),
            ("<table><tr><td>a<td>b<tr><td>c</table>", "table .tr ..td ..td .tr ..td "),
            ("<div><b>x</div></b><i></i>", "div .b i "),
            ("<div></span><a></a></div>", "div .a "),
            ("<b><div>x</b><i></i></div>", "b .div ..i "),
        ] {
            assert_eq!(shape(html), expected, "{html}");
        }
    }

    #[test]
    fn texts() {
        let tree = Tree::read(
            "<div id=a>1 <b>2</b><p>3&amp;4</p><script>5</script><s>6</s></div><i>29<sup>90</sup></i>",
        );
        let div = tree.by_id("a").unwrap();
        assert_eq!(div.text(), "1 2 3&4 6");
        assert_eq!(div.text_without(|element| element.is("s")), "1 2 3&4");
        assert_eq!(div.source(), "1 <b>2</b><p>3&amp;4</p><script>5</script><s>6</s>");
        assert_eq!(tree.elements().last().unwrap().parent().unwrap().text(), "29.90");
    }
}
