//! Environment variables, under the names that older installations use.

use toml::{Table, Value};

use super::ConfigError;

#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    List,
    Flag,
}

use Form::{Flag, List, Number, Text};

/// Variable, section, setting, form.
const VARIABLES: &[(&str, &str, &str, Form)] = &[
    ("SOURCEPILOT_ENV", "server", "environment", Text),
    ("SERVICE_NAME", "server", "service_name", Text),
    ("HOST", "server", "host", Text),
    ("SERVICE_PORT", "server", "port", Number),
    ("DASHBOARD_PORT", "server", "dashboard_port", Number),
    ("SANDBOX_PORT", "server", "sandbox_port", Number),
    ("CORS_ORIGINS", "server", "cors_origins", List),
    ("SOURCEPILOT_DATA_DIR", "server", "data_dir", Text),
    ("TRUSTED_PROXIES", "server", "trusted_proxies", List),
    ("REQUEST_TIMEOUT_SECONDS", "server", "request_timeout_seconds", Number),
    ("SHUTDOWN_SECONDS", "server", "shutdown_seconds", Number),
    ("DATABASE_URL", "database", "url", Text),
    ("DATABASE_CONNECTIONS", "database", "connections", Number),
    ("REDIS_URL", "redis", "url", Text),
    ("JWT_SECRET_KEY", "auth", "jwt_secret_key", Text),
    ("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "auth", "access_token_minutes", Number),
    ("JWT_REFRESH_TOKEN_EXPIRE_DAYS", "auth", "refresh_token_days", Number),
    ("SOURCEPILOT_ENCRYPTION_KEY", "secrets", "encryption_key", Text),
    ("RATE_LIMIT_PER_ADDRESS", "limits", "per_address_per_minute", Number),
    ("LOGIN_ATTEMPTS_PER_ACCOUNT", "limits", "login_attempts_per_account", Number),
    ("ACCOUNT_REQUESTS_PER_ADDRESS", "limits", "account_requests_per_address", Number),
    ("SMTP_HOST", "mail", "host", Text),
    ("SMTP_PORT", "mail", "port", Number),
    ("SMTP_USERNAME", "mail", "username", Text),
    ("SMTP_PASSWORD", "mail", "password", Text),
    ("SMTP_FROM", "mail", "from", Text),
    ("SMTP_TLS", "mail", "tls", Text),
    ("PASSWORD_RESET_URL", "mail", "password_reset_url", Text),
    ("SOURCEPILOT_PLUGIN_REGISTRY", "plugins", "registry", Text),
    ("SOURCEPILOT_PLUGIN_CACHE", "plugins", "cache_dir", Text),
    ("EGRESS_ALLOW_PRIVATE", "egress", "allow_private", Text),
    ("EGRESS_MAP", "egress", "map", Text),
    ("EGRESS_EXTRA_CA", "egress", "extra_ca", Text),
    ("WORKER_CONCURRENCY", "worker", "concurrency", Number),
    ("WORKER_LEASE_SECONDS", "worker", "lease_seconds", Number),
    ("WORKER_RETRY_SECONDS", "worker", "retry_seconds", Number),
    ("DEFAULT_LOCALE", "pricing", "locale", Text),
    ("DEFAULT_CURRENCY", "pricing", "currency", Text),
    ("DEFAULT_COUNTRY", "pricing", "country", Text),
    ("DEFAULT_MARKUP_PERCENT", "pricing", "markup_percent", Text),
    ("PRICE_FLOOR_PERCENT", "pricing", "floor_percent", Text),
    ("EXCHANGE_RATES", "pricing", "exchange_rates", Text),
    ("STRIPE_SECRET_KEY", "stripe", "secret_key", Text),
    ("STRIPE_WEBHOOK_SECRET", "stripe", "webhook_secret", Text),
    ("STRIPE_PRO_PRICE_ID", "stripe", "pro_price_id", Text),
    ("STRIPE_ENTERPRISE_PRICE_ID", "stripe", "enterprise_price_id", Text),
    ("STRIPE_BILLING_SUCCESS_URL", "stripe", "billing_success_url", Text),
    ("STRIPE_BILLING_CANCEL_URL", "stripe", "billing_cancel_url", Text),
    ("STRIPE_API_BASE", "stripe", "api_base", Text),
    ("BILLING_ENABLED", "stripe", "enabled", Flag),
    ("LLM_GATEWAY_URL", "llm_gateway", "url", Text),
    ("LLM_GATEWAY_KEY", "llm_gateway", "key", Text),
    ("WATCH_INTERVAL_MINUTES", "watches", "interval_minutes", Number),
    ("WATCH_FRESH_SECONDS", "watches", "fresh_seconds", Number),
    ("AUTO_IMPORT_SCORE_THRESHOLD", "webhooks", "auto_import_score_threshold", Text),
    ("PLATFORM_WEBHOOK_SECRET", "webhooks", "platform_secret", Text),
    ("LLM_GATEWAY_TIMEOUT_SECONDS", "llm_gateway", "timeout_seconds", Number),
    ("AI_REQUESTS_PER_MINUTE", "llm_gateway", "per_user_per_minute", Number),
    ("ANTHROPIC_API_KEY", "anthropic", "api_key", Text),
    ("ANTHROPIC_MODEL", "anthropic", "model", Text),
    ("ANTHROPIC_BASE_URL", "anthropic", "url", Text),
    // Second names of the above.
    ("API_PORT", "server", "port", Number),
    ("ENCRYPTION_KEY", "secrets", "encryption_key", Text),
    ("CELERY_WORKER_CONCURRENCY", "worker", "concurrency", Number),
];

/// Variables of older installations that have no meaning here.
const IGNORED: [&str; 3] = ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_TASK_ALWAYS_EAGER"];

/// Put the environment on top. An empty variable counts as absent.
pub(super) fn overlay(
    settings: &mut Table,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<(), ConfigError> {
    // Second names stand last in the list and so must be laid first.
    for (name, section, setting, form) in VARIABLES.iter().rev() {
        let Some(text) = variable(name).filter(|text| !text.is_empty()) else { continue };
        let value = read(name, &text, *form)?;
        if let Some(Value::Table(section)) = settings.get_mut(*section) {
            section.insert((*setting).to_owned(), value);
        }
    }
    Ok(())
}

fn read(name: &str, text: &str, form: Form) -> Result<Value, ConfigError> {
    Ok(match form {
        Text => Value::String(text.to_owned()),
        Number => Value::Integer(
            text.trim()
                .parse()
                .map_err(|_| ConfigError::value(name, format!("`{text}` is not a whole number")))?,
        ),
        Flag => Value::Boolean(match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            _ => return Err(ConfigError::value(name, format!("`{text}` is neither true nor false"))),
        }),
        List => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        ),
    })
}

