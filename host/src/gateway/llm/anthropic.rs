//! Anthropic's `POST /v1/messages`, version 2023-06-01.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use sourcepilot_egress::OperatorClient;
use url::Url;

use super::{LARGEST, LlmError, Question, Reply, address, refused};
use crate::config::{AnthropicConfig, ConfigError};

const VERSION: &str = "2023-06-01";

#[derive(Debug)]
pub(super) struct Anthropic {
    url: Url,
    key: SecretString,
    version: SecretString,
    model: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    content: Vec<Block>,
}

/// A part of the answer; only text is of use.
#[derive(Deserialize)]
struct Block {
    #[serde(default)]
    text: Option<String>,
}

impl Anthropic {
    pub(super) fn new(config: &AnthropicConfig) -> Result<Self, ConfigError> {
        if config.model.trim().is_empty() {
            return Err(ConfigError::value("ANTHROPIC_MODEL", "names no model"));
        }
        Ok(Anthropic {
            url: address("ANTHROPIC_BASE_URL", &config.url, "/v1/messages")?,
            key: config.api_key.clone(),
            version: SecretString::from(VERSION),
            model: config.model.clone(),
        })
    }

    pub(super) async fn ask(
        &self,
        client: &OperatorClient,
        question: &Question,
        time: Duration,
    ) -> Result<Reply, LlmError> {
        let Question { user: _, task: _, system, prompt, max_tokens, temperature } = question;
        let body = json!({
            "model": self.model, "max_tokens": max_tokens, "temperature": temperature, "system": system,
            "messages": [{"role": "user", "content": prompt}],
        });
        let headers = [("x-api-key", &self.key), ("anthropic-version", &self.version)];
        let (status, bytes) = client.post_json(&self.url, &headers, &body, time, LARGEST).await?;
        if status != 200 {
            return Err(refused(status, &bytes));
        }
        let Answer { content } = serde_json::from_slice(&bytes).map_err(|_| LlmError::Answer)?;
        let content: String = content.into_iter().filter_map(|block| block.text).collect();
        // The answer tells tokens, not money.
        Ok(Reply { content, provider: "anthropic".to_owned(), cost_usd: 0.0 })
    }
}
