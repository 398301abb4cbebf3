//! Decimal amounts without floating point.

use std::fmt;

use crate::Money;

/// Digits kept behind the point; no currency has more than four.
const DIGITS: usize = 6;
const ONE: u128 = 1_000_000;
/// Digits before the point: more is no price.
const WHOLE_DIGITS: usize = 12;

/// An exact amount from 0, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// Reads plain decimal text: digits, perhaps a point and digits.
    ///
    /// ```
    /// use sourcepilot_sdk::money::Amount;
    /// assert_eq!(Amount::parse("12.9").unwrap().to_string(), "12.90");
    /// assert_eq!(Amount::parse("12,90"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Amount> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || !digits(whole)
            || !digits(fraction)
            || (fraction.is_empty() && text.contains('.'))
        {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > WHOLE_DIGITS {
            return None;
        }
        let number = |part: &str| if part.is_empty() { Some(0) } else { part.parse::<u128>().ok() };
        let fraction = format!("{:0<DIGITS$}", &fraction[..fraction.len().min(DIGITS)]);
        Some(Amount(number(whole)? * ONE + number(&fraction)?))
    }

    /// Reads an amount as people and their shops write it: with a currency sign or
    /// code around it, quotation marks, grouping, a decimal comma.
    ///
    /// A single separator before exactly three digits may be a group or a decimal
    /// point (`1.234`); since a price taken wrong by a thousand does harm, such a text
    /// is read only when the fraction is told apart by the other separator, by
    /// repetition, or by `grouped`.
    ///
    /// ```
    /// use sourcepilot_sdk::money::Amount;
    /// let read = |text| Amount::read(text).map(|amount| amount.to_string());
    /// assert_eq!(read("€ 1.234,50").as_deref(), Some("1234.50"));
    /// assert_eq!(read("US $1,234.5").as_deref(), Some("1234.50"));
    /// assert_eq!(read("19,99 €").as_deref(), Some("19.99"));
    /// assert_eq!(read("1.234"), None);
    /// ```
    pub fn read(text: &str) -> Option<Amount> {
        let number = number_in(text)?;
        Amount::parse(&normal_form(&number, None)?)
    }

    /// As [`Amount::read`], with the decimal separator known: the other ones group.
    ///
    /// ```
    /// use sourcepilot_sdk::money::Amount;
    /// assert_eq!(Amount::read_with("1.234", ',').unwrap().to_string(), "1234.00");
    /// assert_eq!(Amount::read_with("1.234", '.').unwrap().to_string(), "1.234");
    /// ```
    pub fn read_with(text: &str, decimal: char) -> Option<Amount> {
        let number = number_in(text)?;
        Amount::parse(&normal_form(&number, Some(decimal))?)
    }

    /// True for nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This many of them; `None` when it is no price any more.
    pub fn times(self, count: u32) -> Option<Amount> {
        let product = Amount(self.0.checked_mul(u128::from(count))?);
        (product.0 < 10u128.pow(WHOLE_DIGITS as u32) * ONE).then_some(product)
    }

    /// Both together; `None` when it is no price any more.
    pub fn plus(self, other: Amount) -> Option<Amount> {
        let sum = Amount(self.0.checked_add(other.0)?);
        (sum.0 < 10u128.pow(WHOLE_DIGITS as u32) * ONE).then_some(sum)
    }

    /// With exactly this many digits behind the point (at most six), rounded half up.
    ///
    /// ```
    /// use sourcepilot_sdk::money::Amount;
    /// assert_eq!(Amount::parse("12.345").unwrap().with_digits(2), "12.35");
    /// assert_eq!(Amount::parse("12.5").unwrap().with_digits(0), "13");
    /// ```
    pub fn with_digits(self, digits: usize) -> String {
        let digits = digits.min(DIGITS);
        let step = 10u128.pow((DIGITS - digits) as u32);
        let units = (self.0 + step / 2) / step;
        let scale = 10u128.pow(digits as u32);
        match digits {
            0 => units.to_string(),
            _ => format!("{}.{:0digits$}", units / scale, units % scale),
        }
    }

    /// With a currency. Codes are ISO 4217.
    pub fn in_currency(self, currency: impl Into<String>) -> Money {
        Money { amount: self.to_string(), currency: currency.into() }
    }
}

/// At least two digits behind the point, and no more than needed.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:06}", self.0 % ONE);
        let needed = fraction.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / ONE, &fraction[..needed])
    }
}

