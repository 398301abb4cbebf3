//! The parameters of one request: what is signed and what is sent.
//!
//! Secrets are placeholders here. The host puts the values in twice, raw into the
//! message that it signs and percent-encoded into the form body, so that both
//! sides of the signature agree without the plugin ever seeing one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sourcepilot_sdk::{credential, encode};

/// Sorted by the bytes of the names, which is the order the signature wants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// Add a parameter; an empty value is neither signed nor sent.
    ///
    /// Doubled braces, which could read as a placeholder, are reduced to single ones.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        let mut value = value.into();
        while value.contains("{{") {
            value = value.replace("{{", "{");
        }
        if !value.is_empty() {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// Add a parameter whose value only the host knows.
    pub(crate) fn set_credential(&mut self, name: &str, credential: &str) -> &mut Self {
        self.0.insert(name.to_owned(), credential::value(credential));
        self
    }

    /// What is signed: names and values without separators, unencoded, after the
    /// path for system calls and after nothing for business calls.
    pub(crate) fn message(&self, path: &str) -> String {
        let parts = self.0.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        std::iter::once(path).chain(parts).collect()
    }

    /// The form body. Placeholders stand in it as they are: the host encodes what
    /// it puts in their place.
    pub(crate) fn form(&self) -> String {
        encode::pairs(&self.0)
    }
}

/// Upper-case hexadecimal, as the gateway compares it.
pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}
