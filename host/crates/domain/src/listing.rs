//! What is put into a shop, and what the shop says about it afterwards.

use serde::{Deserialize, Serialize};

use crate::Money;
use crate::product::{Attribute, OptionAxis};

/// Whether buyers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListingStatus {
    /// Only the merchant does.
    Draft,
    /// Everybody does.
    Active,
}

/// One variant to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingVariant {
    /// Deterministic and unique in the shop: the SKU.
    pub key: String,
    /// One entry per choice, in the listing's order.
    pub options: Vec<Attribute>,
    /// In the shop's currency.
    pub price: Money,
    /// Crossed out; above `price`.
    pub compare_at: Option<Money>,
    /// What the merchant pays.
    pub cost: Option<Money>,
    /// Not tracked when absent.
    pub stock: Option<u32>,
    /// An absolute address.
    pub image: Option<String>,
    /// Grams.
    pub weight_grams: Option<u32>,
    /// EAN, UPC or ISBN.
    pub barcode: Option<String>,
}

/// A product to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Its title.
    pub title: String,
    /// Sanitised HTML.
    pub description_html: Option<String>,
    /// Draft unless asked otherwise.
    pub status: ListingStatus,
    /// Empty when there is nothing to choose.
    pub options: Vec<OptionAxis>,
    /// At least one.
    pub variants: Vec<ListingVariant>,
    /// Absolute addresses, best first.
    pub images: Vec<String>,
    /// Names.
    pub categories: Vec<String>,
    /// Names.
    pub tags: Vec<String>,
    /// The maker.
    pub vendor: Option<String>,
    /// More for the shop, such as the import's id.
    pub extra: Vec<Attribute>,
}

/// A variant in the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteVariant {
    /// Our key.
    pub key: String,
    /// The shop's id.
    pub id: String,
}

/// A product in the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteProduct {
    /// The shop's id.
    pub id: String,
    /// Where a buyer sees it.
    pub url: Option<String>,
    /// Where the merchant edits it.
    pub admin_url: Option<String>,
    /// Its variants.
    pub variants: Vec<RemoteVariant>,
    /// What could not be carried over.
    pub warnings: Vec<String>,
    /// Whatever else the plugin reported.
    pub extra: Vec<Attribute>,
}

/// How a variant is in the shop now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantState {
    /// The shop's id.
    pub id: String,
    /// Our key.
    pub key: Option<String>,
    /// Its price.
    pub price: Option<Money>,
    /// Its crossed-out price.
    pub compare_at: Option<Money>,
    /// Its stock, when tracked.
    pub stock: Option<u32>,
}

/// How a product is in the shop now: the before-image of every change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductState {
    /// The shop's id.
    pub id: String,
    /// Whether buyers see it.
    pub status: ListingStatus,
    /// Its title.
    pub title: String,
    /// Where a buyer sees it.
    pub url: Option<String>,
    /// Its variants.
    pub variants: Vec<VariantState>,
}

/// A change of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantChange {
    /// The shop's id of the variant, or of the product when it has none.
    pub id: String,
    /// Unchanged when absent.
    pub price: Option<Money>,
    /// Cleared when absent and `price` is given.
    pub compare_at: Option<Money>,
    /// Unchanged when absent.
    pub stock: Option<u32>,
}