impl Money {
    /// An amount that is decimal text already, and a currency code.
    pub fn new(amount: impl Into<String>, currency: impl Into<String>) -> Self {
        Money { amount: amount.into(), currency: currency.into() }
    }

    /// Reads plain decimal text; `None` when it or the code is none.
    pub fn parse(amount: &str, currency: &str) -> Option<Self> {
        Some(Amount::parse(amount)?.in_currency(currency_code(currency)?))
    }

    /// The amount as a number to count with; `None` when it is not plain decimal text.
    pub fn to_amount(&self) -> Option<Amount> {
        Amount::parse(&self.amount)
    }
}

/// An ISO 4217 code in upper case, when the text has the form of one.
pub fn currency_code(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .then(|| text.to_ascii_uppercase())
}

/// The one number in a text, with its separators; `None` when there is a minus or a
/// second number.
fn number_in(text: &str) -> Option<String> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    if text[..start].contains(['-', '−']) {
        return None;
    }
    // Blanks and apostrophes only ever group.
    let groups = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '_');
    let mut number = String::new();
    let mut pieces = text[start..end].split(groups);
    let first = pieces.next()?;
    number.push_str(first);
    for piece in pieces {
        let whole = piece.split(['.', ',']).next()?;
        if whole.len() != 3 {
            return None;
        }
        number.push_str(piece);
    }
    number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).then_some(number)
}

/// Digits and a point, given digits with points and commas.
fn normal_form(number: &str, decimal: Option<char>) -> Option<String> {
    let decimal = match decimal {
        Some(mark) => Some(mark),
        None => decimal_mark(number)?,
    };
    let (whole, fraction) = match decimal.and_then(|mark| number.rsplit_once(mark)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (number, ""),
    };
    if fraction.contains(['.', ',']) || decimal.is_some_and(|mark| whole.contains(mark)) {
        return None;
    }
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let grouped =
        groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let indian = groups.len() > 2
        && groups.last()?.len() == 3
        && groups[1..groups.len() - 1].iter().all(|g| g.len() == 2);
    if groups[0].is_empty() || !(grouped || indian) {
        return None;
    }
    let whole = groups.concat();
    Some(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

/// Which separator stands before the fraction; the outer `None` when it could be
/// either.
#[expect(clippy::option_option, reason = "not known, known to be none, known")]
fn decimal_mark(number: &str) -> Option<Option<char>> {
    let count = |mark: char| number.matches(mark).count();
    match (count('.'), count(',')) {
        (0, 0) => Some(None),
        (1, 1) => Some(number.rfind(['.', ',']).and_then(|at| number[at..].chars().next())),
        (1, 0) | (0, 1) => {
            let at = number.find(['.', ','])?;
            let (whole, fraction) = (&number[..at], &number[at + 1..]);
            let could_group = fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
            (!could_group).then(|| number[at..].chars().next())
        }
        (1, _) => Some(Some('.')),
        (_, 1) => Some(Some(',')),
        (_, 0) | (0, _) => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Amount::read(text).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_in_the_worlds_ways() {
        for (text, expected) in [
            ("19.99", "19.99"),
            ("\"5.78\"", "5.78"),
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1 234,56 zł", "1234.56"),
            ("1\u{a0}234,5 kr", "1234.50"),
            ("CHF 1'234.50", "1234.50"),
            ("₹ 12,34,567.00", "1234567.00"),
            ("¥1980", "1980.00"),
            ("1,234,567", "1234567.00"),
            ("1.234.567", "1234567.00"),
            ("0.125", "0.125"),
            ("0,125", "0.125"),
            ("1234.567", "1234.567"),
            ("12,9", "12.90"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        for text in [
            "",
            "free",
            "-5.00",
            "1.234",
            "1,234",
            "3.99 - 5.99",
            "1 2",
            "12.34.5",
            "1,23,4",
            "1e3",
            "9999999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn plain_text_is_exact() {
        assert_eq!(Amount::parse("000012.5").unwrap().to_string(), "12.50");
        assert_eq!(Amount::parse("999999999999.999999").unwrap().to_string(), "999999999999.999999");
        for text in ["", ".", "1.", ".5", "1 ", "+1", "-1", "1e3", "1000000000000", "١"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
        assert_eq!(Amount::parse("999999999999").unwrap().times(2), None);
        assert_eq!(Amount::parse("1.995").unwrap().with_digits(2), "2.00");
    }
}
