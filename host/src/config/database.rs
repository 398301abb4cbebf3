use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    pub url: SecretString,
    pub connections: u32,
}

impl DatabaseConfig {
    /// The address to use; a file in `data_dir` when none is set.
    pub fn address(&self, data_dir: &Path) -> SecretString {
        if self.url.expose_secret().is_empty() {
            SecretString::from(format!("sqlite:{}", data_dir.join("sourcepilot.db").display()))
        } else {
            self.url.clone()
        }
    }
}
