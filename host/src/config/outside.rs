use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

/// The language-model gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmGatewayConfig {
    /// Without a path; empty: there is none.
    pub url: String,
    pub key: SecretString,
    timeout_seconds: u32,
    /// Questions per merchant and minute; 0: no limit.
    pub per_user_per_minute: u32,
}

impl LlmGatewayConfig {
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
