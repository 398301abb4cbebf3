//! Whole numbers that are written as text, as in a query.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::Field;
use super::number::without_underscores;

/// More digits than this are not read at all.
const MOST_DIGITS: usize = 4300;

/// Why a text is no whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotWhole {
    Form,
    Size,
}

impl Field<'_> {
    /// A whole number between bounds; `default` when it is not given.
    pub fn integer(self, bounds: RangeInclusive<i128>, default: i128) -> Option<i128> {
        self.optional(|field, value| field.as_integer(value, &bounds)).map(|given| given.unwrap_or(default))
    }

    pub(super) fn as_integer(&mut self, value: &Value, bounds: &RangeInclusive<i128>) -> Option<i128> {
        let number = match value.as_str().map_or(Err(NotWhole::Form), whole_number) {
            Ok(number) => number,
            Err(NotWhole::Form) => {
                let msg = "Input should be a valid integer, unable to parse string as an integer";
                self.note("int_parsing", msg, value);
                return None;
            }
            Err(NotWhole::Size) => {
                let msg = "Unable to parse input string as an integer, exceeded maximum size";
                self.note("int_parsing_size", msg, value);
                return None;
            }
        };
        if number < *bounds.start() {
            let least = json!(i64::try_from(*bounds.start()).unwrap_or(i64::MIN));
            let msg = format!("Input should be greater than or equal to {least}");
            self.note_with("greater_than_equal", msg, value, json!({ "ge": least }));
            return None;
        }
        if number > *bounds.end() {
            let most = json!(i64::try_from(*bounds.end()).unwrap_or(i64::MAX));
            let msg = format!("Input should be less than or equal to {most}");
            self.note_with("less_than_equal", msg, value, json!({ "le": most }));
            return None;
        }
        Some(number)
    }
}

/// Digits with an optional sign, single underscores between them and a fraction of
/// zeros; what is too long for the type becomes its largest or smallest value.
fn whole_number(text: &str) -> Result<i128, NotWhole> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if !whole.starts_with(|c: char| c.is_ascii_digit()) || fraction.is_empty() {
        return Err(NotWhole::Form);
    }
    // Zeros at the start do not count, nor do any underscores among them.
    let significant = whole.trim_start_matches(['0', '_']);
    if significant.is_empty() && whole.ends_with('_') {
        return Err(NotWhole::Form);
    }
    let digits = without_underscores(significant).ok_or(NotWhole::Form)?;
    if digits.len() > MOST_DIGITS {
        return Err(NotWhole::Size);
    }
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits || fraction.bytes().any(|byte| byte != b'0') {
        return Err(NotWhole::Form);
    }
    if digits.is_empty() {
        return Ok(0);
    }
    let (sign, largest) = if text.starts_with('-') { ("-", i128::MIN) } else { ("", i128::MAX) };
    Ok(format!("{sign}{digits}").parse().unwrap_or(largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As pydantic 2.14 answers.
    #[test]
    fn texts_are_whole_numbers_as_pydantic_reads_them() {
        for (text, number) in [
            ("1_000", 1000),
            ("1.0", 1),
            ("1.00", 1),
            ("+1", 1),
            ("1_0.0", 10),
            ("1_000.00", 1000),
            ("0_1", 1),
            ("00_1", 1),
            ("0__1", 1),
            ("0_0", 0),
            ("-0", 0),
            ("-0.0", 0),
            ("-0_1", -1),
            ("+0_1", 1),
            ("-007", -7),
            (" 1 ", 1),
            ("\t1\n", 1),
            ("\u{a0}1", 1),
            ("9223372036854775808", 9_223_372_036_854_775_808),
        ] {
            assert_eq!(whole_number(text), Ok(number), "{text:?}");
        }
        for text in [
            "", "  ", "1.", "0.", ".0", "-.0", "+ 1", "- 1", "+-1", "-+1", "--1", "++1", "1__0", "_1", "1_",
            "-_1", "+_1", "_", "0_", "000_", "0_0_", "0_.0", "1.0_0", "1.0_", "1._0", "1.0.0", "1e3", "1 0",
            "+", "-", "1.5", "0x1", "0_x", "\u{663}", "1\0",
        ] {
            assert_eq!(whole_number(text), Err(NotWhole::Form), "{text:?}");
        }
    }

    #[test]
    fn very_long_texts_are_refused_by_size() {
        let ones = "1".repeat(MOST_DIGITS);
        assert_eq!(whole_number(&ones), Ok(i128::MAX));
        assert_eq!(whole_number(&format!("-{ones}")), Ok(i128::MIN));
        assert_eq!(whole_number(&format!("{}1", "1_".repeat(2200))), Ok(i128::MAX));
        assert_eq!(whole_number(&format!("{}1", "0".repeat(4400))), Ok(1));
        assert_eq!(whole_number(&format!("1.{}", "0".repeat(4400))), Ok(1));
        assert_eq!(whole_number(&format!("{ones}1")), Err(NotWhole::Size));
        assert_eq!(whole_number(&format!("{ones}1x")), Err(NotWhole::Size));
        assert_eq!(whole_number(&"x".repeat(4400)), Err(NotWhole::Form));
    }
}
