//! The part after the @-sign.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use super::characters::{Edges, check_edges, check_safe, listed};
use super::{bracketed, idna2008, too_many};

/// In bytes (RFC 1035 2.3.4 without the root).
const LONGEST: usize = 253;

/// In bytes (RFC 1035 2.3.1).
const LONGEST_LABEL: usize = 63;

/// Names of the special-use registry (RFC 6761) under which nobody gets mail; those for
/// documentation are let through.
const SPECIAL_USE: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

const EDGES: Edges = Edges { start: "have a {} immediately after the @-sign", end: "end with a {}" };

/// A domain in both of its forms, in lower case.
pub(super) struct Domain {
    /// As the name system has it.
    pub ascii: String,
    /// As people read it.
    pub readable: String,
}

/// A domain that mail can be sent to from anywhere.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn checked(domain: &str) -> Result<Domain, String> {
    if domain.is_empty() {
        return Err("There must be something after the @-sign.".to_owned());
    }
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Err(bracketed::refusal(literal));
    }
    let length = domain.chars().count();
    if length > LONGEST {
        return Err(format!(
            "The email address is too long after the @-sign {}.",
            too_many(length - LONGEST)
        ));
    }
    check_characters(domain)?;
    let mapped = mapped(domain);
    if let Some(list) = listed(&mapped, may_be_in_a_domain) {
        return Err(format!(
            "The part after the @-sign contains invalid characters after Unicode normalization: {list}."
        ));
    }
    check_labels(&mapped)?;
    let ascii = ascii(&mapped)?;
    check_lengths(&ascii, domain)?;
    check_deliverable(&ascii)?;
    let readable = readable(&ascii)?;
    Ok(Domain { ascii, readable })
}

fn may_be_in_a_domain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '.' || !c.is_ascii()
}

fn check_characters(domain: &str) -> Result<(), String> {
    let invalid = |list: String| format!("The part after the @-sign contains invalid characters: {list}.");
    if let Some(list) = listed(domain, may_be_in_a_domain) {
        return Err(invalid(list));
    }
    check_safe(domain, false)?;
    listed(domain, |c| !hides_a_period(c)).map_or(Ok(()), |list| Err(invalid(list)))
}

/// Whether a character would become several, one of them a period.
fn hides_a_period(c: char) -> bool {
    matches!(c, '\u{2024}'..='\u{2026}' | '\u{2488}'..='\u{249b}' | '\u{fe19}' | '\u{fe52}' | '\u{1f100}')
}

/// Lower case, composed, in usual widths, and with usual periods (UTS #46).
fn mapped(domain: &str) -> String {
    if domain.is_ascii() {
        return domain.to_ascii_lowercase();
    }
    let lower = domain.nfkc().filter(|c| !idna2008::is_ignored(*c)).flat_map(char::to_lowercase);
    lower.nfkc().map(|c| if c == '\u{3002}' { '.' } else { c }).collect()
}

fn check_labels(domain: &str) -> Result<(), String> {
    check_edges(domain, &EDGES, true)?;
    if domain.split('.').any(|label| is_reserved(label) && !label.starts_with("xn")) {
        return Err("An email address cannot have two letters followed by two dashes immediately after \
                    the @-sign or after a period, except Punycode."
            .to_owned());
    }
    Ok(())
}

/// Whether a label has the form that is kept for encodings of others (RFC 5890 2.3.1).
fn is_reserved(label: &str) -> bool {
    label.char_indices().nth(2).is_some_and(|(at, _)| label[at..].starts_with("--"))
}

fn ascii(domain: &str) -> Result<String, String> {
    if domain.is_ascii() {
        return Ok(domain.to_owned());
    }
    let wrong = |reason: &str| format!("The part after the @-sign is invalid{reason}.");
    for label in domain.split('.').filter(|label| !label.is_ascii()) {
        if is_reserved(label) {
            return Err(wrong(" (Label has disallowed hyphens in 3rd and 4th position)"));
        }
        idna2008::check(label).map_err(|reason| wrong(&format!(" ({reason})")))?;
    }
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Ignore)
        .map_err(|_| wrong(""))?;
    if ascii.split('.').any(|label| label.len() > LONGEST_LABEL) {
        return Err(wrong(" (Label too long)"));
    }
    Ok(ascii.into_owned())
}

fn check_lengths(ascii: &str, written: &str) -> Result<(), String> {
    if ascii.len() > LONGEST {
        let more = ascii.len() - LONGEST;
        let plural = super::plural(more);
        let how = match ascii == written {
            true => too_many(more),
            false => format!("({more} byte{plural} too many after IDNA encoding)"),
        };
        return Err(format!("The email address is too long after the @-sign {how}."));
    }
    let longest = ascii.split('.').map(str::len).find(|length| *length > LONGEST_LABEL);
    longest.map_or(Ok(()), |length| {
        let how = too_many(length - LONGEST_LABEL);
        Err(format!("After the @-sign, periods cannot be separated by so many characters {how}."))
    })
}

fn check_deliverable(ascii: &str) -> Result<(), String> {
    let reason = if !ascii.contains('.') {
        "not valid. It should have a period."
    } else if !ascii.ends_with(|c: char| c.is_ascii_alphabetic()) {
        "not valid. It is not within a valid top-level domain."
    } else if SPECIAL_USE.contains(&ascii.rsplit('.').next().unwrap_or_default()) {
        "a special-use or reserved name that cannot be used with email."
    } else {
        return Ok(());
    };
    Err(format!("The part after the @-sign is {reason}"))
}

fn readable(ascii: &str) -> Result<String, String> {
    if !ascii.contains("xn--") {
        return Ok(ascii.to_owned());
    }
    let wrong = |reason: &str| format!("The part after the @-sign is not valid IDNA{reason}.");
    let (readable, valid) = Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::URL, Hyphens::Allow);
    valid.map_err(|_| wrong(""))?;
    for label in readable.split('.') {
        idna2008::check(label).map_err(|reason| wrong(&format!(" ({reason})")))?;
    }
    check_safe(&readable, false)?;
    Ok(readable.into_owned())
}
