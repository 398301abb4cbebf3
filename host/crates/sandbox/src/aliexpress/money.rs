//! From the supplier's US cents to the currency that was asked for.

use rust_decimal::Decimal;

/// The listing currency of every product.
pub(crate) const LISTING: &str = "CNY";

/// Units per US dollar, in ten-thousandths, and decimals. Fixed, so that prices are reproducible.
const RATES: &[(&str, u32, u32)] = &[
    ("USD", 10_000, 2),
    ("EUR", 9_200, 2),
    ("GBP", 7_900, 2),
    ("CNY", 71_200, 2),
    ("CAD", 13_700, 2),
    ("AUD", 15_200, 2),
    ("NZD", 16_600, 2),
    ("CHF", 8_800, 2),
    ("SEK", 105_000, 2),
    ("NOK", 107_000, 2),
    ("DKK", 68_600, 2),
    ("PLN", 39_500, 2),
    ("CZK", 231_000, 2),
    ("HUF", 3_640_000, 2),
    ("BRL", 54_000, 2),
    ("MXN", 184_000, 2),
    ("INR", 838_000, 2),
    ("TRY", 342_000, 2),
    ("ILS", 37_200, 2),
    ("JPY", 1_530_000, 0),
    ("KRW", 13_800_000, 0),
    ("CLP", 9_400_000, 0),
];

/// The currency as the gateway answers in it: US dollars when it does not know the one asked for.
pub(crate) fn known(currency: &str) -> &'static str {
    RATES.iter().find(|(code, ..)| code.eq_ignore_ascii_case(currency)).map_or("USD", |(code, ..)| code)
}

/// An amount as the gateway writes it.
pub(crate) fn amount(cents: u64, currency: &str) -> String {
    let (_, rate, decimals) = RATES.iter().find(|(code, ..)| *code == currency).unwrap_or(&RATES[0]);
    let usd = Decimal::from(cents) / Decimal::from(100);
    let mut converted = (usd * Decimal::from(*rate) / Decimal::from(10_000)).round_dp(*decimals);
    converted.rescale(*decimals);
    converted.to_string()
}

/// The whole number of smallest units, as display fields carry it.
pub(crate) fn minor(cents: u64, currency: &str) -> u64 {
    amount(cents, currency).replace('.', "").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(amount(399, "USD"), "3.99");
        assert_eq!(amount(400, "EUR"), "3.68");
        assert_eq!(amount(399, "JPY"), "610");
        assert_eq!(amount(100, "CNY"), "7.12");
        assert_eq!(minor(400, "EUR"), 368);
        assert_eq!(known("xyz"), "USD");
        assert_eq!(known("eur"), "EUR");
    }
}
