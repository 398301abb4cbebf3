//! Lists of objects, and amounts.

use std::ops::RangeInclusive;

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Field, contains_nul};
use crate::http::validate::{Fault, Reader, Step};

/// Behind the point.
const MOST_DECIMALS: u32 = 4;

impl Field<'_> {
    /// A list of objects, each read like a body of its own; empty when not given.
    pub fn items<T>(
        self,
        count: RangeInclusive<usize>,
        read: impl Fn(&mut Reader) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.optional(|field, value| {
            let Value::Array(items) = value else {
                field.note("list_type", "Input should be a valid list", value);
                return None;
            };
            if !field.fits(items.len(), &count, value) {
                return None;
            }
            let read: Vec<Option<T>> =
                items.iter().enumerate().map(|(at, item)| field.item(at, item, &read)).collect();
            read.into_iter().collect()
        })
        .map(Option::unwrap_or_default)
    }

    fn item<T>(&mut self, at: usize, item: &Value, read: impl Fn(&mut Reader) -> Option<T>) -> Option<T> {
        let mut reader = Reader::new(Vec::new(), "", Some(item.clone()));
        let found = read(&mut reader);
        for fault in reader.take_faults() {
            let Fault { kind, loc, msg, input, ctx } = fault;
            let mut whole = self.loc.clone();
            whole.push(Step::Position(at));
            // The item's own way begins with `body`.
            whole.extend(loc.into_iter().skip(1));
            self.reader.fault(Fault { kind, loc: whole, msg, input, ctx });
        }
        found
    }

    /// An amount of money as a number or as text, or nothing.
    pub fn optional_amount(self) -> Option<Option<Decimal>> {
        self.optional(|field, value| {
            let text = match value {
                Value::Number(number) => number.to_string(),
                Value::String(text) if !contains_nul(value) => text.trim().to_owned(),
                other => {
                    field.note(
                        "decimal_type",
                        "Decimal input should be an integer, float, string or Decimal object",
                        other,
                    );
                    return None;
                }
            };
            let Ok(amount) = text.parse::<Decimal>() else {
                field.note("decimal_parsing", "Input should be a valid decimal", value);
                return None;
            };
            if amount.normalize().scale() > MOST_DECIMALS {
                let msg = format!("Decimal input should have no more than {MOST_DECIMALS} decimal places");
                let ctx = serde_json::json!({ "decimal_places": MOST_DECIMALS });
                field.note_with("decimal_max_places", msg, value, ctx);
                return None;
            }
            Some(amount)
        })
    }

    /// A whole number of a body between bounds, or nothing.
    pub fn optional_count(self, bounds: RangeInclusive<u32>) -> Option<Option<u32>> {
        self.optional(|field, value| {
            let bounds = i128::from(*bounds.start())..=i128::from(*bounds.end());
            let text = match value {
                Value::Number(number) => Value::String(number.to_string()),
                other => other.clone(),
            };
            let number = field.as_integer(&text, &bounds)?;
            u32::try_from(number).ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn amount(value: &Value) -> Result<Option<Decimal>, Vec<Fault>> {
        let mut reader = Reader::new(Vec::new(), "", Some(json!({ "price": value })));
        let read = reader.body("price").optional_amount();
        read.ok_or_else(|| reader.take_faults())
    }

    #[test]
    fn an_amount_is_a_number_or_text_with_few_decimals() {
        for (sent, read) in
            [(json!(12.5), "12.5"), (json!("12.50"), "12.50"), (json!(3), "3"), (json!("1.0000"), "1.0000")]
        {
            assert_eq!(amount(&sent).expect("an amount"), Some(read.parse().expect("a decimal")));
        }
        for (sent, kind) in [
            (json!("12,50"), "decimal_parsing"),
            (json!("NaN"), "decimal_parsing"),
            (json!(true), "decimal_type"),
            (json!(0.123456), "decimal_max_places"),
            (json!(1e300), "decimal_parsing"),
        ] {
            assert_eq!(amount(&sent).expect_err("refused")[0].kind, kind, "{sent}");
        }
        assert_eq!(amount(&Value::Null).expect("nothing"), None);
    }

    #[test]
    fn the_fault_of_an_item_says_which_item_and_which_field() {
        let mut reader =
            Reader::new(Vec::new(), "", Some(json!({ "variants": [{"sku": "a"}, {"sku": 5}, 7] })));
        let read = reader.body("variants").items(0..=9, |item| item.body("sku").text(1..=9));
        assert!(read.is_none());
        let faults = json!(reader.take_faults());
        assert_eq!(faults[0]["loc"], json!(["body", "variants", 1, "sku"]));
        assert_eq!(faults[1]["loc"], json!(["body", "variants", 2]));
    }
}
