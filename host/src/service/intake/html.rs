//! Descriptions as a shop may show them: structure and pictures, nothing that runs,
//! styles the page, sends data elsewhere, leads away or turns text around.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::Builder;
use sourcepilot_domain::text;
use sourcepilot_egress::EgressConfig;

use super::addresses::picture;

/// What may stand in a description. Links are not among it: they lead to the
/// supplier's own shop. Their text stays.
const TAGS: [&str; 41] = [
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
];
const MORE_TAGS: [&str; 2] = ["u", "ul"];
/// Elements whose text is no text either.
const WITH_CONTENT: [&str; 9] =
    ["script", "style", "iframe", "object", "template", "noscript", "svg", "math", "title"];
/// More tags than this are no description; its text is kept.
const MOST_TAGS: usize = 20_000;
/// Pictures of a description.
const MOST_PICTURES: usize = 200;

/// The description made harmless; `None` when nothing is left.
pub(super) fn sanitise(outside: &EgressConfig, html: &str) -> Option<String> {
    let html = text::prose(html);
    let clean = if html.matches('<').count() > MOST_TAGS {
        ammonia::clean_text(&without_tags(&html))
    } else {
        builder(outside).clean(&html).to_string()
    };
    let clean = without_empty_pictures(&clean);
    (!clean.trim().is_empty()).then_some(clean)
}

fn builder(outside: &EgressConfig) -> Builder<'static> {
    let outside = outside.clone();
    let mut builder = Builder::default();
    builder
        .tags(TAGS.into_iter().chain(MORE_TAGS).collect())
        .clean_content_tags(WITH_CONTENT.into())
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("img", HashSet::from(["src", "alt", "width", "height"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .url_schemes(["https", "http"].into())
        .link_rel(None)
        .attribute_filter(move |_, attribute, value| match attribute {
            "src" => picture(&outside, value).map(Cow::Owned),
            "alt" => Some(Cow::Owned(text::line(value))),
            _ => value.bytes().all(|byte| byte.is_ascii_digit()).then_some(Cow::Borrowed(value)),
        });
    builder
}

/// Pictures whose address was refused show nothing; too many show nothing more.
fn without_empty_pictures(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let mut count = 0;
    while let Some(at) = rest.find("<img") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        count += 1;
        if rest[at..end].contains(" src=\"") && count <= MOST_PICTURES {
            out.push_str(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                out.push(' ');
            }
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
