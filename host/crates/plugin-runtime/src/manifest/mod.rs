//! `plugin.toml`: what a plugin is, what it offers and what it asks for.
//!
//! It is data inside the component, so that an installation can list plugins and
//! an admin can judge one without running any of its code.

mod addresses;
mod embed;
mod error;
mod raw;
mod validate;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use addresses::Addresses;
pub use embed::SECTION;
pub use error::{ManifestError, Problem};

/// Which side of the trade a plugin is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A source of products.
    Supplier,
    /// A shop they are put into.
    Store,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Supplier => "supplier",
            Kind::Store => "store",
        })
    }
}

/// An optional interface that a plugin exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Search by words.
    Search,
    /// Prices of many products in one call.
    Pricing,
    /// Delivery costs.
    Freight,
    /// Reading what a merchant supplies.
    Feed,
    /// Reading, changing and removing products in a shop.
    Upkeep,
    /// Reading what stands in a shop, whoever put it there.
    Browse,
    /// Consent in the remote side's own pages.
    Authorization,
    /// Renewal of tokens.
    TokenRenewal,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 8] = [
        Feature::Search,
        Feature::Pricing,
        Feature::Freight,
        Feature::Feed,
        Feature::Upkeep,
        Feature::Browse,
        Feature::Authorization,
        Feature::TokenRenewal,
    ];

    /// The word used in plugin.toml, which is the name of the WIT interface too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Feature::Search => "search",
            Feature::Pricing => "pricing",
            Feature::Freight => "freight",
            Feature::Feed => "feed",
            Feature::Upkeep => "upkeep",
            Feature::Browse => "browse",
            Feature::Authorization => "authorization",
            Feature::TokenRenewal => "token-renewal",
        }
    }

    /// Whether a plugin of this kind may have it.
    #[must_use]
    pub fn fits(self, kind: Kind) -> bool {
        match self {
            Feature::Authorization | Feature::TokenRenewal => true,
            Feature::Upkeep | Feature::Browse => kind == Kind::Store,
            Feature::Search | Feature::Pricing | Feature::Freight | Feature::Feed => kind == Kind::Supplier,
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The version of the contract that a plugin was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    /// Different numbers do not fit together; below 1 the same holds for `minor`.
    pub major: u32,
    /// Grows when interfaces are added.
    pub minor: u32,
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for ApiVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The `[supplier]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupplierSection {
    /// Hosts whose pages it understands, with their subdomains; `*` for any page.
    pub url_hosts: Vec<String>,
    /// How many products one pricing call may name.
    pub max_price_batch: u32,
    /// Works from what the merchant supplies for an account.
    pub catalogue: bool,
}

/// The `[store]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreSection {
    /// Accepted forms of a single key string: credential names, which stand
    /// joined by `:` in plugin.toml.
    pub api_key: Vec<Vec<String>>,
    /// The only addresses that a shop can have; any when absent.
    pub addresses: Option<Addresses>,
}

/// The `[network]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Origins and patterns, as written.
    pub hosts: Vec<String>,
    /// How many requests one call may make.
    pub requests_per_call: u32,
    /// How many accounts the service lets one outgoing address serve.
    pub accounts_per_address: Option<u32>,
}

/// Who supplies a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The admin, for everybody; a merchant may bring an own one.
    Installation,
    /// The merchant.
    Account,
}

/// Where a credential's placeholder may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialUse {
    /// The value of a header.
    Header,
    /// The value of a query parameter.
    Query,
    /// The body.
    Body,
    /// Key or message of a signature.
    Sign,
}

/// A keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignAlgorithm {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-1.
    HmacSha1,
    /// HMAC with MD5.
    HmacMd5,
}

/// One `[[credential]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CredentialSpec {
    /// Its key everywhere.
    pub name: String,
    /// What a form calls it.
    pub label: String,
    /// Where a merchant finds it.
    pub help: String,
    /// Who supplies it.
    pub owner: Owner,
    /// No secret: may stand in a consent address and travel without TLS.
    pub public: bool,
    /// Typed by a person; otherwise a capture fills it.
    pub entered: bool,
    /// The plugin works without it.
    pub optional: bool,
    /// Origins it may be sent to.
    pub audience: Vec<String>,
    /// Places it may stand in.
    pub uses: Vec<CredentialUse>,
    /// Algorithms it may be the key of.
    pub sign: Vec<SignAlgorithm>,
}

/// One `[[capture]]`: a token that the host takes out of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaptureSpec {
    /// The credential it becomes.
    pub credential: String,
    /// The address whose answers carry it; a trailing `*` matches any ending.
    pub url: String,
    /// JSON pointer to the token.
    pub pointer: String,
    /// JSON pointer to its life in seconds.
    pub expires_in: Option<String>,
    /// JSON pointer to its end, in milliseconds since 1970 or as an ISO date.
    pub expires_at: Option<String>,
    /// Calls do not use it: it is what the others are renewed with.
    pub renews: bool,
}

