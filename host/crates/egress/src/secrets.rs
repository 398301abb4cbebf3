//! Finding known secrets in what goes out and comes back.

use std::borrow::Cow;
use std::fmt;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use secrecy::{ExposeSecret, SecretString};

use crate::encode;

/// Shorter values are not searched for: they would be found in innocent text.
pub(crate) const SHORTEST: usize = 6;

/// All spellings of all secrets of a call, searched for in one pass.
pub(crate) struct SecretIndex {
    search: Option<AhoCorasick>,
    owner: Vec<usize>,
    names: Vec<String>,
}

impl SecretIndex {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = (&'a str, &'a SecretString)>) -> Self {
        let (mut names, mut owner, mut needles) = (Vec::new(), Vec::new(), Vec::new());
        for (name, secret) in secrets {
            let value = secret.expose_secret();
            if value.len() < SHORTEST {
                continue;
            }
            for spelling in encode::spellings(value) {
                needles.push(spelling);
                owner.push(names.len());
            }
            names.push(name.to_owned());
        }
        // An automaton serves one call: it has to be quick to build above all.
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&needles)
            .ok();
        SecretIndex { search: search.filter(|_| !needles.is_empty()), owner, names }
    }

    /// The name of a secret that `haystack` holds.
    pub(crate) fn find(&self, haystack: &[u8]) -> Option<&str> {
        let found = self.search.as_ref()?.find(haystack)?;
        Some(&self.names[self.owner[found.pattern().as_usize()]])
    }

    /// The same bytes with every secret replaced by its name.
    pub(crate) fn redact<'a>(&self, haystack: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(search) = self.search.as_ref().filter(|search| search.is_match(haystack)) else {
            return Cow::Borrowed(haystack);
        };
        let mut clean = Vec::with_capacity(haystack.len());
        search.replace_all_with_bytes(haystack, &mut clean, |found, _, out| {
            let name = &self.names[self.owner[found.pattern().as_usize()]];
            out.extend_from_slice(b"[redacted:");
            out.extend_from_slice(name.as_bytes());
            out.push(b']');
            true
        });
        Cow::Owned(clean)
    }

    pub(crate) fn redact_str<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.redact(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
}

impl fmt::Debug for SecretIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretIndex").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(secrets: &[(&str, &str)]) -> SecretIndex {
        let owned: Vec<_> = secrets.iter().map(|(n, v)| (*n, SecretString::from(*v))).collect();
        SecretIndex::new(owned.iter().map(|(n, v)| (*n, v)))
    }

    #[test]
    fn redacts_every_spelling() {
        let index = index(&[("key", "top/secret+1"), ("pin", "1234")]);
        let text = r#"{"a":"top/secret+1","b":"top\/secret+1","c":"top%2Fsecret%2b1","pin":"1234"}"#;
        assert_eq!(
            index.redact_str(text),
            r#"{"a":"[redacted:key]","b":"[redacted:key]","c":"top%2Fsecret%2b1","pin":"1234"}"#
        );
        assert_eq!(index.redact_str("top%2Fsecret%2B1 top%2fsecret%2b1"), "[redacted:key] [redacted:key]");
    }

    #[test]
    fn without_a_find_nothing_is_copied() {
        let index = index(&[("key", "topsecret")]);
        assert!(matches!(index.redact_str("nothing here"), Cow::Borrowed(_)));
        assert!(index.find(b"nothing here").is_none());
        assert_eq!(index.find(b"xx topsecret"), Some("key"));
        assert!(!format!("{index:?}").contains("topsecret"));
    }

    #[test]
    fn no_secrets_is_fine() {
        let index = index(&[]);
        assert!(index.find(b"anything").is_none());
        assert!(matches!(index.redact(b"anything"), Cow::Borrowed(_)));
    }
}
