use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where plugins come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluginsConfig {
    pub registry: PathBuf,
    cache_dir: PathBuf,
}

impl PluginsConfig {
    /// Where compiled plugins are kept.
    pub fn cache_dir(&self, data_dir: &Path) -> PathBuf {
        if self.cache_dir.as_os_str().is_empty() {
            data_dir.join("plugin-cache")
        } else {
            self.cache_dir.clone()
        }
    }
}
