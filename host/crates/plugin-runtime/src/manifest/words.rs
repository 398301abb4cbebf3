//! The spelling rules of names in a manifest.

/// `[a-z0-9-]{2,40}` without a dash at either end.
pub(super) fn is_id(text: &str) -> bool {
    (2..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An id in which `_` is allowed as well.
pub(super) fn is_alias(text: &str) -> bool {
    is_id(&text.replace('_', "-"))
}

/// `[a-z0-9_]{1,60}`.
pub(super) fn is_credential_name(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A plain text of 1 to `longest` characters on one line.
pub(super) fn is_line(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// Three numbers, and perhaps a suffix after `-` or `+`.
pub(super) fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    text.len() <= 60
        && numbers.len() == 3
        && numbers.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
}

/// A host name with at least one dot, in lower case and without a port.
pub(super) fn is_page_host(text: &str) -> bool {
    text.contains('.')
        && text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
        && text.parse::<std::net::IpAddr>().is_err()
}

/// `1.0` and its kin.
pub(super) fn api_version(text: &str) -> Option<super::ApiVersion> {
    let (major, minor) = text.split_once('.')?;
    let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    Some(super::ApiVersion { major: number(major)?, minor: number(minor)? })
}
