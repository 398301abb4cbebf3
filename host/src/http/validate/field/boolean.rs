//! Yes or no.

use serde_json::{Number, Value};

use super::Field;

/// Why a value is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotBool {
    /// A word or a whole number that means neither.
    Unknown,
    /// Of a kind that cannot mean either: also a fraction, and what is beyond 64 bits.
    Kind,
}

impl Field<'_> {
    /// A yes or no, or nothing.
    pub fn optional_bool(self) -> Option<Option<bool>> {
        self.optional(|field, value| match as_bool(value) {
            Ok(flag) => Some(flag),
            Err(NotBool::Unknown) => {
                let msg = "Input should be a valid boolean, unable to interpret input";
                field.note("bool_parsing", msg, value);
                None
            }
            Err(NotBool::Kind) => {
                field.note("bool_type", "Input should be a valid boolean", value);
                None
            }
        })
    }
}

fn as_bool(value: &Value) -> Result<bool, NotBool> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::Number(number) => match whole(number).ok_or(NotBool::Kind)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(NotBool::Unknown),
        },
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
            "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
            _ => Err(NotBool::Unknown),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Err(NotBool::Kind),
    }
}

/// A number without a fraction that 64 bits hold.
fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let number = number.as_f64().filter(|_| number.is_f64())?;
        // 2^63, which 64 bits with a sign no longer hold.
        let limit = -(i64::MIN as f64);
        (number.fract() == 0.0 && (-limit..limit).contains(&number)).then_some(number as i64)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As pydantic 2.14 answers.
    #[test]
    fn yes_and_no_have_many_forms_and_the_rest_is_refused_by_kind() {
        for (value, read) in [
            (json!(1), Ok(true)),
            (json!(1.0), Ok(true)),
            (json!(-0.0), Ok(false)),
            (json!("tRue"), Ok(true)),
            (json!("y"), Ok(true)),
            (json!("OFF"), Ok(false)),
            (json!(2), Err(NotBool::Unknown)),
            (json!(-1), Err(NotBool::Unknown)),
            (json!(2.0), Err(NotBool::Unknown)),
            (json!(-1.0), Err(NotBool::Unknown)),
            (json!(1e18), Err(NotBool::Unknown)),
            (json!(i64::MAX), Err(NotBool::Unknown)),
            (json!(i64::MIN), Err(NotBool::Unknown)),
            (json!(""), Err(NotBool::Unknown)),
            (json!(" 1"), Err(NotBool::Unknown)),
            (json!("1.0"), Err(NotBool::Unknown)),
            (json!(0.5), Err(NotBool::Kind)),
            (json!(1.5), Err(NotBool::Kind)),
            (json!(9.3e18), Err(NotBool::Kind)),
            (json!(-9.3e18), Err(NotBool::Kind)),
            (json!(1e300), Err(NotBool::Kind)),
            (json!(9_223_372_036_854_775_808_u64), Err(NotBool::Kind)),
            (json!(1_180_591_620_717_411_303_424.0), Err(NotBool::Kind)),
            (json!([]), Err(NotBool::Kind)),
            (json!({}), Err(NotBool::Kind)),
        ] {
            assert_eq!(as_bool(&value), read, "{value}");
        }
    }
}
