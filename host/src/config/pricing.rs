use rust_decimal::Decimal;
use serde::Deserialize;
use sourcepilot_domain::Currency;

/// How suppliers are asked and prices are made when nobody says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricingConfig {
    pub locale: String,
    pub currency: Currency,
    pub country: String,
    pub markup_percent: Decimal,
}
