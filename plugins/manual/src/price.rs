//! Prices as pages write them.

use serde_json::Value;
use sourcepilot_sdk::money::{self, Amount};

/// Currencies with three digits behind the point.
const THREE_DIGITS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Signs that belong to one currency; `$`, `kr` and `¥` belong to several.
const SIGNS: [(&str, &str); 13] = [
    ("US$", "USD"),
    ("US $", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("zł", "PLN"),
    ("₺", "TRY"),
];

/// A price as number or text. `None` when it is none, or when it could be read in two
/// ways: `1.234` is a little more than one in some countries and over a thousand in
/// others.
pub(crate) fn read(value: &Value, currency: Option<&str>) -> Option<Amount> {
    let amount = match value {
        Value::Number(number) => Amount::parse(&number.to_string()),
        Value::String(text) => read_text(text, currency),
        Value::Array(elements) => return elements.iter().find_map(|element| read(element, currency)),
        Value::Object(_) => return read(value.get("@value").or_else(|| value.get("value"))?, currency),
        _ => None,
    };
    amount.filter(|amount| !amount.is_zero())
}

fn read_text(text: &str, currency: Option<&str>) -> Option<Amount> {
    let plain = text.trim();
    let three = plain.rsplit_once('.').is_some_and(|(_, fraction)| fraction.len() == 3);
    let exact = !three || currency.is_some_and(|code| THREE_DIGITS.contains(&code));
    if exact && let Some(amount) = Amount::parse(plain) {
        return Some(amount);
    }
    Amount::read(text)
}

/// A currency as a page or a merchant writes it.
pub(crate) fn code(text: &str) -> Option<String> {
    money::currency_code(text).or_else(|| of_sign(text))
}

/// The currency of the sign in a price's text.
pub(crate) fn of_sign(text: &str) -> Option<String> {
    SIGNS.iter().find(|(sign, _)| text.contains(sign)).map(|(_, code)| (*code).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn amount(value: &Value, currency: &str) -> Option<String> {
        read(value, Some(currency)).map(|amount| amount.to_string())
    }

    #[test]
    fn prices_in_the_ways_of_pages() {
        for (value, expected) in [
            (json!(19.9), Some("19.90")),
            (json!(1200), Some("1200.00")),
            (json!("1299.00"), Some("1299.00")),
            (json!("1.299,00 €"), Some("1299.00")),
            (json!("19,90"), Some("19.90")),
            (json!(["7.5"]), Some("7.50")),
            (json!({"@value": "7.5"}), Some("7.50")),
            (json!("12.500000"), Some("12.50")),
            (json!("1.299"), None),
            (json!("1,299"), None),
            (json!("0"), None),
            (json!("from 3 to 5"), None),
            (json!(-3), None),
            (json!(null), None),
        ] {
            assert_eq!(amount(&value, "EUR").as_deref(), expected, "{value}");
        }
        assert_eq!(amount(&json!("1.299"), "KWD").as_deref(), Some("1.299"));
    }
}
