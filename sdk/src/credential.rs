//! Secrets that a plugin uses without ever seeing them.
//!
//! A placeholder stands where the secret belongs: in a header, a query, a body or a
//! message to sign, as far as the manifest's `uses` allows. The host puts the value
//! in when the request leaves, and only towards the credential's audience.

pub use crate::bindings::host::credentials::{Algorithm, SignRequest};

/// The placeholder of a credential's value.
///
/// ```
/// use sourcepilot_sdk::credential;
/// let bearer = format!("Bearer {}", credential::value("access_token"));
/// assert_eq!(bearer, "Bearer {{credential:access_token}}");
/// ```
pub fn value(name: &str) -> String {
    format!("{{{{credential:{name}}}}}")
}

/// The placeholder of the value percent-encoded by RFC 3986, for messages to sign.
pub fn percent(name: &str) -> String {
    format!("{{{{credential:{name}:percent}}}}")
}

/// The value of an `Authorization` header: user and password of the scheme Basic,
/// both named credentials.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {{{{basic:{user}:{password}}}}}")
}

impl SignRequest {
    /// A message to be signed with the credential `key` and no suffix.
    pub fn new(key: impl Into<String>, algorithm: Algorithm, message: impl Into<String>) -> Self {
        SignRequest { key: key.into(), key_suffix: String::new(), algorithm, message: message.into() }
    }

    /// Appends to the key, such as the `&` of OAuth 1.0a.
    #[must_use]
    pub fn with_key_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.key_suffix = suffix.into();
        self
    }
}
