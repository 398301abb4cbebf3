use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

/// The language-model gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmGatewayConfig {
    /// Without a path; `none`: there is none.
    pub url: String,
    pub key: SecretString,
    timeout_seconds: u32,
    /// Questions per merchant and minute; 0: no limit.
    pub per_user_per_minute: u32,
}

/// Where a gateway is expected when nothing else is set.
const USUAL_GATEWAY: &str = "http://localhost:8200";

impl LlmGatewayConfig {
    /// Whether there is one at all.
    pub fn is_set(&self) -> bool {
        !matches!(self.url.trim(), "" | "none")
    }

    /// Send questions to this gateway, unless the operator has chosen one.
    pub fn default_to(&mut self, url: String, key: SecretString) {
        if self.url == USUAL_GATEWAY {
            (self.url, self.key) = (url, key);
        }
    }

    /// How long one answer may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds.max(1)))
    }
}

/// Asked when no gateway answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnthropicConfig {
    pub url: String,
    pub api_key: SecretString,
    pub model: String,
}
