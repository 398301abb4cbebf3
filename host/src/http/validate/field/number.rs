//! Numbers with a fraction.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::Field;

impl Field<'_> {
    /// A number; text that spells one counts.
    pub fn number(self) -> Option<f64> {
        self.required(|field, value| field.as_number(value, None))
    }

    /// A number between bounds, or nothing; null is something, and wrong.
    pub fn number_within(self, bounds: RangeInclusive<f64>) -> Option<Option<f64>> {
        if self.value.as_ref().is_some_and(Value::is_null) {
            return self.required(|field, value| field.as_number(value, Some(&bounds))).map(Some);
        }
        self.optional_number(bounds)
    }

    /// A number between bounds, or nothing.
    pub fn optional_number(self, bounds: RangeInclusive<f64>) -> Option<Option<f64>> {
        self.optional(|field, value| field.as_number(value, Some(&bounds)))
    }

    fn as_number(&mut self, value: &Value, bounds: Option<&RangeInclusive<f64>>) -> Option<f64> {
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
            Value::String(text) => {
                let parsed = number_of(text);
                if parsed.is_none() {
                    let msg = "Input should be a valid number, unable to parse string as a number";
                    self.note("float_parsing", msg, value);
                    return None;
                }
                parsed
            }
            _ => {
                self.note("float_type", "Input should be a valid number", value);
                return None;
            }
        };
        match bounds {
            Some(bounds) => self.within(number.unwrap_or(f64::NAN), bounds, value),
            None => {
                let finite = number.filter(|number| number.is_finite());
                if finite.is_none() {
                    self.note("finite_number", "Input should be a finite number", value);
                }
                finite
            }
        }
    }

    /// What is no number is not within any bounds: it fails at the lower one.
    fn within(&mut self, number: f64, bounds: &RangeInclusive<f64>, value: &Value) -> Option<f64> {
        let (least, most) = (*bounds.start(), *bounds.end());
        if number.is_nan() || number < least {
            let msg = format!("Input should be greater than or equal to {least}");
            self.note_with("greater_than_equal", msg, value, json!({ "ge": least }));
            return None;
        }
        if number > most {
            let msg = format!("Input should be less than or equal to {most}");
            self.note_with("less_than_equal", msg, value, json!({ "le": most }));
            return None;
        }
        Some(number)
    }
}

/// A number in decimal notation, `inf` or `nan` in any case, with single underscores.
fn number_of(text: &str) -> Option<f64> {
    without_underscores(text.trim())?.parse().ok()
}

/// The same without underscores, of which none may be at an edge or next to another.
pub(super) fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let misplaced = text.starts_with('_') || text.ends_with('_') || text.contains("__");
    (!misplaced).then(|| Cow::Owned(text.replace('_', "")))
}

#[cfg(test)]
mod tests {
    use super::number_of;

    /// As pydantic 2.14 answers.
    #[test]
    fn texts_are_numbers_as_pydantic_reads_them() {
        for (text, number) in [
            ("1_000", 1000.0),
            ("1_0.0_1", 10.01),
            ("1._0", 1.0),
            ("1_.0", 1.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("+1", 1.0),
            (" 1 ", 1.0),
            ("\u{a0}1", 1.0),
            ("1E3", 1000.0),
            ("1e+3", 1000.0),
            ("1_0e1_0", 1e11),
            ("1e999", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("i_nf", f64::INFINITY),
            ("1e-999", 0.0),
        ] {
            assert_eq!(number_of(text), Some(number), "{text:?}");
        }
        assert!(
            ["nan", "NaN", "-nan", "+nan"].into_iter().all(|text| number_of(text).is_some_and(f64::is_nan))
        );
        for text in [
            "", "_", ".", "1__0", "_1", "1_", "++1", "1e", "e1", "infi", "0x1", "1f", "1d", "true", "nan_",
            "\u{663}",
        ] {
            assert_eq!(number_of(text), None, "{text:?}");
        }
    }
}
