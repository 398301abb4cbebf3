//! The manifest as written, with the place of every value.

use serde::Deserialize;
use toml::Spanned;

use super::error::{ManifestError, line_of};
use super::{CredentialUse, Kind, Owner, Per, SignAlgorithm};

type Text = Spanned<String>;

/// More text than any honest manifest has.
const LONGEST: usize = 256 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawManifest {
    pub(super) plugin: Spanned<RawPlugin>,
    pub(super) supplier: Option<Spanned<RawSupplier>>,
    pub(super) store: Option<Spanned<RawStore>>,
    #[serde(default)]
    pub(super) network: RawNetwork,
    #[serde(default)]
    pub(super) rate: Vec<Spanned<RawRate>>,
    #[serde(default)]
    pub(super) credential: Vec<Spanned<RawCredential>>,
    #[serde(default)]
    pub(super) capture: Vec<RawCapture>,
    pub(super) callback: Option<RawCallback>,
    #[serde(default)]
    pub(super) limits: RawLimits,
    pub(super) settings: Option<Spanned<toml::Table>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPlugin {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) kind: Spanned<Kind>,
    pub(super) api: Text,
    #[serde(default)]
    pub(super) description: Option<Text>,
    #[serde(default)]
    pub(super) aliases: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSupplier {
    pub(super) url_hosts: Spanned<Vec<Text>>,
    #[serde(default)]
    pub(super) features: Vec<Text>,
    pub(super) max_price_batch: Option<Spanned<u32>>,
    pub(super) catalogue: Option<Spanned<bool>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStore {
    #[serde(default)]
    pub(super) features: Vec<Text>,
    #[serde(default)]
    pub(super) api_key: Vec<Text>,
    #[serde(default)]
    pub(super) addresses: Vec<Text>,
    pub(super) canonical: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetwork {
    #[serde(default)]
    pub(super) hosts: Vec<Text>,
    pub(super) requests_per_call: Option<Spanned<u32>>,
    pub(super) accounts_per_address: Option<Spanned<u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRate {
    pub(super) per: Per,
    pub(super) requests: Option<Spanned<u32>>,
    pub(super) seconds: Spanned<u32>,
    pub(super) burst: Option<Spanned<u32>>,
    pub(super) url: Option<Text>,
    pub(super) fact: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredential {
    pub(super) name: Text,
    pub(super) label: Text,
    #[serde(default)]
    pub(super) help: String,
    pub(super) owner: Option<Owner>,
    #[serde(default)]
    pub(super) public: bool,
    pub(super) entered: Option<bool>,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) audience: Vec<Text>,
    #[serde(default)]
    pub(super) uses: Vec<CredentialUse>,
    #[serde(default)]
    pub(super) sign: Vec<SignAlgorithm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCapture {
    pub(super) credential: Text,
    pub(super) url: Text,
    pub(super) pointer: Text,
    pub(super) expires_in: Option<Text>,
    pub(super) expires_at: Option<Text>,
    #[serde(default)]
    pub(super) renews: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCallback {
    pub(super) key: Text,
    pub(super) signature: Text,
    pub(super) timestamp: Option<Text>,
    pub(super) max_age_seconds: Option<Spanned<u32>>,
    pub(super) address: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimits {
    pub(super) memory_mib: Option<Spanned<u32>>,
    pub(super) call_ms: Option<Spanned<u32>>,
    pub(super) response_kib: Option<Spanned<u32>>,
}

/// Read the TOML; only its grammar and the types of its values are judged here.
pub(super) fn read(text: &str) -> Result<RawManifest, ManifestError> {
    if text.len() > LONGEST {
        return Err(ManifestError::one(None, format!("the file is longer than {} KiB", LONGEST / 1024)));
    }
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        ManifestError::one(line, error.message())
    })
}
