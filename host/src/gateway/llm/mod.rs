//! Language models: the gateway, and Anthropic's Messages API when no gateway
//! answers.

mod anthropic;
mod proxy;

use std::time::Duration;

use secrecy::ExposeSecret;
use sourcepilot_egress::{ConfigError as EgressConfigError, EgressConfig, OperatorClient, OperatorError};
use url::Url;
use uuid::Uuid;

use crate::config::{AnthropicConfig, ConfigError, LlmGatewayConfig};

/// Answers are some kilobytes of text.
const LARGEST: usize = 256 * 1024;
/// With somebody else to ask, the gateway gets this part of the time.
const FIRST_SHARE: f64 = 0.6;

/// A question to a model.
#[derive(Clone, Debug)]
pub struct Question {
    /// For the gateway's own bookkeeping.
    pub user: Uuid,
    /// The gateway's name for questions of this kind.
    pub task: &'static str,
    /// What the model is to do.
    pub system: String,
    /// What it is to do it with.
    pub prompt: String,
    pub max_tokens: u32,
    /// 0: always the same; 1: as it comes.
    pub temperature: f64,
}

/// What a model said.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub content: String,
    /// Who answered; `unknown` when nobody says.
    pub provider: String,
    /// US dollars; zero when nobody says.
    pub cost_usd: f64,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    #[error(
        "No language model is set up here. Ask the operator to set LLM_GATEWAY_URL or ANTHROPIC_API_KEY."
    )]
    NotConfigured,
    #[error("The language model cannot be reached at present. Try again later.")]
    Unreachable,
    #[error("The language model did not answer in time. Try again later.")]
    Timeout,
    #[error("The language model is busy. Try again in a minute.")]
    Busy,
    #[error("The language model's answer could not be used. Try again later.")]
    Answer,
}

/// The way to language models.
#[derive(Debug)]
pub struct Llm {
    client: OperatorClient,
    gateway: Option<proxy::Gateway>,
    anthropic: Option<anthropic::Anthropic>,
    time: Duration,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Egress(#[from] EgressConfigError),
}

impl Llm {
    /// From the settings. `longest` is what one request to us may take altogether.
    ///
    /// # Errors
    /// When an address is none.
    pub fn new(
        gateway: &LlmGatewayConfig,
        anthropic: &AnthropicConfig,
        egress: &EgressConfig,
        longest: Duration,
    ) -> Result<Self, SetupError> {
        let anthropic = match anthropic.api_key.expose_secret().is_empty() {
            true => None,
            false => Some(anthropic::Anthropic::new(anthropic)?),
        };
        Ok(Llm {
            client: OperatorClient::new(egress)?,
            gateway: gateway.is_set().then(|| proxy::Gateway::new(gateway)).transpose()?,
            anthropic,
            // So that "in time" is said by us and not by the limit around every request.
            time: gateway.timeout().min(longest.mul_f64(0.9)),
        })
    }

    /// Ask; whoever can answer does.
    ///
    /// # Errors
    /// Why nobody did.
    pub async fn ask(&self, question: &Question) -> Result<Reply, LlmError> {
        match (&self.gateway, &self.anthropic) {
            (None, None) => Err(LlmError::NotConfigured),
            (Some(gateway), None) => gateway.ask(&self.client, question, self.time).await,
            (None, Some(anthropic)) => anthropic.ask(&self.client, question, self.time).await,
            (Some(gateway), Some(anthropic)) => {
                let share = self.time.mul_f64(FIRST_SHARE);
                match gateway.ask(&self.client, question, share).await {
                    Ok(reply) => Ok(reply),
                    Err(error) => {
                        tracing::info!(%error, "the gateway did not answer; Anthropic is asked");
                        anthropic.ask(&self.client, question, self.time.saturating_sub(share)).await
                    }
                }
            }
        }
    }
}

fn address(setting: &'static str, base: &str, path: &str) -> Result<Url, ConfigError> {
    let text = format!("{}{path}", base.trim().trim_end_matches('/'));
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| ConfigError::value(setting, "is not an address such as http://localhost:8200"))
}

/// What a status other than 200 means. The answer's text is for the log only.
fn refused(status: u16, body: &[u8]) -> LlmError {
    let text: String = String::from_utf8_lossy(body).chars().take(300).collect();
    tracing::warn!(status, text, "a language model refused");
    match status {
        429 | 529 => LlmError::Busy,
        504 => LlmError::Timeout,
        _ => LlmError::Unreachable,
    }
}

impl From<OperatorError> for LlmError {
    fn from(error: OperatorError) -> Self {
        tracing::warn!(%error, "a language model did not answer");
        match error {
            OperatorError::Unreachable(_) => LlmError::Unreachable,
            OperatorError::Timeout => LlmError::Timeout,
            OperatorError::TooLarge { .. } => LlmError::Answer,
        }
    }
}
