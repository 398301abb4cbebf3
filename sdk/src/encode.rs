//! Percent encoding that leaves credential placeholders whole.

use std::fmt::Write;

/// Encodes by RFC 3986: everything but letters, digits and `-._~`. Placeholders such
/// as `{{credential:app_key}}` stay as they are, because the host encodes the value
/// that it puts in their place.
///
/// ```
/// use sourcepilot_sdk::encode::percent;
/// assert_eq!(percent("a b&c=ü"), "a%20b%26c%3D%C3%BC");
/// assert_eq!(percent("{{credential:token}} "), "{{credential:token}}%20");
/// ```
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = placeholder_length(&rest[start..]) else {
            push(&mut out, &rest[..start + 1]);
            rest = &rest[start + 1..];
            continue;
        };
        push(&mut out, &rest[..start]);
        out.push_str(&rest[start..start + length]);
        rest = &rest[start + length..];
    }
    push(&mut out, rest);
    out
}

/// `name=value&…` of encoded pairs, for a query or a form.
///
/// ```
/// use sourcepilot_sdk::encode::pairs;
/// assert_eq!(pairs([("q", "red shoe"), ("page", "2")]), "q=red%20shoe&page=2");
/// ```
pub fn pairs<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let encoded: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", percent(name.as_ref()), percent(value.as_ref())))
        .collect();
    encoded.join("&")
}

/// The length of the placeholder at the beginning of `text`.
fn placeholder_length(text: &str) -> Option<usize> {
    let inner = &text[2..];
    let end = inner.find("}}")?;
    let known = ["credential:", "basic:"].iter().any(|kind| inner.starts_with(kind));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | ':');
    (known && inner[..end].chars().all(plain)).then_some(end + 4)
}

fn push(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_placeholders_stay_whole() {
        for (text, encoded) in [
            ("{{credential:a_1}}", "{{credential:a_1}}"),
            ("{{credential:a:percent}}x ", "{{credential:a:percent}}x%20"),
            ("x{{basic:u:p}}", "x{{basic:u:p}}"),
            ("{{{credential:a}}", "%7B{{credential:a}}"),
            ("{{other:a}}", "%7B%7Bother%3Aa%7D%7D"),
            ("{{credential:a b}}", "%7B%7Bcredential%3Aa%20b%7D%7D"),
            ("{{credential:a", "%7B%7Bcredential%3Aa"),
            ("{{", "%7B%7B"),
        ] {
            assert_eq!(percent(text), encoded, "{text}");
        }
    }
}
