//! Prices as pages write them.

use serde_json::Value;
use sourcepilot_sdk::money::{self, Amount};

use crate::letters::{lower, lower_char};
use crate::locale::Locale;

/// Currencies with three digits behind the point.
const THREE_DIGITS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Currencies whose prices have no fraction, so that any mark groups.
const NO_DIGITS: [&str; 13] =
    ["JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "TWD", "PYG", "UGX", "XAF", "XOF", "COP"];

/// Signs that belong to one currency. Longer ones stand before those they contain.
const SIGNS: [(&str, &str); 44] = [
    ("US$", "USD"),
    ("US $", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("MX$", "MXN"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("원", "KRW"),
    ("zł", "PLN"),
    ("₺", "TRY"),
    ("₽", "RUB"),
    ("руб", "RUB"),
    ("₴", "UAH"),
    ("грн", "UAH"),
    ("₫", "VND"),
    ("đ", "VND"),
    ("฿", "THB"),
    ("₪", "ILS"),
    ("₱", "PHP"),
    ("₦", "NGN"),
    ("₸", "KZT"),
    ("₡", "CRC"),
    ("Kč", "CZK"),
    ("kč", "CZK"),
    ("Ft", "HUF"),
    ("лв", "BGN"),
    ("CHF", "CHF"),
    ("RM", "MYR"),
    ("Rp", "IDR"),
    ("S/", "PEN"),
    ("TL", "TRY"),
    ("د.إ", "AED"),
    ("ر.س", "SAR"),
    ("SFr", "CHF"),
    ("euro", "EUR"),
    ("£", "GBP"),
];

/// Signs that belong to several; the page's place decides.
const SHARED: [&str; 11] = ["$", "kr", "¥", "￥", "円", "元", "Rs", "₨", "R", "Fr", "lei"];

/// Codes that stand beside prices in texts.
const CODES: [&str; 36] = [
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN",
    "TRY", "JPY", "CNY", "RMB", "KRW", "INR", "BRL", "MXN", "SGD", "HKD", "TWD", "THB", "MYR", "IDR", "PHP",
    "ZAR", "AED", "SAR", "ILS", "UAH", "RUB",
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
    Amount::read(text).or_else(|| whole_units(text, currency))
}

/// A text of a currency without fractions: every mark groups.
fn whole_units(text: &str, currency: Option<&str>) -> Option<Amount> {
    let code = currency.map(str::to_owned).or_else(|| of_sign(text))?;
    NO_DIGITS.contains(&code.as_str()).then(|| Amount::read_with(&text.replace(',', "."), ',')).flatten()
}

/// A currency as a page or a merchant writes it.
pub(crate) fn code(text: &str) -> Option<String> {
    money::currency_code(text).or_else(|| of_sign(text))
}

/// The currency of the sign in a price's text.
pub(crate) fn of_sign(text: &str) -> Option<String> {
    SIGNS.iter().find(|(sign, _)| text.contains(sign)).map(|(_, code)| (*code).to_owned())
}

/// An amount in a text that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) amount: Amount,
    pub(crate) currency: Option<String>,
    /// Whether a sign or code stood beside it, known or not.
    pub(crate) is_marked: bool,
    /// Where its digits begin and end in the text.
    pub(crate) at: std::ops::Range<usize>,
}

/// The prices in a text, in order. Per cent, measures and prices per unit are none.
pub(crate) fn seen(text: &str, locale: &Locale) -> Vec<Seen> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(|c: char| c.is_ascii_digit()).map(|at| from + at) {
        let end = number_end(text, start);
        from = end;
        let (before, after) = (text[..start].trim_end(), text[end..].trim_start_matches([',', '.']));
        let after = after.trim_start_matches(['-', '–', '—', ' ', '\u{a0}', '\u{202f}']);
        let sign = sign_after(after).or_else(|| sign_before(before));
        if after.starts_with(['%', '/', '×'])
            || is_per_unit(after)
            || before.ends_with(['-', '−', '/']) && sign.is_none()
        {
            continue;
        }
        let currency = sign.and_then(|sign| meaning(sign, locale));
        if let Some(amount) =
            number(&text[start..end], currency.as_deref(), locale).filter(|amount| !amount.is_zero())
        {
            found.push(Seen { amount, currency, is_marked: sign.is_some(), at: start..end });
        }
    }
    found
}

/// Where the digits end, groups by blanks and a fraction included.
fn number_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = start + digits(start);
    while let Some(mark) = text[end..].chars().next() {
        let next = end + mark.len_utf8();
        let count = digits(next.min(bytes.len()));
        let goes_on = match mark {
            '.' | ',' => count > 0,
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' => count == 3 && end - start <= 11,
            _ => false,
        };
        if !goes_on {
            break;
        }
        end = next + count;
    }
    end
}

