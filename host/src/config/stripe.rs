use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sourcepilot_domain::plan::Plan;

use super::ConfigError;

/// The payment provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeConfig {
    pub enabled: bool,
    pub secret_key: SecretString,
    webhook_secret: SecretString,
    pub pro_price_id: String,
    pub enterprise_price_id: String,
    pub billing_success_url: String,
    pub billing_cancel_url: String,
    pub api_base: String,
}

/// How plans are paid for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillingMode {
    /// Not at all.
    Off,
    /// In play money, for local work: whoever asks for a plan has it.
    Mock,
    /// With Stripe.
    Stripe,
}

impl StripeConfig {
    pub fn mode(&self) -> BillingMode {
        match (self.enabled, is_set(&self.secret_key)) {
            (false, _) => BillingMode::Off,
            (true, false) => BillingMode::Mock,
            (true, true) => BillingMode::Stripe,
        }
    }

    /// The secrets with which events may be signed; several while one takes the place
    /// of another.
    pub fn webhook_secrets(&self) -> Vec<SecretString> {
        let all = self.webhook_secret.expose_secret().split(',').map(str::trim);
        all.filter(|secret| !secret.is_empty()).map(SecretString::from).collect()
    }

    /// What is paid for a plan, when it has been set.
    pub fn price_of(&self, plan: Plan) -> Option<&str> {
        let price = match plan {
            Plan::Free => return None,
            Plan::Pro => &self.pro_price_id,
            Plan::Enterprise => &self.enterprise_price_id,
        };
        Some(price.as_str()).filter(|price| !price.is_empty())
    }

    /// The plan that a price stands for. A price that nobody has named stands for
    /// none.
    pub fn plan_of(&self, price: &str) -> Option<Plan> {
        let named = Plan::ALL.into_iter().find(|plan| self.price_of(*plan) == Some(price));
        let mock = || Plan::ALL.into_iter().find(|plan| mock_price(*plan) == price);
        named.or_else(|| (self.mode() == BillingMode::Mock).then(mock).flatten())
    }

    /// Whether the key belongs to Stripe's test data; `None` when it does not say.
    pub fn is_test_key(&self) -> Option<bool> {
        match self.secret_key.expose_secret().split('_').nth(1) {
            Some("test") => Some(true),
            Some("live") => Some(false),
            _ => None,
        }
    }

    /// Refuse settings that contradict each other.
    pub(super) fn check(&self, production: bool) -> Result<(), ConfigError> {
        let problem = |name: &str, what: &str| Err(ConfigError::value(name, what));
        let base = url::Url::parse(&self.api_base).ok();
        if base.is_none_or(|url| !matches!(url.scheme(), "http" | "https") || url.query().is_some()) {
            return problem("STRIPE_API_BASE", "must be an address such as https://api.stripe.com");
        }
        match self.mode() {
            BillingMode::Stripe if self.webhook_secrets().is_empty() => problem(
                "STRIPE_WEBHOOK_SECRET",
                "must be set when STRIPE_SECRET_KEY is: events without a signature are never obeyed",
            ),
            BillingMode::Stripe if production => self.check_prices_are_set().and(self.check_prices_differ()),
            BillingMode::Mock if production => problem(
                "STRIPE_SECRET_KEY",
                "production does not give plans away: set the key, or BILLING_ENABLED=false to offer no paid plans",
            ),
            _ => self.check_prices_differ(),
        }
    }

    fn check_prices_are_set(&self) -> Result<(), ConfigError> {
        for (name, price) in [
            ("STRIPE_PRO_PRICE_ID", &self.pro_price_id),
            ("STRIPE_ENTERPRISE_PRICE_ID", &self.enterprise_price_id),
        ] {
            if price.is_empty() {
                return Err(ConfigError::value(name, "must be set when STRIPE_SECRET_KEY is"));
            }
        }
        Ok(())
    }

    fn check_prices_differ(&self) -> Result<(), ConfigError> {
        if !self.pro_price_id.is_empty() && self.pro_price_id == self.enterprise_price_id {
            return Err(ConfigError::value(
                "STRIPE_ENTERPRISE_PRICE_ID",
                "must be another price than STRIPE_PRO_PRICE_ID: nobody could tell the plans apart",
            ));
        }
        Ok(())
    }
}

/// The price of a plan in play money, when none has been set.
pub fn mock_price(plan: Plan) -> String {
    format!("price_mock_{plan}")
}

fn is_set(secret: &SecretString) -> bool {
    !secret.expose_secret().is_empty()
}
