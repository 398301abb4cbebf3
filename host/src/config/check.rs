//! Combinations that must not run.

use secrecy::{ExposeSecret, SecretString};

use super::{Config, ConfigError};
use crate::db::KeyRing;

/// Production secrets have at least this many characters.
const SHORTEST_SECRET: usize = 32;

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    everywhere(config)?;
    if config.is_production() {
        production(config)?;
    }
    config.stripe.check(config.is_production())
}

fn everywhere(config: &Config) -> Result<(), ConfigError> {
    for origin in &config.server.cors_origins {
        let parsed = url::Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if parsed.is_none_or(|url| url.origin().ascii_serialization() != *origin) {
            return Err(ConfigError::value(
                "CORS_ORIGINS",
                format!("`{origin}` is not an origin such as https://app.example.com"),
            ));
        }
    }
    let key = config.secrets.encryption_key.expose_secret();
    if !key.is_empty() {
        KeyRing::parse(key).map_err(|error| ConfigError::value("SOURCEPILOT_ENCRYPTION_KEY", error))?;
    }
    if config.auth.access_token_minutes == 0 || config.auth.refresh_token_days == 0 {
        return Err(ConfigError::value(
            "JWT_ACCESS_TOKEN_EXPIRE_MINUTES, JWT_REFRESH_TOKEN_EXPIRE_DAYS",
            "must be at least 1",
        ));
    }
    config.webhooks.score_threshold()?;
    config.pricing.rates()?;
    config.mail.check()?;
    config.egress.to_egress().map(|_| ())
}

fn production(config: &Config) -> Result<(), ConfigError> {
    if config.demo.is_some() {
        return Err(ConfigError::value(
            "SOURCEPILOT_ENV",
            "production does not run the demo world; leave --demo out",
        ));
    }
    strong("JWT_SECRET_KEY", &config.auth.jwt_secret_key)?;
    if let Some(secret) = config.platform_secret_is_set() {
        strong("PLATFORM_WEBHOOK_SECRET", secret)?;
    }
    if !is_set(&config.secrets.encryption_key) {
        return Err(ConfigError::value(
            "SOURCEPILOT_ENCRYPTION_KEY",
            "production needs one: 32 random bytes, for instance from `openssl rand -base64 32`",
        ));
    }
    let limits = &config.limits;
    for (name, limit) in [
        ("RATE_LIMIT_PER_ADDRESS", limits.per_address_per_minute),
        ("LOGIN_ATTEMPTS_PER_ACCOUNT", limits.login_attempts_per_account),
        ("ACCOUNT_REQUESTS_PER_ADDRESS", limits.account_requests_per_address),
    ] {
        if limit == 0 {
            return Err(ConfigError::value(name, "0 switches the limit off; production needs one"));
        }
    }
    for (name, setting) in
        [("EGRESS_ALLOW_PRIVATE", &config.egress.allow_private), ("EGRESS_MAP", &config.egress.map)]
    {
        if !setting.trim().is_empty() {
            return Err(ConfigError::value(name, "is for local work; production refuses it"));
        }
    }
    Ok(())
}

fn strong(name: &str, secret: &SecretString) -> Result<(), ConfigError> {
    let text = secret.expose_secret();
    let lower = text.to_lowercase();
    let known = ["change", "secret", "default", "example", "development", "password"];
    let distinct = text.bytes().collect::<std::collections::BTreeSet<_>>().len();
    if text.len() < SHORTEST_SECRET || distinct < 10 || known.iter().any(|word| lower.contains(word)) {
        return Err(ConfigError::value(
            name,
            format!(
                "production needs at least {SHORTEST_SECRET} random characters, for instance from `openssl rand -hex 32`"
            ),
        ));
    }
    Ok(())
}

fn is_set(secret: &SecretString) -> bool {
    !secret.expose_secret().is_empty()
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, DemoFacts};

    const KEY: &str = "9f8b1c4d2e6a7f3b5c0d1e2f4a6b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b";

    fn problem(variables: &[(&str, &str)], demo: bool) -> Option<String> {
        let find = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let mut config = Config::load(&find).expect("readable").config;
        config.demo = demo.then(DemoFacts::default);
        config.check().err().map(|error| error.to_string())
    }

    #[test]
    fn production_refuses_and_names_the_variable() {
        let good = [
            ("SOURCEPILOT_ENV", "production"),
            ("JWT_SECRET_KEY", KEY),
            ("SOURCEPILOT_ENCRYPTION_KEY", KEY),
            ("STRIPE_SECRET_KEY", "sk_live_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1,whsec_2"),
            ("STRIPE_PRO_PRICE_ID", "price_1"),
            ("STRIPE_ENTERPRISE_PRICE_ID", "price_2"),
        ];
        assert_eq!(problem(&good, false), None);
        assert!(problem(&good, true).is_some_and(|text| text.starts_with("SOURCEPILOT_ENV")));
        for (name, value) in [
            ("JWT_SECRET_KEY", ""),
            ("JWT_SECRET_KEY", "short"),
            ("JWT_SECRET_KEY", "dev-secret-key-change-in-production-please"),
            ("JWT_SECRET_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("SOURCEPILOT_ENCRYPTION_KEY", ""),
            ("SOURCEPILOT_ENCRYPTION_KEY", "abc"),
            ("EGRESS_ALLOW_PRIVATE", "127.0.0.1:8110"),
            ("EGRESS_MAP", "https://a.example=http://127.0.0.1:9001"),
            ("STRIPE_SECRET_KEY", ""),
            ("STRIPE_WEBHOOK_SECRET", ""),
            ("STRIPE_WEBHOOK_SECRET", " , "),
            ("STRIPE_PRO_PRICE_ID", ""),
            ("STRIPE_ENTERPRISE_PRICE_ID", ""),
            ("STRIPE_ENTERPRISE_PRICE_ID", "price_1"),
            ("STRIPE_API_BASE", "api.stripe.com"),
            ("CORS_ORIGINS", "*"),
            ("RATE_LIMIT_PER_ADDRESS", "0"),
            ("LOGIN_ATTEMPTS_PER_ACCOUNT", "0"),
            ("PASSWORD_RESET_URL", "/reset"),
            ("SMTP_USERNAME", "mailer"),
            ("PLATFORM_WEBHOOK_SECRET", "dev-platform-bridge-secret"),
            ("AUTO_IMPORT_SCORE_THRESHOLD", "high"),
        ] {
            let mut variables = vec![(name, value)];
            variables.extend(good.iter().filter(|(other, _)| *other != name));
            let text = problem(&variables, false).unwrap_or_default();
            let expected = match name {
                "SMTP_USERNAME" => "SMTP_PASSWORD",
                other => other,
            };
            assert!(text.starts_with(expected), "{name}={value}: {text}");
        }
        let without_plans: Vec<_> = good[..3].iter().copied().chain([("BILLING_ENABLED", "false")]).collect();
        assert_eq!(problem(&without_plans, false), None);
    }

    #[test]
    fn development_starts_with_nothing_set() {
        assert_eq!(problem(&[], true), None);
        assert_eq!(problem(&[("EGRESS_ALLOW_PRIVATE", "127.0.0.1:8110")], false), None);
        let unsigned = problem(&[("STRIPE_SECRET_KEY", "sk_test_1")], false).unwrap_or_default();
        assert!(unsigned.starts_with("STRIPE_WEBHOOK_SECRET"), "{unsigned}");
    }
}
