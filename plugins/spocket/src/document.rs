//! A product as it is kept in the catalogue: the form of JSON feeds.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sourcepilot_sdk::money::Amount;

/// A product. Amounts are decimal text in `currency`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Document {
    pub(crate) source_product_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_url: Option<String>,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) supplier_name: Option<String>,
    pub(crate) currency: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) images: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) categories: Vec<String>,
    pub(crate) variants: Vec<Variant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) processing_time_days: Option<Days>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) shipping: Vec<Region>,
    /// When the merchant saw these values, as text of ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) observed_at: Option<String>,
}

/// One thing that can be bought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Variant {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sku: Option<String>,
    /// Names and values of its choices, in the product's order.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) options: Map<String, Value>,
    /// What the merchant pays: "You pay".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<String>,
    /// What a buyer pays: "You sell".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) price: Option<String>,
    /// Absent: unknown, which is not none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stock: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) weight_grams: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) barcode: Option<String>,
}

/// From so many days to so many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Days {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// What delivery to a region costs and takes, as the merchant was shown it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Region {
    /// A country's code, `EU`, or `WORLD`.
    pub(crate) region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days_min: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days_max: Option<u32>,
}

impl Document {
    /// Whether the price of every variant is what the merchant pays.
    pub(crate) fn knows_costs(&self) -> bool {
        self.variants.iter().all(|variant| variant.cost.is_some())
    }
}

impl Variant {
    /// What the merchant pays; where that is not known, what a buyer pays.
    pub(crate) fn basis(&self) -> Option<Amount> {
        Amount::parse(self.cost.as_deref().or(self.price.as_deref())?)
    }

    /// The choices as texts.
    pub(crate) fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// What a person would call it.
    pub(crate) fn title(&self) -> String {
        self.choices().map(|(_, value)| value).collect::<Vec<_>>().join(" / ")
    }
}
