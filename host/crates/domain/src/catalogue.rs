//! A merchant's catalogue: the products that a merchant supplies for an account with
//! a supplier, from a feed or from a connected shop.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Money;
use crate::listing::ListingStatus;
use crate::product::Attribute;

/// Products of one catalogue.
pub const MOST_FEED_ITEMS: usize = 50_000;
/// Problems of one feed that are told one by one.
pub const MOST_FEED_PROBLEMS: usize = 200;
/// Products of a shop that a plugin takes over in one call.
pub const MOST_ADOPTED: usize = 200;

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CatalogueSource {
    /// A file of the merchant, uploaded or read from an address.
    Feed,
    /// A shop that the merchant has connected.
    Shop,
}

impl CatalogueSource {
    /// The word in tables and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CatalogueSource::Feed => "feed",
            CatalogueSource::Shop => "shop",
        }
    }
}

impl fmt::Display for CatalogueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not one of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a catalogue comes from a `feed` or a `shop`")]
pub struct UnknownSource;

impl FromStr for CatalogueSource {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        match text {
            "feed" => Ok(CatalogueSource::Feed),
            "shop" => Ok(CatalogueSource::Shop),
            _ => Err(UnknownSource),
        }
    }
}

/// An entry as a plugin asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The supplier's id of the product.
    pub id: String,
    /// A JSON object in the form of the plugin that wrote it.
    pub document: String,
    /// Where it comes from.
    pub source: CatalogueSource,
    /// When it was read.
    pub observed_at: DateTime<Utc>,
}

/// Some of the entries that were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CataloguePage {
    /// In the order in which they were supplied.
    pub entries: Vec<CatalogueEntry>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A catalogue as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogueSummary {
    /// How many products.
    pub entries: u64,
    /// Where they come from.
    pub source: CatalogueSource,
    /// When they were read.
    pub observed_at: DateTime<Utc>,
}

/// A product of a feed, as a plugin read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedItem {
    /// The supplier's id of the product; unique in its feed.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The address that names it.
    pub url: Option<String>,
    /// What the merchant pays.
    pub price: Option<Money>,
    /// More words to be found by.
    pub keywords: String,
    /// A JSON object in the plugin's own form.
    pub document: String,
}

/// Something in a feed that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedProblem {
    /// The line or the number of the entry, from 1.
    pub line: Option<u32>,
    /// What is wrong and how to put it right.
    pub message: String,
}

/// A feed that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// What can be used.
    pub items: Vec<FeedItem>,
    /// What cannot, at most [`MOST_FEED_PROBLEMS`].
    pub problems: Vec<FeedProblem>,
    /// How many problems there are in all.
    pub problem_count: u32,
}

/// Which products of a shop are meant. Everything given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShopFilter {
    /// The vendor's name.
    pub vendor: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// A collection or category, by name or id.
    pub collection: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most this many.
    pub page_size: u32,
}

/// Some products of a shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShopPage {
    /// May be empty although there are more.
    pub products: Vec<ShopProduct>,
    /// Absent at the end.
    pub next_cursor: Option<String>,
}

/// A product as it stands in a shop, whoever put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopProduct {
    /// The shop's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// HTML, not yet sanitised.
    pub description_html: Option<String>,
    /// Whether buyers see it.
    pub status: ListingStatus,
    /// Where a buyer sees it.
    pub url: Option<String>,
    /// The maker or supplier.
    pub vendor: Option<String>,
    /// Names.
    pub tags: Vec<String>,
    /// Names of collections or categories.
    pub collections: Vec<String>,
    /// Absolute addresses, best first.
    pub images: Vec<String>,
    /// At least one.
    pub variants: Vec<ShopVariant>,
    /// Whatever else the shop's plugin reported.
    pub extra: Vec<Attribute>,
}

/// A variant as it stands in a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopVariant {
    /// The shop's id.
    pub id: String,
    /// The shop's SKU.
    pub sku: Option<String>,
    /// What a person would call it.
    pub title: String,
    /// One entry per choice.
    pub options: Vec<Attribute>,
    /// What a buyer pays.
    pub price: Option<Money>,
    /// Crossed out.
    pub compare_at: Option<Money>,
    /// What the merchant pays, when the shop knows it.
    pub cost: Option<Money>,
    /// Unknown or not tracked when absent.
    pub stock: Option<u32>,
    /// An absolute address.
    pub image: Option<String>,
    /// Grams.
    pub weight_grams: Option<u32>,
    /// EAN, UPC or ISBN.
    pub barcode: Option<String>,
}

/// Words of a search that are looked at.
const MOST_WORDS: usize = 12;

/// What a search looks into: the texts in lower case.
#[must_use]
pub fn searchable(texts: &[&str]) -> String {
    texts.join(" ").to_lowercase()
}

/// The words of a search, in lower case.
#[must_use]
pub fn search_words(text: &str) -> Vec<String> {
    text.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect()
}
