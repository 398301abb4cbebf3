//! For whom and from where: the settings of the connection and of the call.

use serde_json::Value;
use sourcepilot_sdk::Context;

use crate::node::Node;

/// Everything that an answer depends on, apart from the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Market {
    /// Where goods go, ISO 3166-1 alpha-2.
    pub(crate) country: String,
    /// The buyer's postal code, for routes that need one.
    pub(crate) zip: Option<String>,
    /// Countries whose warehouses count; empty for all.
    pub(crate) ships_from: Vec<String>,
    /// Whether unchecked stock at factories counts.
    pub(crate) factory_stock: bool,
    /// Whether a product is asked for together with its cheapest delivery.
    pub(crate) with_shipping: bool,
}

impl Market {
    /// The connection's settings where they say something, the call's context elsewhere.
    /// The host has checked them against the manifest's schema.
    pub(crate) fn new(settings: &Value, context: &Context) -> Market {
        let settings = Node::new(settings);
        let text = |name: &str| settings.get(name).text();
        let origins = text("ships_from").unwrap_or_default();
        Market {
            country: text("ship_to_country").unwrap_or_else(|| context.country.clone()).to_ascii_uppercase(),
            zip: text("ship_to_zip"),
            ships_from: origins
                .split(',')
                .map(|country| country.trim().to_ascii_uppercase())
                .filter(|country| !country.is_empty())
                .collect(),
            factory_stock: settings.get("count_factory_stock").flag().unwrap_or(true),
            with_shipping: settings.get("preview_shipping").flag().unwrap_or(true),
        }
    }

    /// Whether what lies in this country counts.
    pub(crate) fn accepts(&self, country: &str) -> bool {
        self.ships_from.is_empty() || self.ships_from.iter().any(|wanted| wanted == country)
    }
}
