//! `plugin-registry.toml`: which plugins run here, and what each may do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryFile {
    #[serde(default, rename = "plugin")]
    pub plugins: Vec<Entry>,
}

/// One plugin.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Must be the id that the component itself states.
    pub id: String,
    /// Relative to the registry file.
    pub file: PathBuf,
    /// `sha256:` and 64 hex digits of the component's bytes.
    pub digest: Option<String>,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub grant: Grant,
    #[serde(default)]
    pub limits: Limits,
    /// Values for the plugin's own settings, for everybody.
    #[serde(default)]
    pub settings: serde_json::Map<String, serde_json::Value>,
}

/// What the admin allows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    #[serde(default)]
    pub hosts: Vec<String>,
    #[serde(default)]
    pub credentials: Vec<String>,
}

/// Tighter limits than the plugin asks for; only `accounts_per_address` may be wider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub memory_mib: Option<u32>,
    pub call_ms: Option<u32>,
    pub response_kib: Option<u32>,
    pub component_mib: Option<u32>,
    pub requests_per_call: Option<u32>,
    pub concurrency: Option<u32>,
    pub accounts_per_address: Option<u32>,
}

/// Why the registry cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("cannot read the plugin registry {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the plugin registry {path} is not right: {problem}")]
    Malformed { path: PathBuf, problem: String },
}

fn yes() -> bool {
    true
}

impl RegistryFile {
    /// Read and check the file.
    pub fn read(path: &Path) -> Result<Self, RegistryError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| RegistryError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|problem| RegistryError::Malformed { path: path.to_owned(), problem })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: RegistryFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut seen = BTreeSet::new();
        for entry in &file.plugins {
            if !seen.insert(entry.id.as_str()) {
                return Err(format!("the plugin `{}` is listed twice; remove one entry", entry.id));
            }
            if entry.digest.as_deref().is_some_and(|digest| !is_digest(digest)) {
                return Err(format!(
                    "the digest of `{}` must be `sha256:` and 64 hex digits; `sourcepilot plugin pin {}` writes it",
                    entry.id, entry.id
                ));
            }
        }
        Ok(file)
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_of_this_repository_is_right() {
        let file = RegistryFile::parse(include_str!("../../../plugin-registry.toml")).expect("right");
        assert!(file.plugins.iter().any(|entry| entry.id == "manual"));
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("[[plugin]]\nid = 'a'\n", "file"),
            ("[[plugin]]\nid = 'a'\nfile = 'a.wasm'\ngrants = 1\n", "grants"),
            ("[[plugin]]\nid = 'a'\nfile = 'a.wasm'\ndigest = 'sha256:12'\n", "64 hex digits"),
            ("[[plugin]]\nid = 'a'\nfile = 'a'\n[[plugin]]\nid = 'a'\nfile = 'b'\n", "listed twice"),
        ];
        for (text, part) in cases {
            let problem = RegistryFile::parse(text).expect_err("wrong");
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }
}
