//! Settings: compiled defaults, then a file, then the environment.
//!
//! Each section is a small struct of its own. A value that is not understood, or a
//! combination that must not run, is an error that names the variable.

mod auth;
mod check;
mod database;
mod demo;
mod egress;
mod environment;
mod error;
mod layers;
mod limits;
mod mail;
mod outside;
mod plugins;
mod pricing;
mod secrets;
mod server;
mod stripe;
mod watches;
mod webhooks;
mod worker;

use std::path::Path;

use serde::Deserialize;

pub use self::stripe::{BillingMode, StripeConfig, mock_price};
pub use auth::AuthConfig;
pub use database::DatabaseConfig;
pub use demo::{DemoAccount, DemoFacts, DemoLogin, DemoMerchantAccount, DemoProduct, DemoStore};
pub use egress::EgressSettings;
pub use error::ConfigError;
pub use limits::LimitsConfig;
pub use mail::{MailConfig, SmtpTls};
pub use outside::{AnthropicConfig, LlmGatewayConfig};
pub use plugins::PluginsConfig;
pub use pricing::PricingConfig;
pub use secrets::SecretsConfig;
pub use server::{Environment, ServerConfig};
pub use watches::WatchesConfig;
pub use webhooks::WebhooksConfig;
pub use worker::WorkerConfig;

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: ServerConfig,
    pub database: DatabaseConfig,
    pub redis: RedisConfig,
    pub auth: AuthConfig,
    pub secrets: SecretsConfig,
    pub limits: LimitsConfig,
    pub mail: MailConfig,
    pub plugins: PluginsConfig,
    pub egress: EgressSettings,
    pub worker: WorkerConfig,
    pub watches: WatchesConfig,
    pub webhooks: WebhooksConfig,
    pub pricing: PricingConfig,
    pub stripe: StripeConfig,
    pub llm_gateway: LlmGatewayConfig,
    pub anthropic: AnthropicConfig,
    /// The demo world that runs beside the service, if the command line says so.
    #[serde(skip)]
    pub demo: Option<DemoFacts>,
}

/// Redis, for installations that have it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisConfig {
    pub url: secrecy::SecretString,
}

/// Settings, and what the operator should know about them.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    pub notes: Vec<String>,
}

impl Config {
    /// Read all layers; `variable` answers for the environment.
    ///
    /// # Errors
    /// A file or value that is not understood, by name.
    pub fn load(variable: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, ConfigError> {
        let mut settings = layers::defaults()?;
        if let Some(path) = variable("SOURCEPILOT_CONFIG").filter(|path| !path.is_empty()) {
            layers::overlay(&mut settings, layers::file(Path::new(&path))?);
        }
        environment::overlay(&mut settings, variable)?;
        let config: Config = layers::read(settings)?;
        Ok(Loaded { notes: environment::notes(variable), config })
    }

    /// Whether this installation serves strangers.
    pub fn is_production(&self) -> bool {
        self.server.environment == Environment::Production
    }

    /// Refuse combinations that must not run.
    ///
    /// # Errors
    /// The first one, naming the variable.
    pub fn check(&self) -> Result<(), ConfigError> {
        check::check(self)
    }
}