/// The `[callback]` table: how the remote side's pages prove that it was they who sent
/// the merchant back after consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallbackSpec {
    /// The credential that is the key of an HMAC-SHA256, in hex, over all other
    /// parameters as they were sent, sorted by name and joined by `&`.
    pub key: String,
    /// The parameter that holds it.
    pub signature: String,
    /// The parameter that says when it was made, in seconds since 1970.
    pub timestamp: Option<String>,
    /// How long ago, or ahead, that may be.
    pub max_age_seconds: u32,
    /// For stores that declare `addresses`: the parameter that names the shop.
    pub address: Option<String>,
}

/// What a rate is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Each account or shop by itself.
    Account,
    /// All calls of the installation together.
    Installation,
}

/// One `[[rate]]`: how many requests the service takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RateSpec {
    /// What it is counted over.
    pub per: Per,
    /// So many requests …; without it the rate holds only for accounts that have `fact`.
    pub requests: Option<u32>,
    /// … in so many seconds, evenly spread.
    pub seconds: u32,
    /// How many may leave at once after a pause.
    pub burst: u32,
    /// Only requests to this address; a trailing `*` matches any ending.
    pub url: Option<String>,
    /// An attribute of the account whose number replaces `requests`.
    pub fact: Option<String>,
}

/// The `[limits]` table: what the plugin asks for. The host's ceiling wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AskedLimits {
    /// MiB over all memories and tables.
    pub memory_mib: Option<u32>,
    /// Milliseconds of one whole call.
    pub call_ms: Option<u32>,
    /// KiB of one answer, unpacked.
    pub response_kib: Option<u32>,
}

/// A checked `plugin.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// The source id or platform id of the HTTP API.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The plugin's own version.
    pub version: String,
    /// Supplier or store.
    pub kind: Kind,
    /// The contract it was written for.
    pub api: ApiVersion,
    /// A sentence or two.
    pub description: String,
    /// Other spellings of the id.
    pub aliases: Vec<String>,
    /// For suppliers.
    pub supplier: Option<SupplierSection>,
    /// For stores.
    pub store: Option<StoreSection>,
    /// The optional interfaces it exports.
    pub features: BTreeSet<Feature>,
    /// Where it wants to go.
    pub network: Network,
    /// How often.
    pub rates: Vec<RateSpec>,
    /// What it needs to know of a merchant or of the installation.
    pub credentials: Vec<CredentialSpec>,
    /// Tokens that the host takes out of answers.
    pub captures: Vec<CaptureSpec>,
    /// What a consent's callback must prove; its state and the browser alone when absent.
    pub callback: Option<CallbackSpec>,
    /// What it asks for.
    pub limits: AskedLimits,
    /// JSON Schema of the settings, always of type `object`.
    pub settings: serde_json::Value,
}

impl Manifest {
    /// Read and check the text of a `plugin.toml`.
    ///
    /// # Errors
    /// With every problem found, each with its line.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        validate::check(text, raw::read(text)?)
    }

    /// Read the manifest that a component carries, without running the component.
    ///
    /// # Errors
    /// When the bytes are no WebAssembly, carry no manifest or more than one, or
    /// the manifest itself is wrong.
    pub fn from_component(bytes: &[u8]) -> Result<Self, ManifestError> {
        Self::parse(&embed::section_text(bytes)?)
    }

    /// The declaration of a credential.
    #[must_use]
    pub fn credential(&self, name: &str) -> Option<&CredentialSpec> {
        self.credentials.iter().find(|credential| credential.name == name)
    }

    /// Whether it declares an optional interface.
    #[must_use]
    pub fn offers(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Whether it works from what the merchant supplies for an account.
    #[must_use]
    pub fn uses_catalogue(&self) -> bool {
        self.supplier.as_ref().is_some_and(|supplier| supplier.catalogue)
    }

    /// Whether `host` is one of a supplier's page hosts; `*` does not count here,
    /// because such a supplier is asked last.
    #[must_use]
    pub fn claims_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.supplier.iter().flat_map(|supplier| &supplier.url_hosts).any(|claimed| {
            host == *claimed
                || host
                    .strip_suffix(claimed.as_str())
                    .is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        })
    }

    /// Whether a supplier takes any page.
    #[must_use]
    pub fn claims_any_host(&self) -> bool {
        self.supplier.as_ref().is_some_and(|supplier| supplier.url_hosts.iter().any(|host| host == "*"))
    }
}