fn number(text: &str, currency: Option<&str>, locale: &Locale) -> Option<Amount> {
    if currency.is_some_and(|code| NO_DIGITS.contains(&code)) && Amount::read(text).is_none() {
        return whole_units(text, currency);
    }
    Amount::read(text).or_else(|| Amount::read_with(text, locale.decimal()?))
}

fn is_per_unit(after: &str) -> bool {
    let rest = sign_after(after).map_or(after, |sign| after[sign.len()..].trim_start());
    let lower: String = rest.chars().take(8).map(lower_char).collect();
    ["/", "per ", "pro ", "je ", "cm", "mm", "ml", "kg", "stk", "pcs", "x ", "w ", "inch", "\" "]
        .iter()
        .any(|unit| lower.starts_with(unit))
}

fn sign_after(after: &str) -> Option<&str> {
    let fits = |sign: &&'static str| {
        after.starts_with(*sign)
            && (!ends_in_letter(sign) || !after[sign.len()..].starts_with(char::is_alphanumeric))
    };
    every_sign().find(fits).map(|sign| &after[..sign.len()])
}

fn sign_before(before: &str) -> Option<&str> {
    let before = before.strip_suffix(['.', ':']).unwrap_or(before).trim_end();
    let fits = |sign: &&'static str| {
        before.ends_with(*sign) && {
            let rest = &before[..before.len() - sign.len()];
            !sign.starts_with(char::is_alphabetic) || !rest.ends_with(char::is_alphanumeric)
        }
    };
    every_sign().find(fits).map(|sign| &before[before.len() - sign.len()..])
}

fn every_sign() -> impl Iterator<Item = &'static str> {
    CODES.into_iter().chain(SIGNS.iter().map(|(sign, _)| *sign)).chain(SHARED)
}

fn ends_in_letter(sign: &str) -> bool {
    sign.ends_with(char::is_alphabetic)
}

fn meaning(sign: &str, locale: &Locale) -> Option<String> {
    let known = SIGNS.iter().find(|(have, _)| *have == sign).map(|(_, code)| *code);
    let shared = || locale.of_sign(&lower(sign));
    match sign {
        "RMB" => Some("CNY".to_owned()),
        sign if CODES.contains(&sign) => Some(sign.to_owned()),
        _ => known.or_else(shared).map(str::to_owned),
    }
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
        assert_eq!(amount(&json!("1,299"), "JPY").as_deref(), Some("1299.00"));
        assert_eq!(amount(&json!("129.000"), "VND").as_deref(), Some("129000.00"));
    }

    #[test]
    fn prices_in_the_words_of_people() {
        for (text, tag, expected) in [
            ("€ 1.234,50", "nl", "1234.50 EUR"),
            ("ab 1.299 €*", "de", "1299.00 EUR"),
            ("$1,299", "en-US", "1299.00 USD"),
            ("Price: US$ 12.99 (was US$ 20)", "en", "12.99 USD, 20.00 USD"),
            ("CHF 1'234.50", "de-CH", "1234.50 CHF"),
            ("29,- €", "de", "29.00 EUR"),
            ("Fr. 29.–", "de-CH", "29.00 CHF"),
            ("1 234,56 zł", "pl", "1234.56 PLN"),
            ("1\u{202f}234,56\u{a0}€", "fr", "1234.56 EUR"),
            ("¥1,980(税込)", "ja", "1980.00 JPY"),
            ("1.980 kr", "da", "1980.00 DKK"),
            ("₹12,34,567.00", "en-IN", "1234567.00 INR"),
            ("$10.00 – $20.00", "en-CA", "10.00 CAD, 20.00 CAD"),
            ("R 199.00", "en-ZA", "199.00 ZAR"),
            ("129.000₫", "vi", "129000.00 VND"),
            ("save 20% today, 5 x 3 cm, 2.49 € / 100 g", "en", ""),
            ("4.5/5", "en", ""),
        ] {
            let locale = Locale::of(tag, "");
            let one = |seen: &Seen| format!("{} {}", seen.amount, seen.currency.as_deref().unwrap_or("?"));
            let all: Vec<String> = seen(text, &locale).iter().map(one).collect();
            assert_eq!(all.join(", "), expected, "{text}");
        }
    }
}
