//! The demo world: a simulated supplier and shop beside the service.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sourcepilot_sandbox::{Sandbox, SandboxConfig, StripeConfig, demo};

use super::args::Demo;
use super::{CliError, say};
use crate::config::{Config, DemoAccount, DemoFacts, DemoLogin, DemoMerchantAccount, DemoProduct, DemoStore};

const EMAIL: &str = "demo@sourcepilot.example";
const PASSWORD: &str = "demo-password";

/// Start the demo world and send the suppliers' traffic to it.
///
/// # Errors
/// When its port is taken, or this is a production installation.
pub async fn start(config: &mut Config) -> Result<Sandbox, CliError> {
    let base = format!("http://127.0.0.1:{}", config.server.sandbox_port);
    config.demo = Some(facts(&base));
    config.check()?;
    let world = open(config).await?;
    config.demo = Some(facts(&world.urls.base));
    let gateway = format!("{}{}", world.urls.base, demo::LLM_PATH);
    config.llm_gateway.default_to(gateway, SecretString::from(demo::LLM_GATEWAY_KEY));
    config.egress.add_private(&world.allow_private());
    for pair in world.egress_map().split(',') {
        let (from, to) = pair.split_once('=').unwrap_or_default();
        config.egress.add_map(from, to);
    }
    Ok(world)
}

async fn open(config: &Config) -> Result<Sandbox, CliError> {
    let data_dir = &config.server.data_dir;
    tokio::fs::create_dir_all(data_dir).await.map_err(CliError::other)?;
    let settings = SandboxConfig {
        bind: SocketAddr::new(config.server.host, config.server.sandbox_port),
        snapshot: Some(data_dir.join("demo-world.json")),
        stripe: StripeConfig {
            webhook_url: Some(format!("http://127.0.0.1:{}/api/v1/webhooks/stripe", config.server.port)),
            ..StripeConfig::default()
        },
        ..SandboxConfig::default()
    };
    sourcepilot_sandbox::start(settings)
        .await
        .map_err(|error| CliError::other(format!("SANDBOX_PORT: {error}")))
}

/// `sourcepilot sandbox`: only the demo world.
///
/// # Errors
/// When its port is taken.
pub async fn sandbox(config: &Config) -> Result<(), CliError> {
    let world = open(config).await?;
    say(format!("Demo world    {}", world.urls.base));
    say("To send a service's traffic to it:");
    say(format!("  EGRESS_ALLOW_PRIVATE={}", world.allow_private()));
    say(format!("  EGRESS_MAP={}", world.egress_map()));
    tokio::signal::ctrl_c().await.map_err(CliError::other)?;
    world.shutdown().await;
    Ok(())
}

/// `sourcepilot demo`: what is needed to use the demo world.
///
/// # Errors
/// Never for the facts there are.
pub fn print(config: &Config, options: &Demo) -> Result<(), CliError> {
    let Demo { json } = *options;
    let facts = facts(&format!("http://127.0.0.1:{}", config.server.sandbox_port));
    if json {
        say(serde_json::to_string(&facts).map_err(CliError::other)?);
    } else {
        for line in lines(&facts) {
            say(line);
        }
    }
    Ok(())
}

/// Say it at the start of the service.
pub fn introduce(config: &Config) {
    for line in config.demo.iter().flat_map(lines) {
        say(line);
    }
}

fn lines(facts: &DemoFacts) -> Vec<String> {
    let DemoFacts { login, service_key: _, stores, supplier_accounts: _, merchant_accounts: _, products } =
        facts;
    let mut lines = vec![format!("Demo login    {} / {}", login.email, login.password)];
    lines
        .extend(stores.iter().map(|store| format!("Demo shop     {} ({})", store.store_url, store.platform)));
    lines.extend(products.first().map(|product| format!("Demo product  {}", product.url)));
    lines
}

/// The same in every demo world, like the login: it opens nothing else.
fn service_key() -> String {
    format!("so_live_{}", URL_SAFE_NO_PAD.encode(Sha256::digest("the demo world's service account")))
}

fn facts(base: &str) -> DemoFacts {
    let text = |(name, value): (&str, &str)| (name.to_owned(), Value::String(value.to_owned()));
    DemoFacts {
        login: DemoLogin { email: EMAIL.to_owned(), password: PASSWORD.to_owned() },
        service_key: service_key(),
        stores: demo::shops(base)
            .into_iter()
            .map(|demo::DemoShop { platform, url, api_key }| DemoStore {
                platform: platform.to_owned(),
                store_url: url,
                api_key,
            })
            .collect(),
        supplier_accounts: demo::accounts()
            .into_iter()
            .map(|demo::DemoAccount { platform, credentials }| DemoAccount {
                platform: platform.to_owned(),
                credentials: credentials.into_iter().map(text).collect(),
            })
            .collect(),
        merchant_accounts: demo::merchant_accounts(base)
            .into_iter()
            .map(|demo::DemoMerchantAccount { platform, name, settings }| DemoMerchantAccount {
                platform: platform.to_owned(),
                name: name.to_owned(),
                settings: settings
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), Value::String(value)))
                    .collect(),
            })
            .collect(),
        products: demo::products(base)
            .into_iter()
            .map(|demo::DemoProduct { source, url }| DemoProduct { source: source.to_owned(), url })
            .collect(),
    }
}
