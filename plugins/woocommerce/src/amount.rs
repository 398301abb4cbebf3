//! Amounts as WooCommerce wants them: decimal text with a dot and the shop's own
//! number of decimals.
//!
//! The shop refuses numbers, and takes `"19,99"` for 1999 and `"abc"` for no price
//! at all without a word, so nothing but checked text may leave.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number that is not negative, exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amount {
    digits: u128,
    /// How many of the digits stand behind the dot.
    scale: u32,
}

/// More digits than any price has; keeps every product below 128 bits.
const MAX_DIGITS: usize = 18;

impl Amount {
    /// Digits with at most one dot; no sign, no grouping, no exponent.
    pub(crate) fn parse(text: &str) -> Option<Amount> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let well_formed = !whole.is_empty()
            && (text.len() == whole.len() || !fraction.is_empty())
            && whole.len() + fraction.len() <= MAX_DIGITS
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        if !well_formed {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Amount { digits, scale: u32::try_from(fraction.len()).ok()? })
    }

    /// Whether it is nothing.
    pub(crate) fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The same amount with this many decimals, rounded up: a price that was reckoned to
    /// cover its cost still does.
    #[must_use]
    pub(crate) fn rounded_up(self, decimals: u32) -> Amount {
        let decimals = decimals.min(8);
        let digits = match self.scale.cmp(&decimals) {
            Ordering::Less | Ordering::Equal => self.digits * 10_u128.pow(decimals - self.scale),
            Ordering::Greater => {
                let unit = 10_u128.pow(self.scale - decimals);
                self.digits.div_ceil(unit)
            }
        };
        Amount { digits, scale: decimals }
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Amount {}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = self.digits * 10_u128.pow(other.scale);
        let right = other.digits * 10_u128.pow(self.scale);
        left.cmp(&right)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u128.pow(self.scale);
        match self.scale {
            0 => write!(f, "{}", self.digits),
            scale => {
                write!(f, "{}.{:0width$}", self.digits / unit, self.digits % unit, width = scale as usize)
            }
        }
    }
}

/// Grams in the unit in which the shop weighs, as text with up to four decimals.
pub(crate) fn weight(grams: u32, unit: WeightUnit) -> String {
    let (numerator, denominator) = unit.per_gram();
    let digits = (u128::from(grams) * numerator * 10_000 + denominator / 2) / denominator;
    let text = Amount { digits, scale: 4 }.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A weight of the shop in whole grams; nothing when it is none or more than any parcel.
pub(crate) fn grams(text: &str, unit: WeightUnit) -> Option<u32> {
    let weight = Amount::parse(text.trim())?;
    let (numerator, denominator) = unit.per_gram();
    let divisor = numerator * 10_u128.pow(weight.scale);
    let grams = (weight.digits.checked_mul(denominator)? + divisor / 2) / divisor;
    u32::try_from(grams).ok().filter(|grams| *grams > 0)
}

/// The units WooCommerce offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WeightUnit {
    /// Kilograms.
    Kg,
    /// Grams.
    G,
    /// Pounds.
    Lbs,
    /// Ounces.
    Oz,
}

impl WeightUnit {
    /// As the shop's settings name it.
    pub(crate) fn parse(text: &str) -> Option<WeightUnit> {
        Some(match text {
            "kg" => WeightUnit::Kg,
            "g" => WeightUnit::G,
            "lbs" => WeightUnit::Lbs,
            "oz" => WeightUnit::Oz,
            _ => return None,
        })
    }

    /// What a gram is in this unit, as a fraction.
    fn per_gram(self) -> (u128, u128) {
        match self {
            WeightUnit::Kg => (1, 1000),
            WeightUnit::G => (1, 1),
            WeightUnit::Lbs => (100_000, 45_359_237),
            WeightUnit::Oz => (1_000_000_000, 28_349_523_125),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn rounded(text: &str, decimals: u32, expected: &str) {
        let amount = Amount::parse(text).expect("an amount");
        assert_eq!(amount.rounded_up(decimals).to_string(), expected, "{text}");
    }

    #[test]
    fn amounts_take_the_decimals_of_the_shop_and_never_become_less() {
        rounded("19.9", 2, "19.90");
        rounded("19.98765", 2, "19.99");
        rounded("19.981", 2, "19.99");
        rounded("1990", 0, "1990");
        rounded("12.40", 0, "13");
        rounded("12.00", 0, "12");
        rounded("0.40", 0, "1");
        rounded("0.004", 2, "0.01");
        rounded("0", 2, "0.00");
        rounded("7", 3, "7.000");
    }

    #[test]
    fn what_the_shop_would_misread_is_no_amount() {
        for bad in
            ["19,99", "-5", "abc", "", ".", "1.", ".5", "1e3", "1 000", "+1", "1.2.3", "9999999999999999999"]
        {
            assert!(Amount::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn amounts_compare_by_value() {
        let amount = |text| Amount::parse(text).expect("an amount");
        assert_eq!(amount("19.9"), amount("19.900"));
        assert!(amount("9.99") < amount("10"));
    }

    #[test]
    fn grams_are_given_in_the_unit_of_the_shop() {
        assert_eq!(weight(1500, WeightUnit::Kg), "1.5");
        assert_eq!(weight(250, WeightUnit::G), "250");
        assert_eq!(weight(454, WeightUnit::Lbs), "1.0009");
        assert_eq!(weight(1000, WeightUnit::Oz), "35.274");
        assert_eq!(WeightUnit::parse("stone"), None);
    }

    #[test]
    fn weights_come_back_in_grams() {
        for (text, unit, expected) in [
            ("0.25", "kg", Some(250)),
            ("250", "g", Some(250)),
            ("1", "lbs", Some(454)),
            ("8.8185", "oz", Some(250)),
            ("", "kg", None),
            ("0", "kg", None),
            ("heavy", "kg", None),
            ("99999999", "kg", None),
        ] {
            assert_eq!(grams(text, WeightUnit::parse(unit).expect("a unit")), expected, "{text} {unit}");
        }
    }
}
