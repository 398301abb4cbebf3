//! Characters of addresses: which may be there, and how those that may not are shown.

use std::collections::BTreeSet;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::names::name;

/// Blanks around a text, the four separators among the control characters included.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The characters of an atom (RFC 5322 3.2.3).
pub(super) fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// A sentence's list of those characters that are not allowed, each once; nothing when
/// all are.
pub(super) fn listed(text: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    let bad: BTreeSet<String> = text.chars().filter(|c| !allowed(*c)).map(shown).collect();
    (!bad.is_empty()).then(|| bad.into_iter().collect::<Vec<_>>().join(", "))
}

/// A character in quotes; one that cannot be seen by its name or number.
pub(super) fn shown(c: char) -> String {
    match c {
        '\\' => return "\"\\\"".to_owned(),
        '\'' => return "\"'\"".to_owned(),
        _ => {}
    }
    if is_visible(c) {
        return format!("'{c}'");
    }
    let number = u32::from(c);
    match name(c) {
        Some(name) => name.to_owned(),
        None if number < 0xFFFF => format!("U+{number:04X}"),
        None => format!("U+{number:08X}"),
    }
}

fn is_visible(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Number, Punctuation, Symbol};
    matches!(c.general_category_group(), Letter | Number | Punctuation | Symbol)
}

/// Controls, marks of direction, blanks, and an accent that would change the character
/// before the address.
///
/// # Errors
/// A sentence that names them.
pub(super) fn check_safe(text: &str, spaces: bool) -> Result<(), String> {
    let is_safe = |(at, c): (usize, char)| {
        is_visible(c)
            || (c.general_category_group() == GeneralCategoryGroup::Mark && at > 0)
            || (spaces && c.general_category() == GeneralCategory::SpaceSeparator)
    };
    let unsafe_ones: BTreeSet<char> =
        text.char_indices().filter(|found| !is_safe(*found)).map(|(_, c)| c).collect();
    if unsafe_ones.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = unsafe_ones.into_iter().map(shown).collect();
    Err(format!("The email address contains unsafe characters: {}.", list.join(", ")))
}

/// Which places of a part may not have a period or a hyphen, in the words of a sentence.
pub(super) struct Edges {
    pub start: &'static str,
    pub end: &'static str,
}

/// Periods, and in a domain hyphens, stand between other characters only.
///
/// # Errors
/// A sentence that says which stands where.
pub(super) fn check_edges(text: &str, edges: &Edges, hyphens: bool) -> Result<(), String> {
    let at_edge = |sign: char, word: &str| {
        let place = match (text.ends_with(sign), text.starts_with(sign)) {
            (true, _) => edges.end,
            (false, true) => edges.start,
            (false, false) => return Ok(()),
        };
        Err(format!("An email address cannot {}.", place.replace("{}", word)))
    };
    at_edge('.', "period")?;
    if text.contains("..") {
        return Err("An email address cannot have two periods in a row.".to_owned());
    }
    if hyphens {
        at_edge('-', "hyphen")?;
        if text.contains(".-") || text.contains("-.") {
            return Err("An email address cannot have a period and a hyphen next to each other.".to_owned());
        }
    }
    Ok(())
}
