//! What a merchant may ask of one import: the `config` object of the API.
//!
//! The object is stored and returned as it came; unknown keys mean nothing. It is
//! read when the job runs, so that a mistake ends in a sentence on the job.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::listing::ListingStatus;

/// The read form of an import's `config`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportConfig {
    /// Added to the cost, in percent; the installation's default when absent.
    pub markup_percent: Option<Decimal>,
    /// Labels for the product in the shop.
    pub tags: Vec<String>,
    /// How many percent below the crossed-out price the price shall look.
    pub compare_at_discount: Option<Decimal>,
    /// Whether buyers see it at once; drafts unless asked otherwise.
    pub status: Option<ListingStatus>,
    /// Add the supplier's shipping cost to the cost.
    pub include_shipping: bool,
    /// A title to use instead of the supplier's.
    pub title: Option<String>,
    /// Only these of the supplier's variants (ids).
    pub variant_ids: Option<Vec<String>>,
    /// A product typed in by the merchant.
    pub product: Option<Value>,
}

/// A key of `config` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("config.{key} {problem}")]
pub struct ConfigError {
    /// Which key.
    pub key: &'static str,
    /// What is wrong with it and what would be right.
    pub problem: String,
}

const MAX_TAGS: usize = 50;

impl ImportConfig {
    /// Read a `config`; none and `null` mean all defaults.
    ///
    /// # Errors
    /// The first key that cannot be used, with what would be right.
    pub fn read(config: Option<&Value>) -> Result<Self, ConfigError> {
        let Some(Value::Object(map)) = config else { return Ok(ImportConfig::default()) };
        let get = |key: &str| map.get(key).filter(|value| !value.is_null());
        Ok(ImportConfig {
            markup_percent: decimal("markup_percent", get("markup_percent"), -99, 10_000)?,
            tags: tags(get("tags"))?,
            compare_at_discount: decimal("compare_at_discount", get("compare_at_discount"), 0, 95)?,
            status: status(get("status"), get("publish"))?,
            include_shipping: boolean("include_shipping", get("include_shipping"))?.unwrap_or(false),
            title: text("title", get("title"), 255)?,
            variant_ids: get("variant_ids").map(|value| texts("variant_ids", value, 2_048)).transpose()?,
            product: get("product").cloned(),
        })
    }
}

fn error(key: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError { key, problem: problem.into() }
}

fn decimal(
    key: &'static str,
    value: Option<&Value>,
    min: i64,
    max: i64,
) -> Result<Option<Decimal>, ConfigError> {
    let Some(value) = value else { return Ok(None) };
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let parsed = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).ok();
    match parsed {
        Some(number) if number >= Decimal::from(min) && number <= Decimal::from(max) => Ok(Some(number)),
        _ => Err(error(key, format!("must be a number between {min} and {max}"))),
    }
}

fn boolean(key: &'static str, value: Option<&Value>) -> Result<Option<bool>, ConfigError> {
    match value {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(error(key, "must be true or false")),
    }
}

fn text(key: &'static str, value: Option<&Value>, longest: usize) -> Result<Option<String>, ConfigError> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= longest => Ok(Some(text.trim().to_owned())),
        Some(_) => Err(error(key, format!("must be a text of at most {longest} characters"))),
    }
}

fn texts(key: &'static str, value: &Value, most: usize) -> Result<Vec<String>, ConfigError> {
    let refuse = || error(key, format!("must be a list of at most {most} texts"));
    let Value::Array(items) = value else { return Err(refuse()) };
    if items.len() > most {
        return Err(refuse());
    }
    items
        .iter()
        .map(|item| match item {
            Value::String(text) => Ok(text.trim().to_owned()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(refuse()),
        })
        .collect()
}

/// Tags come as a list, or as one text with commas.
fn tags(value: Option<&Value>) -> Result<Vec<String>, ConfigError> {
    let all = match value {
        None => Vec::new(),
        Some(Value::String(text)) => text.split(',').map(|tag| tag.trim().to_owned()).collect(),
        Some(list) => texts("tags", list, MAX_TAGS)?,
    };
    let mut kept: Vec<String> = Vec::new();
    for tag in all {
        if tag.chars().count() > 100 {
            return Err(error("tags", "has a tag of more than 100 characters"));
        }
        if !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(kept)
}

fn status(status: Option<&Value>, publish: Option<&Value>) -> Result<Option<ListingStatus>, ConfigError> {
    match status {
        Some(Value::String(text)) if text == "draft" => return Ok(Some(ListingStatus::Draft)),
        Some(Value::String(text)) if text == "active" || text == "publish" => {
            return Ok(Some(ListingStatus::Active));
        }
        Some(_) => return Err(error("status", "must be \"draft\" or \"active\"")),
        None => {}
    }
    Ok(boolean("publish", publish)?.map(|yes| if yes { ListingStatus::Active } else { ListingStatus::Draft }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_documented_keys_are_read_and_others_mean_nothing() {
        let config = json!({"markup_percent": 35.5, "tags": ["a", "b", "a", ""], "compare_at_discount": "20", "zork": [1]});
        let read = ImportConfig::read(Some(&config)).expect("good");
        assert_eq!(read.markup_percent, Some(Decimal::new(355, 1)));
        assert_eq!(read.tags, ["a", "b"]);
        assert_eq!(read.compare_at_discount, Some(Decimal::from(20)));
        assert_eq!(read.status, None);
    }

    #[test]
    fn nothing_given_means_all_defaults() {
        assert_eq!(ImportConfig::read(None), Ok(ImportConfig::default()));
        assert_eq!(ImportConfig::read(Some(&json!({"markup_percent": null}))), Ok(ImportConfig::default()));
    }

    #[test]
    fn a_mistake_names_its_key_and_what_would_be_right() {
        let cases = [
            (json!({"markup_percent": "lots"}), "config.markup_percent must be a number"),
            (json!({"markup_percent": -100}), "config.markup_percent must be a number"),
            (json!({"compare_at_discount": 100}), "config.compare_at_discount must be"),
            (json!({"tags": {"a": 1}}), "config.tags must be a list"),
            (json!({"status": "live"}), "config.status must be"),
            (json!({"publish": "yes"}), "config.publish must be"),
        ];
        for (config, sentence) in cases {
            let problem = ImportConfig::read(Some(&config)).expect_err("bad").to_string();
            assert!(problem.starts_with(sentence), "{config}: {problem}");
        }
    }
}
