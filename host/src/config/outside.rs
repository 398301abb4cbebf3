use secrecy::SecretString;
use serde::Deserialize;

/// The payment provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeConfig {
    pub secret_key: SecretString,
    pub webhook_secret: SecretString,
    pub pro_price_id: String,
    pub enterprise_price_id: String,
    pub billing_success_url: String,
    pub billing_cancel_url: String,
}

/// The language-model gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmGatewayConfig {
    pub url: String,
    pub key: SecretString,
}
