use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use sourcepilot_domain::Currency;
use sourcepilot_domain::pricing::{Rate, Rates};

use super::ConfigError;

/// How suppliers are asked and prices are made when nobody says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricingConfig {
    pub locale: String,
    pub currency: Currency,
    pub country: String,
    pub markup_percent: Decimal,
    pub floor_percent: Decimal,
    exchange_rates: String,
}

impl PricingConfig {
    /// The exchange rates that the administrator has set.
    ///
    /// # Errors
    /// When the setting is not understood.
    pub fn rates(&self) -> Result<Rates, ConfigError> {
        let mut words = self.exchange_rates.split([' ', ',']).filter(|word| !word.is_empty());
        let Some(day) = words.next() else { return Ok(Rates::default()) };
        let date = day.parse::<NaiveDate>().map_err(|_| wrong(day))?;
        let rates =
            words.map(|word| rate(word, date).ok_or_else(|| wrong(word))).collect::<Result<Vec<_>, _>>()?;
        Ok(Rates::new(rates))
    }
}

/// `USD/EUR=0.92`: one dollar is worth 0.92 euros.
fn rate(word: &str, date: NaiveDate) -> Option<Rate> {
    let (pair, value) = word.split_once('=')?;
    let (from, to) = pair.split_once('/')?;
    let rate = value.parse::<Decimal>().ok().filter(|rate| *rate > Decimal::ZERO)?;
    Some(Rate { from: from.parse().ok()?, to: to.parse().ok()?, rate, date })
}

fn wrong(word: &str) -> ConfigError {
    ConfigError::value(
        "EXCHANGE_RATES",
        format!(
            "`{word}` is not understood; write the day and the rates, such as `2026-11-24 USD/EUR=0.92 USD/GBP=0.79`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(text: &str) -> Result<Rates, ConfigError> {
        let config = PricingConfig {
            locale: "en".into(),
            currency: Currency::USD,
            country: "US".into(),
            markup_percent: Decimal::ZERO,
            floor_percent: Decimal::ZERO,
            exchange_rates: text.into(),
        };
        config.rates()
    }

    #[test]
    fn rates_are_read_and_mistakes_are_named() {
        let eur = "EUR".parse().expect("a code");
        let known = rates("2026-11-24 USD/EUR=0.92, USD/GBP=0.79").expect("right");
        assert_eq!(known.between(Currency::USD, eur).map(|rate| rate.rate), Some(Decimal::new(92, 2)));
        assert_eq!(rates("").ok(), Some(Rates::default()));
        for (text, part) in [
            ("USD/EUR=0.92", "`USD/EUR=0.92`"),
            ("2026-11-24 USDEUR=1", "USDEUR"),
            ("2026-11-24 USD/EUR=0", "=0`"),
        ] {
            assert!(rates(text).is_err_and(|error| error.to_string().contains(part)), "{text}");
        }
    }
}
