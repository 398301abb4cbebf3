//! What models answer, read as hostile input: bounded in number, length and range,
//! and text without markup.

use serde_json::{Map, Value, json};

use crate::service::intake::plain;

const MOST_SUGGESTIONS: usize = 10;
const MOST_DIMENSIONS: usize = 20;
const PRIORITIES: [&str; 3] = ["high", "medium", "low"];

/// What a model thinks of a supplier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scoring {
    /// From 0 to 100 each.
    pub dimensions: Vec<(String, f64)>,
    /// From 0 to 100.
    pub overall: f64,
    pub recommendation: Option<String>,
}

/// Text that is shown as it is: no markup, no hidden characters, bounded.
pub(super) fn words(text: &str, longest: usize) -> String {
    plain(&text.replace(['<', '>'], " "), longest)
}

pub(super) fn suggestions(content: &str) -> Vec<Value> {
    let items = match json_in(content) {
        Some(Value::Object(mut fields)) => fields.remove("suggestions").unwrap_or(Value::Object(fields)),
        Some(other) => other,
        None => Value::String(content.to_owned()),
    };
    let items = match items {
        Value::Array(items) => items,
        single => vec![single],
    };
    items.into_iter().filter_map(|item| suggestion(&item)).take(MOST_SUGGESTIONS).collect()
}

fn suggestion(item: &Value) -> Option<Value> {
    let text = |name: &str, longest| words(item[name].as_str().unwrap_or_default(), longest);
    match item {
        Value::String(text) => Some(words(text, 2000)).filter(|text| !text.is_empty()).map(Value::String),
        Value::Object(_) => {
            let (title, description) = (text("title", 200), text("description", 1000));
            let priority = text("priority", 10).to_lowercase();
            let priority = PRIORITIES.into_iter().find(|known| *known == priority).unwrap_or("medium");
            let says_something = !(title.is_empty() && description.is_empty());
            says_something
                .then(|| json!({ "title": title, "description": description, "priority": priority }))
        }
        _ => None,
    }
}

pub(super) fn scoring(content: &str) -> Scoring {
    let Some(Value::Object(fields)) = json_in(content) else { return Scoring::default() };
    let empty = Map::new();
    let dimensions: Vec<(String, f64)> = fields
        .get("scoring")
        .and_then(Value::as_object)
        .unwrap_or(&empty)
        .iter()
        .filter(|(name, _)| is_name(name))
        .filter_map(|(name, value)| Some((name.clone(), score(value)?)))
        .take(MOST_DIMENSIONS)
        .collect();
    let overall = fields.get("overall_score").and_then(score).unwrap_or_else(|| mean(&dimensions));
    let recommendation = fields.get("recommendation").and_then(Value::as_str).map(|text| words(text, 2000));
    Scoring { dimensions, overall, recommendation: recommendation.filter(|text| !text.is_empty()) }
}

/// A number, its text, or an object that holds it as `score`.
fn score(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Object(fields) => {
            return fields.get("score").filter(|inner| !inner.is_object()).and_then(score);
        }
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite()).map(|number| number.clamp(0.0, 100.0))
}

fn mean(dimensions: &[(String, f64)]) -> f64 {
    let sum: f64 = dimensions.iter().map(|(_, score)| score).sum();
    let count = u32::try_from(dimensions.len()).unwrap_or(u32::MAX);
    if count == 0 { 0.0 } else { (sum / f64::from(count) * 10.0).round() / 10.0 }
}

fn is_name(name: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.len() <= 50 && name.bytes().all(fine)
}

/// The JSON that a text is, or that stands in it between fences of Markdown.
fn json_in(content: &str) -> Option<Value> {
    let text = content.trim();
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")).map(|fenced| {
        let body = fenced.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        body.trim()
    });
    let value: Value = serde_json::from_str(inner.unwrap_or(text)).ok()?;
    // A bare text or number in quotes is no answer in the form that was asked for.
    (value.is_object() || value.is_array()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_read_in_all_forms_that_models_use() {
        let good = json!({"title": "T", "description": "D", "priority": "high"});
        for content in [
            json!({"suggestions": [good]}).to_string(),
            json!([good]).to_string(),
            good.to_string(),
            format!("```json\n{}\n```", json!({"suggestions": [good]})),
            format!("  ```\n{}```", json!([good])),
        ] {
            assert_eq!(suggestions(&content), std::slice::from_ref(&good), "{content}");
        }
        assert_eq!(suggestions("Just sell\nmugs."), [json!("Just sell mugs.")]);
        assert_eq!(suggestions("\"quoted\""), [json!("\"quoted\"")]);
        for nothing in ["", "  \n", "{}", "[]", "[1, null, {}]", "{\"suggestions\": 5}"] {
            assert_eq!(suggestions(nothing), Vec::<Value>::new(), "{nothing}");
        }
    }

    #[test]
    fn suggestions_are_bounded_and_without_markup() {
        let wild = json!({"title": format!("<script>alert(1)</script>{}", "x".repeat(5000)), "priority": "URGENT!!",
            "description": "a\u{202E}b\u{0}c <img src=x>", "extra": {"key": "value"}});
        let read = suggestions(&json!(vec![wild; 50]).to_string());
        assert_eq!(read.len(), 10);
        let text = read[0].to_string();
        assert!(!text.contains(['<', '>', '\u{202E}', '\u{0}']) && !text.contains("extra"), "{text}");
        assert_eq!(read[0]["title"].as_str().map(|title| title.chars().count()), Some(200));
        assert_eq!(read[0]["priority"], "medium");
        assert!(suggestions(&"y".repeat(100_000))[0].as_str().is_some_and(|text| text.len() == 2000));
    }

    #[test]
    fn scores_are_clamped() {
        let content = json!({"scoring": {"product_quality": 150, "shipping_speed": -3, "communication": "72.5",
            "return_policy": {"score": 40, "why": "x"}, "pricing": "cheap", "nan": "NaN", "<b>": 5, "": 1},
            "overall_score": 1e9, "recommendation": "<b>Buy</b>"});
        let read = scoring(&content.to_string());
        let expected = [
            ("product_quality", 100.0),
            ("shipping_speed", 0.0),
            ("communication", 72.5),
            ("return_policy", 40.0),
        ];
        let expected: Vec<(String, f64)> = expected.map(|(name, score)| (name.to_owned(), score)).into();
        assert_eq!((read.dimensions, read.overall), (expected, 100.0));
        assert_eq!(read.recommendation.as_deref(), Some("b Buy /b"));
    }

    #[test]
    fn what_is_no_object_scores_nothing() {
        for content in ["", "prose", "[1, 2]", "5", "null", "{", "{\"scoring\": 5, \"recommendation\": 5}"] {
            assert_eq!(scoring(content), Scoring::default(), "{content}");
        }
        let read = scoring(r#"{"scoring": {"a": 80, "b": 91}}"#);
        assert_eq!(read.overall, 85.5);
        let many: Map<String, Value> = (0..100).map(|n| (format!("d{n}"), json!(n))).collect();
        assert_eq!(scoring(&json!({"scoring": many}).to_string()).dimensions.len(), 20);
    }
}
