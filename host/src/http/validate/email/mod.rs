//! E-mail addresses by their form; no name is looked up. What is valid, and the
//! sentences that say why something is not, are those that clients of the API know
//! from its `email-validator`: RFC 5322 without comments and quoting, RFC 6531 for
//! letters beyond ASCII, IDNA 2008 for domains.

mod bracketed;
mod characters;
mod domain;
mod idna2008;
mod local;
mod named;
mod names;
mod split;
#[cfg(test)]
mod tests;

use domain::Domain;

/// The longest text that is looked at, in characters.
const LONGEST_TEXT: usize = 2048;

/// The longest address in bytes (RFC 5321, a path of 256 without its brackets).
const LONGEST: usize = 254;

/// The address without surrounding blanks and without a name before it
/// (`Name <a@example.com>`); its domain is in lower case and in readable letters, the
/// part before the @ stays as typed but for composed accents.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn normal_form(text: &str) -> Result<String, String> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(format!("Length must not exceed {LONGEST_TEXT} characters"));
    }
    if text.contains(['\r', '\n']) {
        return Err("Carriage return and line feed characters are not allowed".to_owned());
    }
    let text = named::address(text).unwrap_or(text).trim_matches(characters::is_blank);
    let parts = split::split(text)?;
    let local = local::checked(&parts.local, parts.quoted)?;
    let domain = domain::checked(parts.domain)?;
    check_length(&format!("{}@{}", parts.written_local, parts.domain), &local, &domain)?;
    if parts.bracketed {
        return Err(
            "A display name and angle brackets around the email address are not permitted here.".to_owned()
        );
    }
    Ok(format!("{local}@{}", domain.readable))
}

/// The form under which an account would be known; what is no address stays as it is.
pub fn usual(text: &str) -> String {
    normal_form(text).unwrap_or_else(|_| text.to_owned())
}

/// The limit holds for the address as written, as it is kept, and as it is sent.
fn check_length(written: &str, local: &str, domain: &Domain) -> Result<(), String> {
    if written.len() > LONGEST {
        return Err(format!("The email address is too long {}.", excess(written)));
    }
    for (domain, how) in [
        (&domain.readable, "after normalization"),
        (&domain.ascii, "when the part after the @-sign is converted to IDNA ASCII"),
    ] {
        let length = local.len() + 1 + domain.len();
        if length > LONGEST {
            let more = length - LONGEST;
            return Err(format!(
                "The email address is too long {how} ({more} byte{} too many).",
                plural(more)
            ));
        }
    }
    Ok(())
}

/// How many characters have to go: at least as many as there are bytes too many when
/// all of them are the longest of this address, at most one for every byte.
fn excess(address: &str) -> String {
    let bytes = address.len() - LONGEST;
    let longest = address.chars().map(char::len_utf8).max().unwrap_or(1);
    let least = (bytes / longest).max(1);
    if least == bytes {
        too_many(bytes)
    } else {
        format!("({least}-{bytes} character{} too many)", plural(bytes))
    }
}

/// By how many characters a limit is passed.
fn too_many(more: usize) -> String {
    format!("({more} character{} too many)", plural(more))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
