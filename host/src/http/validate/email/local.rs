//! The part before the @-sign.

use unicode_normalization::UnicodeNormalization;

use super::characters::{Edges, check_edges, check_safe, is_atom, listed};

/// Mailboxes that every domain has (RFC 2142); their names do not depend on case.
const ROLES: [&str; 15] = [
    "info",
    "marketing",
    "sales",
    "support",
    "abuse",
    "noc",
    "security",
    "postmaster",
    "hostmaster",
    "usenet",
    "news",
    "webmaster",
    "www",
    "uucp",
    "ftp",
];

const EDGES: Edges = Edges { start: "start with a {}", end: "have a {} immediately before the @-sign" };

/// The part with its accents composed.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn checked(local: &str, quoted: bool) -> Result<String, String> {
    check(local, quoted)?;
    let composed: String = local.nfc().collect();
    if composed != local {
        check(&composed, quoted).map_err(|reason| format!("After Unicode normalization: {reason}"))?;
    }
    if quoted {
        return Err("Quoting the part before the @-sign is not allowed here.".to_owned());
    }
    let lower = composed.to_ascii_lowercase();
    Ok(if ROLES.contains(&lower.as_str()) { lower } else { composed })
}

fn check(local: &str, quoted: bool) -> Result<(), String> {
    if local.is_empty() {
        return Err("There must be something before the @-sign.".to_owned());
    }
    let is_intl = |c: char| is_atom(c) || !c.is_ascii();
    let is_dot_atom = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_intl));
    if is_dot_atom {
        return if local.is_ascii() { Ok(()) } else { check_safe(local, false) };
    }
    if quoted {
        if let Some(list) = listed(local, |c| !c.is_ascii_control()) {
            return Err(format!(
                "The email address contains invalid characters in quotes before the @-sign: {list}."
            ));
        }
        return check_safe(local, true);
    }
    if let Some(list) = listed(local, |c| is_intl(c) || c == '.') {
        return Err(format!("The email address contains invalid characters before the @-sign: {list}."));
    }
    check_edges(local, &EDGES, false)
}
