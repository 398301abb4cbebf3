//! A supplier's product, after the plugin's answer was checked field by field.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Money;

/// A supplier's product, by the supplier's own id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProductRef {
    /// The supplier's id, as text.
    pub id: String,
    /// Its page.
    pub url: Option<String>,
    /// A variant that the address pointed at.
    pub variant: Option<String>,
}

/// What an address turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlMatch {
    /// A product.
    Product(ProductRef),
    /// A short link that has to be looked up.
    Indirect(String),
}

/// Whether a product can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    /// Yes.
    Available,
    /// Not at present.
    SoldOut,
    /// Not for the country asked for.
    UnavailableInCountry,
    /// Never again.
    Discontinued,
    /// The supplier does not say.
    Unknown,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One choice and its values, in display order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionAxis {
    /// Such as `Color`.
    pub name: String,
    /// Such as `Red`.
    pub values: Vec<String>,
}

/// What delivery costs and how long it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingQuote {
    /// The supplier's code of the service.
    pub service: String,
    /// What a person would call it.
    pub label: String,
    /// Unknown when absent.
    pub cost: Option<Money>,
    /// Days.
    pub min_days: Option<u32>,
    /// Days.
    pub max_days: Option<u32>,
    /// ISO country.
    pub ships_from: Option<String>,
    /// With a tracking number.
    pub tracked: Option<bool>,
}

/// One thing that can be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The supplier's id.
    pub id: String,
    /// The supplier's SKU.
    pub sku: Option<String>,
    /// What a person would call it.
    pub title: String,
    /// One entry per choice.
    pub options: Vec<Attribute>,
    /// What the merchant pays.
    pub price: Money,
    /// What the supplier crosses out.
    pub list_price: Option<Money>,
    /// Unknown when absent.
    pub stock: Option<u32>,
    /// An absolute address.
    pub image: Option<String>,
    /// Grams.
    pub weight_grams: Option<u32>,
    /// EAN, UPC or ISBN.
    pub barcode: Option<String>,
    /// Whatever else the plugin reported.
    pub extra: Vec<Attribute>,
}

/// A supplier's product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Which one.
    pub reference: ProductRef,
    /// Its title.
    pub title: String,
    /// HTML; sanitised once the host has taken it in.
    pub description_html: Option<String>,
    /// The lowest price of a variant that can be bought.
    pub price: Money,
    /// What the supplier crosses out.
    pub list_price: Option<Money>,
    /// Whether it can be bought.
    pub availability: Availability,
    /// Absolute addresses, best first.
    pub images: Vec<String>,
    /// At least one.
    pub variants: Vec<Variant>,
    /// From general to special.
    pub categories: Vec<String>,
    /// The supplier's or seller's name.
    pub supplier_name: Option<String>,
    /// 0 to 5.
    pub rating: Option<Decimal>,
    /// How many rated.
    pub rating_count: Option<u64>,
    /// How many were sold, at least.
    pub order_count: Option<u64>,
    /// The best known delivery.
    pub shipping: Option<ShippingQuote>,
    /// Whatever else the plugin reported.
    pub extra: Vec<Attribute>,
}

impl Product {
    /// The choices in display order, gathered from the variants.
    #[must_use]
    pub fn option_axes(&self) -> Vec<OptionAxis> {
        let mut axes: Vec<OptionAxis> = Vec::new();
        for option in self.variants.iter().flat_map(|variant| &variant.options) {
            let axis = match axes.iter_mut().position(|axis| axis.name == option.name) {
                Some(index) => &mut axes[index],
                None => {
                    axes.push(OptionAxis { name: option.name.clone(), values: Vec::new() });
                    let last = axes.len() - 1;
                    &mut axes[last]
                }
            };
            if !axis.values.contains(&option.value) {
                axis.values.push(option.value.clone());
            }
        }
        axes
    }
}

/// One hit of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Which product.
    pub reference: ProductRef,
    /// Its title.
    pub title: String,
    /// Its price.
    pub price: Option<Money>,
    /// Absolute addresses.
    pub images: Vec<String>,
    /// The seller.
    pub supplier_name: Option<String>,
    /// 0 to 5.
    pub rating: Option<Decimal>,
    /// Sold at least.
    pub order_count: Option<u64>,
    /// What delivery costs.
    pub shipping_cost: Option<Money>,
    /// Days.
    pub shipping_days: Option<u32>,
}

/// One page of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// In the supplier's order.
    pub hits: Vec<SearchHit>,
    /// Over all pages.
    pub total: Option<u64>,
    /// Whether another page exists.
    pub has_more: bool,
}

/// A search.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchQuery {
    /// The words.
    pub text: String,
    /// From 1.
    pub page: u32,
    /// Hits per page.
    pub page_size: u32,
}

/// The price of one variant now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantPrice {
    /// The supplier's id.
    pub id: String,
    /// What the merchant pays.
    pub price: Money,
    /// Unknown when absent.
    pub stock: Option<u32>,
}

/// The price of one product now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The lowest price that can be bought.
    pub price: Money,
    /// Unknown when absent.
    pub in_stock: Option<bool>,
    /// Every variant, when the supplier tells.
    pub variants: Vec<VariantPrice>,
}

/// Something to be shipped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parcel {
    /// Which product.
    pub reference: ProductRef,
    /// Which variant.
    pub variant: Option<String>,
    /// How many.
    pub quantity: u32,
}

/// The account or shop behind a connection, as a check found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountInfo {
    /// The remote side's id.
    pub id: String,
    /// What a merchant would call it.
    pub label: String,
    /// In which it reckons.
    pub currency: Option<crate::Currency>,
    /// The address to use from now on.
    pub canonical_url: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// For the merchant.
    pub warnings: Vec<String>,
    /// Whatever else the plugin reported.
    pub extra: Vec<Attribute>,
}
