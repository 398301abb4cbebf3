//! Services beside this one.

use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::Finding;
use crate::config::{BillingMode, Config};

const PATIENCE: Duration = Duration::from_secs(3);

/// Whether Redis answers, if there is one.
pub(super) async fn redis(config: &Config) -> Option<Finding> {
    const WHAT: &str = "redis";
    let setting = config.redis.url.expose_secret();
    if setting.is_empty() {
        return None;
    }
    let Ok(url) = Url::parse(setting) else {
        return Some(Finding::fail(WHAT, "REDIS_URL is not understood; write it as redis://host:6379/0."));
    };
    Some(match greet(&url).await {
        Ok(true) => Finding::ok(WHAT, "It answers."),
        Ok(false) => Finding::warn(
            WHAT,
            "Something answers, but not as Redis does over a plain connection; is it behind TLS?",
        ),
        Err(error) => Finding::fail(WHAT, format!("It does not answer: {error}. Is REDIS_URL right?")),
    })
}

/// Say PING as every client does first; a password that is asked for is an answer, too.
async fn greet(url: &Url) -> std::io::Result<bool> {
    let mut stream = connect(url, 6379).await?;
    let asked = async {
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 32];
        let length = stream.read(&mut answer).await?;
        let answer = &answer[..length];
        Ok(answer.starts_with(b"+PONG") || answer.starts_with(b"-NOAUTH"))
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}

async fn connect(url: &Url, usual_port: u16) -> std::io::Result<TcpStream> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(usual_port);
    let connected = TcpStream::connect((host, port));
    tokio::time::timeout(PATIENCE, connected)
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}

/// Whether the payment settings fit together.
pub(super) fn stripe(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "stripe";
    let stripe = &config.stripe;
    let key = stripe.secret_key.expose_secret();
    if stripe.mode() == BillingMode::Off {
        return vec![Finding::ok(WHAT, "Plans are not for sale here.")];
    }
    if stripe.mode() == BillingMode::Mock {
        return vec![Finding::warn(
            WHAT,
            "STRIPE_SECRET_KEY is not set: subscriptions are pretended and cost nothing.",
        )];
    }
    let mut findings = Vec::new();
    if !(key.starts_with("sk_") || key.starts_with("rk_")) {
        findings.push(Finding::fail(
            WHAT,
            "STRIPE_SECRET_KEY begins neither with sk_ nor with rk_; is it the publishable key?",
        ));
    }
    if config.is_production() && key.contains("_test_") {
        findings.push(Finding::warn(WHAT, "STRIPE_SECRET_KEY is one for tests; nobody is charged."));
    }
    for (name, value) in [
        ("STRIPE_PRO_PRICE_ID", &stripe.pro_price_id),
        ("STRIPE_ENTERPRISE_PRICE_ID", &stripe.enterprise_price_id),
    ] {
        if value.is_empty() {
            findings.push(Finding::fail(WHAT, format!("{name} is not set: that plan cannot be bought.")));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(WHAT, "The settings fit together."));
    }
    findings
}

/// Whether the language-model gateway can be reached.
pub(super) async fn gateway(config: &Config) -> Finding {
    const WHAT: &str = "LLM gateway";
    let url = match Url::parse(&config.llm_gateway.url) {
        Ok(url) if url.has_host() => url,
        _ => {
            return Finding::warn(
                WHAT,
                "LLM_GATEWAY_URL is no address: the AI operations have no gateway to ask.",
            );
        }
    };
    match connect(&url, 80).await {
        Ok(_) => Finding::ok(WHAT, "Something listens there."),
        Err(error) => Finding::warn(
            WHAT,
            format!("Nothing answers at LLM_GATEWAY_URL: {error}. Without it the AI operations do not work."),
        ),
    }
}
