//! Decimal amounts as they arrive: text, exact, sometimes dressed up.

use std::fmt;

/// Digits kept behind the point; no currency has more than four.
const DIGITS: u32 = 6;
const ONE: u128 = 10u128.pow(DIGITS);
/// Twelve digits before the point: more is no price.
const MAX: u128 = 10u128.pow(12) * ONE;

/// A number from 0, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(u128);

impl Amount {
    pub(crate) const ZERO: Amount = Amount(0);

    /// Read plain decimal text. Stray quotation marks and blanks around it are
    /// dropped, grouping commas too (`1,234.50`).
    ///
    /// A range such as `3.99 - 5.99` counts as its upper end: a cost taken too low
    /// would be sold at a loss.
    pub(crate) fn read(text: &str) -> Option<Amount> {
        match text.split_once(['-', '~']) {
            Some((low, high)) => Some(Self::single(low)?.max(Self::single(high)?)),
            None => Self::single(text),
        }
    }

    fn single(text: &str) -> Option<Amount> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\'));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let whole = ungrouped(whole)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(&whole) || !digits(fraction) || whole.len() > 13 {
            return None;
        }
        let kept = &fraction[..fraction.len().min(DIGITS as usize)];
        let scale = 10u128.pow(DIGITS - kept.len() as u32);
        let fraction: u128 = if kept.is_empty() { 0 } else { kept.parse::<u128>().ok()? * scale };
        Some(Amount(whole.parse::<u128>().ok()? * ONE + fraction)).filter(|amount| amount.0 < MAX)
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This many of them.
    pub(crate) fn times(self, count: u32) -> Amount {
        Amount(self.0 * u128::from(count))
    }

    /// In thousandths, rounded up: kilograms to grams.
    pub(crate) fn thousandths(self) -> Option<u32> {
        u32::try_from(self.0.div_ceil(ONE / 1000)).ok()
    }
}

/// Without grouping commas, which have to stand before three digits.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let mut plain = groups.next()?.to_owned();
    for group in groups {
        if group.len() != 3 || plain.is_empty() {
            return None;
        }
        plain.push_str(group);
    }
    Some(plain)
}

/// At least two digits behind the point, and no more than needed.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:06}", self.0 % ONE);
        let needed = fraction.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / ONE, &fraction[..needed])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Amount::read(text).map(|amount| amount.to_string())
    }

    #[test]
    fn dressed_up_amounts_are_read_exactly() {
        for (text, expected) in [
            ("3.99", "3.99"),
            ("4", "4.00"),
            ("0.125", "0.125"),
            ("\"5.78\"", "5.78"),
            ("\\\"5.78\\\"", "5.78"),
            (" 12.5 ", "12.50"),
            ("1,234.50", "1234.50"),
            ("3.99-5.99", "5.99"),
            ("5.99 ~ 3.99", "5.99"),
            ("999999999999.999999", "999999999999.999999"),
            ("1.10000000009", "1.10"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn whatever_could_be_misread_is_refused() {
        for text in [
            "",
            "free",
            "-3.99",
            "3,99",
            "1.234,50",
            "1e3",
            "US $3.99",
            "1000000000000",
            "NaN",
            ",123",
            ".",
            "3.9.9",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn kilograms_become_grams_rounded_up() {
        assert_eq!(Amount::read("0.120").unwrap().thousandths(), Some(120));
        assert_eq!(Amount::read("0.0001").unwrap().thousandths(), Some(1));
        assert_eq!(Amount::read("99999999999").unwrap().thousandths(), None);
    }
}
