//! The parameters of one request: what is signed and what is sent.
//!
//! Secrets are placeholders here. The host puts the values in twice, raw into the
//! message that it signs and percent-encoded into the form body, so that both
//! sides of the signature agree without the plugin ever seeing one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Upper-case hexadecimal, as the gateway compares it.
pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// The placeholder of a credential.
pub(crate) fn placeholder(credential: &str) -> String {
    format!("{{{{credential:{credential}}}}}")
}

enum Value {
    Plain(String),
    Credential(&'static str),
}

/// Sorted by the bytes of the names, which is the order the signature wants.
#[derive(Default)]
pub(crate) struct Params(BTreeMap<String, Value>);

impl Params {
    /// Add a parameter; an empty value is neither signed nor sent.
    ///
    /// Doubled braces, which would read as a placeholder in the signed message,
    /// are reduced to single ones.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        let mut value = value.into();
        while value.contains("{{") {
            value = value.replace("{{", "{");
        }
        if !value.is_empty() {
            self.0.insert(name.to_owned(), Value::Plain(value));
        }
        self
    }

    /// Add a parameter whose value only the host knows.
    pub(crate) fn set_credential(&mut self, name: &str, credential: &'static str) -> &mut Self {
        self.0.insert(name.to_owned(), Value::Credential(credential));
        self
    }

    /// What is signed: names and values without separators, unencoded, after the
    /// path for system calls and after nothing for business calls.
    pub(crate) fn message(&self, path: &str) -> String {
        let mut message = path.to_owned();
        for (name, value) in &self.0 {
            message.push_str(name);
            match value {
                Value::Plain(text) => message.push_str(text),
                Value::Credential(credential) => message.push_str(&placeholder(credential)),
            }
        }
        message
    }

    /// The form body. Placeholders stand in it as they are: the host encodes what
    /// it puts in their place.
    pub(crate) fn form(&self) -> String {
        let mut form = String::new();
        for (name, value) in &self.0 {
            if !form.is_empty() {
                form.push('&');
            }
            encode(&mut form, name);
            form.push('=');
            match value {
                Value::Plain(text) => encode(&mut form, text),
                Value::Credential(credential) => form.push_str(&placeholder(credential)),
            }
        }
        form
    }
}

/// Percent-encoding of everything but RFC 3986's unreserved characters.
pub(crate) fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}
