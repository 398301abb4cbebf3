//! What WordPress and WooCommerce silently make of the values they are given.

use std::collections::HashSet;
use std::str::FromStr as _;
use std::sync::LazyLock;

use ammonia::Builder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rust_decimal::Decimal;

/// A price as it is stored: everything but digits, signs and the last dot is
/// thrown away, so a decimal comma multiplies the price.
pub(super) fn price(text: &str) -> String {
    let last_dot = text.rfind('.');
    text.char_indices()
        .filter(|(index, character)| match character {
            '.' => Some(*index) == last_dot,
            '-' => true,
            other => other.is_ascii_digit(),
        })
        .map(|(_, character)| character)
        .collect()
}

/// A stored price as a number; an empty one counts as nothing.
pub(super) fn number(price: &str) -> Decimal {
    Decimal::from_str(price).unwrap_or_default()
}

static POST: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        // The text inside a script stays, only its tags go.
        .clean_content_tags(HashSet::new())
        .add_generic_attributes(["class", "id", "style"])
        .link_rel(None);
    builder
});

/// HTML as WordPress lets it pass in posts.
pub(super) fn post_html(text: &str) -> String {
    POST.clean(text).to_string()
}

/// A term's name: no markup, entities escaped.
pub(super) fn plain(text: &str) -> String {
    Builder::empty().clean(text).to_string().trim().to_owned()
}

/// HTML turned back into text, as far as names need it.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The part of an address made from a name; letters outside ASCII are percent-encoded.
pub(super) fn slug(name: &str) -> String {
    let text = unescaped(&plain(name)).to_lowercase();
    let mut slug = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if matches!(character, ' ' | '-' | '_' | '/' | '.') && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_matches('-').chars().take(190).collect();
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');
    utf8_percent_encode(&slug, KEPT).to_string().to_lowercase()
}

/// Two SKUs are the same to the database when only their case differs.
pub(super) fn same_sku(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_suffer_silently() {
        let cases = [
            ("19.99", "19.99"),
            ("19,99", "1999"),
            ("abc", ""),
            ("-5", "-5"),
            ("19.98765", "19.98765"),
            ("1.299.00", "1299.00"),
            ("$ 7.50", "7.50"),
        ];
        for (given, stored) in cases {
            assert_eq!(price(given), stored, "{given}");
        }
    }

    #[test]
    fn html_is_escaped_and_stripped() {
        assert_eq!(post_html("T & <b>x</b>"), "T &amp; <b>x</b>");
        let cleaned = post_html("<p onclick=\"x()\">a</p><script>alert(1)</script>");
        assert_eq!(cleaned, "<p>a</p>alert(1)");
        assert_eq!(plain("Cups & <b>Mugs</b>"), "Cups &amp; Mugs");
    }

    #[test]
    fn slugs_are_safe_in_addresses() {
        assert_eq!(slug("Reading Lamp, 2026 (demo)"), "reading-lamp-2026-demo");
        assert_eq!(slug("Cups &amp; Mugs"), "cups-mugs");
        assert_eq!(slug("Größe"), "gr%c3%b6%c3%9fe");
    }
}
