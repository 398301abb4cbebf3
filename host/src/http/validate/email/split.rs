//! An address into what stands before and after its @-sign.

use unicode_normalization::UnicodeNormalization;

use super::characters::{check_safe, is_atom, listed, shown};

/// A mark can combine with a character over this many others (Unicode's stream-safe
/// text has at most 30 in a row).
const WINDOW: usize = 32;

pub(super) struct Parts<'a> {
    /// Whether the address stands in angle brackets.
    pub bracketed: bool,
    pub written_local: &'a str,
    /// Without quotes.
    pub local: String,
    pub quoted: bool,
    pub domain: &'a str,
}

/// The parts of an address, which may be quoted and in angle brackets.
///
/// # Errors
/// There is no @-sign, or a name, quotes or brackets are wrong.
pub(super) fn split(text: &str) -> Result<Parts<'_>, String> {
    let (before, after) = at_special(text, &['@', '<'])?;
    let bracketed = after.starts_with('<');
    let (written_local, domain) =
        if bracketed { at_special(in_brackets(before, after)?, &['@'])? } else { (before, after) };
    let domain = domain.strip_prefix('@').unwrap_or(domain);
    let (local, quoted) = unquoted(written_local)?;
    Ok(Parts { bracketed, written_local, local, quoted, domain })
}

fn in_brackets<'a>(name: &str, after: &'a str) -> Result<&'a str, String> {
    check_name(name.trim_end())?;
    if !after.contains('>') {
        return Err("An open angle bracket at the start of the email address has to be followed by a \
                    close angle bracket at the end."
            .to_owned());
    }
    let inside = after.trim_end_matches(' ').strip_suffix('>');
    let inside = inside.ok_or_else(|| "There can't be anything after the email address.".to_owned())?;
    Ok(inside.strip_prefix('<').unwrap_or(inside))
}

fn check_name(name: &str) -> Result<(), String> {
    let (name, quoted) = unquoted(name)?;
    if let Some(list) = listed(&name, |c| quoted || is_atom(c) || c == ' ') {
        return Err(format!("The display name contains invalid characters when not quoted: {list}."));
    }
    check_safe(&name, true)
}

/// Before and from the first of these that is neither in quotes nor carries a mark.
fn at_special<'a>(text: &'a str, specials: &[char]) -> Result<(&'a str, &'a str), String> {
    let (mut in_quotes, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        let special = specials.contains(&c);
        if special && !in_quotes && text[at..].chars().take(WINDOW).nfc().next() == Some(c) {
            return Ok(text.split_at(at));
        }
        match c {
            '"' if !escaped => in_quotes = !in_quotes,
            '\\' if in_quotes && !escaped => {
                escaped = true;
                continue;
            }
            _ => {}
        }
        escaped = false;
    }
    Err(no_sign(text).to_owned())
}

fn no_sign(text: &str) -> &'static str {
    if text.contains('\u{ff20}') {
        "The email address has the \"full-width\" at-sign (@) character instead of a regular at-sign."
    } else if text.contains('\u{fe6b}') {
        "The email address has the \"small commercial at\" character instead of a regular at-sign."
    } else {
        "An email address must have an @-sign."
    }
}

/// A text without quotes around it, and whether there were any.
fn unquoted(text: &str) -> Result<(String, bool), String> {
    let Some(inside) = text.strip_prefix('"') else { return Ok((text.to_owned(), false)) };
    let mut plain = String::new();
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => plain.extend(rest.next()),
            '"' => break,
            _ => plain.push(c),
        }
    }
    let extra: Vec<String> = rest.map(shown).collect();
    if extra.is_empty() {
        return Ok((plain, true));
    }
    Err(format!("Extra character(s) found after close quote: {}", extra.join(", ")))
}
