//! For whom prices are asked: country, currency and language.

use serde_json::Value;
use sourcepilot_sdk::Context;

use crate::node::Node;

/// Everything that an answer's prices depend on, apart from the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Market {
    /// ISO 3166-1 alpha-2.
    pub(crate) country: String,
    /// ISO 4217.
    pub(crate) currency: String,
    /// Two lower-case letters.
    pub(crate) language: String,
    /// Such as `en_US`.
    pub(crate) locale: String,
    /// Prices without promotions that only this account gets.
    pub(crate) impersonal: bool,
    /// Only variants sent from there, when some are.
    pub(crate) ships_from: Option<String>,
    /// Whether a product is asked for together with its cheapest delivery.
    pub(crate) with_shipping: bool,
    /// Whether a product is asked for together with the names of its categories.
    pub(crate) with_categories: bool,
}

impl Market {
    /// The connection's settings where they say something, the call's context elsewhere.
    /// The host has checked them against the manifest's schema.
    pub(crate) fn new(settings: &Value, ctx: &Context) -> Market {
        let set = |name: &str| Node::new(settings).get(name).text();
        let flag = |name: &str| Node::new(settings).get(name).flag();
        let locale = set("target_language").unwrap_or_else(|| ctx.locale.clone());
        let (language, locale) = languages(&locale);
        Market {
            country: set("ship_to_country").unwrap_or_else(|| ctx.country.clone()).to_ascii_uppercase(),
            currency: set("target_currency").unwrap_or_else(|| ctx.currency.clone()).to_ascii_uppercase(),
            language,
            locale,
            impersonal: flag("remove_personal_benefit").unwrap_or(true),
            ships_from: set("ships_from").map(|country| country.to_ascii_uppercase()),
            with_shipping: flag("preview_shipping").unwrap_or(true),
            with_categories: flag("categories").unwrap_or(true),
        }
    }
}

/// A tag such as `pt-BR`, `pt_BR` or `pt` in the two forms the gateway takes.
fn languages(tag: &str) -> (String, String) {
    let mut parts = tag.split(['-', '_']);
    let letters = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let language = parts.next().filter(letters).unwrap_or("en").to_ascii_lowercase();
    let region = parts.find(letters).map_or_else(|| usual_region(&language), str::to_ascii_uppercase);
    let locale = format!("{language}_{region}");
    (language, locale)
}

fn usual_region(language: &str) -> String {
    match language {
        "en" => "US".to_owned(),
        "pt" => "BR".to_owned(),
        "ja" => "JP".to_owned(),
        "ko" => "KR".to_owned(),
        "uk" => "UA".to_owned(),
        "he" | "iw" => "IL".to_owned(),
        "ar" => "MA".to_owned(),
        "vi" => "VN".to_owned(),
        same => same.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_become_the_gateways_spellings() {
        for (tag, language, locale) in [
            ("en-US", "en", "en_US"),
            ("pt_BR", "pt", "pt_BR"),
            ("fr", "fr", "fr_FR"),
            ("zh-Hant-TW", "zh", "zh_TW"),
            ("", "en", "en_US"),
            ("english", "en", "en_US"),
        ] {
            assert_eq!(languages(tag), (language.to_owned(), locale.to_owned()), "{tag}");
        }
    }
}
