mod accounts;
mod failures;
mod flows;
mod mutations;
mod products;
mod shipping;
mod signing;
mod urls;

use std::path::Path;

use serde_json::Value;

use crate::market::Market;

/// An answer by the name of its fixture, without the ending.
pub(crate) fn fixture(name: &str) -> Value {
    serde_json::from_str(&fixture_text(name)).expect("JSON")
}

pub(crate) fn fixture_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(format!("{name}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A merchant in France who reckons in euros.
pub(crate) fn market() -> Market {
    Market {
        country: "FR".into(),
        currency: "EUR".into(),
        language: "en".into(),
        locale: "en_US".into(),
        impersonal: true,
        ships_from: None,
        with_shipping: true,
        with_categories: true,
    }
}
