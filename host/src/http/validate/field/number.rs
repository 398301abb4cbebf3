//! Numbers with a fraction.

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
            Value::String(text) => {
                let parsed = text.trim().parse::<f64>().ok();
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
        let Some(number) = number.filter(|number| number.is_finite()) else {
            self.note("finite_number", "Input should be a finite number", value);
            return None;
        };
        let Some(bounds) = bounds else { return Some(number) };
        let (least, most) = (*bounds.start(), *bounds.end());
        if number < least {
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
