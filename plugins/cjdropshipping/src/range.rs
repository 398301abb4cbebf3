//! Amounts and weights, which come alone or as a range in two spellings.

use sourcepilot_sdk::money::Amount;

use crate::node::Node;

/// One amount, or everything between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: Amount,
    pub(crate) high: Amount,
}

impl Range {
    /// `12.5`, `0.97-4.08` and `4.10 -- 6.35`; anything else is refused, for a text
    /// read by halves would give a price that is too low.
    pub(crate) fn parse(text: &str) -> Option<Range> {
        let (low, high) = match text.split_once('-') {
            None => (text, text),
            Some((low, high)) => (low, high.strip_prefix('-').unwrap_or(high)),
        };
        let (one, other) = (Amount::parse(low.trim())?, Amount::parse(high.trim())?);
        Some(Range { low: one.min(other), high: one.max(other) })
    }

    /// A member that is a number, text or nothing.
    pub(crate) fn of(node: Node<'_>) -> Option<Range> {
        Range::parse(&node.text()?)
    }

    /// The amount, when there is only one.
    pub(crate) fn single(self) -> Option<Amount> {
        (self.low == self.high).then_some(self.low)
    }
}

/// Grams, rounded up; the heavier end of a range.
pub(crate) fn grams(node: Node<'_>) -> Option<u32> {
    let text = Range::of(node)?.high.to_string();
    let (whole, fraction) = text.split_once('.')?;
    let more = u32::from(fraction.bytes().any(|digit| digit != b'0'));
    whole.parse::<u32>().ok()?.checked_add(more).filter(|grams| *grams > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings_and_single_amounts_are_read() {
        for (text, low, high) in [
            ("3.44", "3.44", "3.44"),
            ("12.50-15.30", "12.50", "15.30"),
            ("4.10 -- 6.35", "4.10", "6.35"),
            ("6.35 - 4.10", "4.10", "6.35"),
            ("0.97--4.08", "0.97", "4.08"),
            (" 7 ", "7.00", "7.00"),
        ] {
            let range = Range::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (range.low.to_string().as_str(), range.high.to_string().as_str()),
                (low, high),
                "{text}"
            );
        }
    }

    #[test]
    fn what_would_be_read_by_halves_is_refused() {
        for text in
            ["", "-", "--", "4.10 --", "-4.10", "1-2-3", "1 --- 2", "4,10", "$4.10", "4.1e1", "about 4"]
        {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn weights_are_whole_grams() {
        let weigh = |value: serde_json::Value| grams(Node::new(&value));
        assert_eq!(weigh(json!(130.0)), Some(130));
        assert_eq!(weigh(json!("320.00")), Some(320));
        assert_eq!(weigh(json!("10.00-29.20")), Some(30));
        assert_eq!(weigh(json!(0)), None);
        assert_eq!(weigh(json!("99999999999")), None);
    }
}