/// What to tell the operator about variables that do nothing.
pub(super) fn notes(variable: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    IGNORED
        .iter()
        .filter(|name| variable(name).is_some_and(|text| !text.is_empty()))
        .map(|name| format!("{name} has no effect: jobs are kept in the database and need no broker"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crate::config::Config;

    fn load(variables: &[(&str, &str)]) -> Result<super::super::Loaded, super::ConfigError> {
        let variables: HashMap<_, _> =
            variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Config::load(&|name| variables.get(name).cloned())
    }

    #[test]
    fn every_variable_reaches_a_setting_that_exists() {
        let defaults = super::super::layers::defaults().expect("defaults");
        for (variable, section, setting, _) in super::VARIABLES {
            assert!(defaults[*section].get(setting).is_some(), "{variable}: no {section}.{setting}");
        }
    }

    #[test]
    fn variables_win_over_defaults() {
        let config = load(&[
            ("SERVICE_PORT", "9001"),
            ("API_PORT", "9002"),
            ("CORS_ORIGINS", "https://a.example, https://b.example"),
            ("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", ""),
        ])
        .expect("good")
        .config;
        assert_eq!(config.server.port, 9001);
        assert_eq!(config.server.cors_origins, ["https://a.example", "https://b.example"]);
        assert_eq!(config.auth.access_token_minutes, 15);
    }

    #[test]
    fn a_value_that_is_not_understood_names_its_variable() {
        for (name, value) in
            [("SERVICE_PORT", "http"), ("SHUTDOWN_SECONDS", "1.5"), ("BILLING_ENABLED", "maybe")]
        {
            let problem = load(&[(name, value)]).expect_err("bad").to_string();
            assert!(problem.starts_with(name), "{problem}");
        }
        assert!(load(&[("SERVICE_PORT", "70000")]).expect_err("bad").to_string().contains("70000"));
        assert!(load(&[("SOURCEPILOT_ENV", "staging")]).expect_err("bad").to_string().contains("staging"));
        assert!(load(&[("DEFAULT_CURRENCY", "dollars")]).expect_err("bad").to_string().contains("dollars"));
    }

    #[test]
    fn variables_without_effect_are_named() {
        let notes = load(&[("CELERY_BROKER_URL", "redis://x")]).expect("good").notes;
        assert!(notes.len() == 1 && notes[0].starts_with("CELERY_BROKER_URL"), "{notes:?}");
    }
}
