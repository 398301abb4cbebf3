//! The gateway's `POST /api/v1/generate`.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use sourcepilot_egress::OperatorClient;
use url::Url;

use super::{LARGEST, LlmError, Question, Reply, address, refused};
use crate::config::{ConfigError, LlmGatewayConfig};

const SERVICE: &str = "sourcepilot";

#[derive(Debug)]
pub(super) struct Gateway {
    url: Url,
    key: SecretString,
}

/// Older gateways leave fields out.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    cost_usd: Option<f64>,
}

impl Gateway {
    pub(super) fn new(config: &LlmGatewayConfig) -> Result<Self, ConfigError> {
        let url = address("LLM_GATEWAY_URL", &config.url, "/api/v1/generate")?;
        Ok(Gateway { url, key: config.key.clone() })
    }

    pub(super) async fn ask(
        &self,
        client: &OperatorClient,
        question: &Question,
        time: Duration,
    ) -> Result<Reply, LlmError> {
        let Question { user, task, system, prompt, max_tokens, temperature } = question;
        let body = json!({
            "user_id": user, "service": SERVICE, "task_type": task, "prompt": prompt, "system": system,
            "max_tokens": max_tokens, "temperature": temperature, "json_mode": true,
        });
        let key = [("X-Service-Key", &self.key)];
        let headers = if self.key.expose_secret().is_empty() { &[][..] } else { &key[..] };
        let (status, bytes) = client.post_json(&self.url, headers, &body, time, LARGEST).await?;
        if status != 200 {
            return Err(refused(status, &bytes));
        }
        let Answer { content, provider, cost_usd } =
            serde_json::from_slice(&bytes).map_err(|_| LlmError::Answer)?;
        Ok(Reply {
            content: content.unwrap_or_default(),
            provider: provider.unwrap_or_else(|| "unknown".to_owned()),
            cost_usd: cost_usd.filter(|cost| *cost >= 0.0).unwrap_or(0.0),
        })
    }
}
