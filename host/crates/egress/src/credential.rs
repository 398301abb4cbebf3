//! The secrets of one call and what may be done with each.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::origin::Origin;

/// Where a credential's placeholder may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// In the value of a header.
    Header,
    /// As the value of a query parameter.
    Query,
    /// As the value of a form field or a JSON string.
    Body,
    /// As key or part of the message of a signature.
    Sign,
}

impl Use {
    /// The word used for it in plugin.toml.
    pub fn as_str(self) -> &'static str {
        match self {
            Use::Header => "header",
            Use::Query => "query",
            Use::Body => "body",
            Use::Sign => "sign",
        }
    }
}

/// Keyed hashes on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-1, which OAuth 1.0a prescribes.
    HmacSha1,
    /// HMAC with MD5, for old gateways.
    HmacMd5,
}

impl Algorithm {
    /// The word used for it in plugin.toml.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::HmacSha256 => "hmac-sha256",
            Algorithm::HmacSha1 => "hmac-sha1",
            Algorithm::HmacMd5 => "hmac-md5",
        }
    }
}

/// One credential of a call. Its value shows in no `Debug` output.
#[derive(Clone)]
pub struct Credential {
    pub(crate) value: Option<SecretString>,
    pub(crate) public: bool,
    pub(crate) audience: Vec<Origin>,
    pub(crate) uses: Vec<Use>,
    pub(crate) algorithms: Vec<Algorithm>,
}

impl Credential {
    /// A credential with a value. It may be used nowhere until told otherwise.
    pub fn new(value: SecretString) -> Self {
        Credential { value: Some(value), ..Self::declared() }
    }

    /// A credential that has no value yet, such as a token that this call is
    /// going to capture.
    pub fn declared() -> Self {
        Credential {
            value: None,
            public: false,
            audience: Vec::new(),
            uses: Vec::new(),
            algorithms: Vec::new(),
        }
    }

    /// Marks it as no secret: it may travel without TLS and is not redacted.
    #[must_use]
    pub fn public(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    /// The origins it may be sent to.
    #[must_use]
    pub fn audience(mut self, audience: impl IntoIterator<Item = Origin>) -> Self {
        self.audience = audience.into_iter().collect();
        self
    }

    /// Where its placeholder may stand.
    #[must_use]
    pub fn uses(mut self, uses: impl IntoIterator<Item = Use>) -> Self {
        self.uses = uses.into_iter().collect();
        self
    }

    /// The algorithms it may be the key of.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("has_value", &self.value.is_some())
            .field("public", &self.public)
            .field("audience", &self.audience)
            .field("uses", &self.uses)
            .field("algorithms", &self.algorithms)
            .finish()
    }
}

/// All credentials of a call, by the names of the manifest.
#[derive(Clone, Debug, Default)]
pub struct CredentialSet {
    by_name: BTreeMap<String, Credential>,
}

impl CredentialSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a credential.
    pub fn insert(&mut self, name: impl Into<String>, credential: Credential) {
        self.by_name.insert(name.into(), credential);
    }

    /// The set with one more credential.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, credential: Credential) -> Self {
        self.insert(name, credential);
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Credential> {
        self.by_name.get(name)
    }

    /// Sets the value of a declared credential; false when it is not declared.
    pub(crate) fn set_value(&mut self, name: &str, value: SecretString) -> bool {
        self.by_name.get_mut(name).map(|credential| credential.value = Some(value)).is_some()
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.by_name
            .iter()
            .filter(|(_, credential)| !credential.public)
            .filter_map(|(name, credential)| Some((name.as_str(), credential.value.as_ref()?)))
    }
}

/// A token that was taken out of an answer.
#[derive(Clone)]
pub struct Captured {
    /// The credential's name in the manifest.
    pub credential: String,
    /// What to store for it.
    pub value: SecretString,
    /// When it ends, if the answer said so.
    pub expires_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured")
            .field("credential", &self.credential)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
