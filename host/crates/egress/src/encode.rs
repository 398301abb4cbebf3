//! The spellings in which a value travels.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RFC3986: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Host names lose their case, but short values in another case are words.
const SHORTEST_IN_ANY_CASE: usize = 10;

pub(crate) fn percent(value: &str) -> String {
    utf8_percent_encode(value, RFC3986).to_string()
}

/// The content of a JSON string, without the quotes around it.
pub(crate) fn json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// JSON as PHP writes it: slashes escaped, everything beyond ASCII as `\u`.
fn json_php(value: &str) -> String {
    let mut out = String::new();
    for c in json(value).chars() {
        match c {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

pub(crate) fn markup(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

pub(crate) fn basic(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

/// Every spelling of a value that a mirror could plausibly produce.
pub(crate) fn spellings(value: &str) -> Vec<String> {
    let rfc = percent(value);
    let mut all = vec![
        value.to_owned(),
        rfc.replace("%20", "+"),
        lower_escapes(&rfc),
        rfc,
        json(value),
        json_php(value),
        markup(value),
        hex::encode(value),
        hex::encode_upper(value),
    ];
    if value.len() >= SHORTEST_IN_ANY_CASE {
        all.extend([value.to_ascii_lowercase(), value.to_ascii_uppercase()]);
    }
    for skip in 0..3 {
        all.extend(base64_inside(value, skip));
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn lower_escapes(percent: &str) -> String {
    let mut out = String::with_capacity(percent.len());
    let mut rest = percent;
    while let Some(at) = rest.find('%') {
        let end = (at + 3).min(rest.len());
        out.push_str(&rest[..at]);
        out.push_str(&rest[at..end].to_ascii_lowercase());
        rest = &rest[end..];
    }
    out + rest
}

/// The characters of a base64 text that depend on nothing but `value`, when
/// `skip` bytes modulo three stand before it. Too short a value leaves none.
fn base64_inside(value: &str, skip: usize) -> Vec<String> {
    let mut bytes = vec![0; skip];
    bytes.extend_from_slice(value.as_bytes());
    let first = (skip * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    if last < first + 8 {
        return Vec::new();
    }
    [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)]
        .into_iter()
        .map(|text| text[first..last].to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_at_every_offset() {
        let secret = "s3cr3t-value/with?odd";
        let all = spellings(secret);
        for before in 0..7 {
            for after in 0..4 {
                let text = format!("{}{secret}{}", "x".repeat(before), "y".repeat(after));
                for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                    assert!(all.iter().any(|spelling| encoded.contains(spelling)), "{before} {after}");
                }
            }
        }
    }

    #[test]
    fn spellings_cover_common_encodings() {
        let all = spellings("a b/ü\"&");
        for expected in [
            "a%20b%2F%C3%BC%22%26",
            "a%20b%2f%c3%bc%22%26",
            "a+b%2F%C3%BC%22%26",
            "a b/ü\\\"&",
            "a b\\/\\u00fc\\\"&",
            "a b/ü&quot;&amp;",
            "6120622fc3bc2226",
        ] {
            assert!(all.iter().any(|spelling| spelling == expected), "{expected}");
        }
        assert_eq!(percent("AZaz09-._~ +"), "AZaz09-._~%20%2B");
    }
}
