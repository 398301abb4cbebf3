use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Config, ConfigError};

/// What the original platform's development installations share.
const DEVELOPMENT_SECRET: &str = "dev-platform-bridge-secret";

/// What other services may tell us.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    auto_import_score_threshold: String,
    platform_secret: SecretString,
}

impl WebhooksConfig {
    /// From which score on a product is imported by itself.
    ///
    /// # Errors
    /// When the setting is not a number.
    pub fn score_threshold(&self) -> Result<f64, ConfigError> {
        let text = self.auto_import_score_threshold.trim();
        text.parse::<f64>().ok().filter(|score| score.is_finite()).ok_or_else(|| {
            ConfigError::value("AUTO_IMPORT_SCORE_THRESHOLD", format!("`{text}` is not a number such as 50"))
        })
    }
}

impl Config {
    /// The secret with which the platform signs its events. Production believes
    /// nobody as long as none is set.
    pub fn platform_secret(&self) -> Option<SecretString> {
        let set = &self.webhooks.platform_secret;
        match (set.expose_secret().is_empty(), self.is_production()) {
            (false, _) => Some(set.clone()),
            (true, true) => None,
            (true, false) => Some(SecretString::from(DEVELOPMENT_SECRET)),
        }
    }

    /// Whether the setting is one that production must refuse.
    pub(super) fn platform_secret_is_set(&self) -> Option<&SecretString> {
        Some(&self.webhooks.platform_secret).filter(|secret| !secret.expose_secret().is_empty())
    }
}
