//! What a shop keeps.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The contents of a shop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Books {
    pub(super) next_id: u64,
    /// Products and variations share their numbers.
    pub(super) products: BTreeMap<u64, Product>,
    pub(super) media: BTreeMap<u64, Media>,
    pub(super) categories: BTreeMap<u64, Term>,
    pub(super) tags: BTreeMap<u64, Term>,
}

/// The category of products that have no other.
pub(super) const UNCATEGORIZED: u64 = 15;

impl Default for Books {
    fn default() -> Self {
        let term = Term {
            id: UNCATEGORIZED,
            name: "Uncategorized".into(),
            slug: "uncategorized".into(),
            ..Term::default()
        };
        Self {
            next_id: 20,
            products: BTreeMap::new(),
            media: BTreeMap::new(),
            categories: BTreeMap::from([(UNCATEGORIZED, term)]),
            tags: BTreeMap::new(),
        }
    }
}

impl Books {
    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The variations of a product, in their order.
    pub(super) fn variations(&self, parent: u64) -> impl Iterator<Item = &Product> {
        self.products.values().filter(move |product| product.kind == VARIATION && product.parent == parent)
    }
}

/// The kind of a variation.
pub(super) const VARIATION: &str = "variation";

/// A product or a variation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Product {
    pub(super) id: u64,
    /// `simple`, `variable`, `grouped`, `external` or `variation`.
    pub(super) kind: String,
    /// 0 for products.
    pub(super) parent: u64,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) status: String,
    pub(super) description: String,
    pub(super) short_description: String,
    pub(super) sku: String,
    pub(super) regular_price: String,
    pub(super) sale_price: String,
    pub(super) manage_stock: bool,
    pub(super) stock_quantity: Option<i64>,
    pub(super) stock_status: String,
    pub(super) categories: Vec<u64>,
    pub(super) tags: Vec<u64>,
    pub(super) images: Vec<u64>,
    pub(super) attributes: Vec<Attribute>,
    /// What a variation stands for.
    pub(super) selections: Vec<Selection>,
    pub(super) meta: Vec<Meta>,
    pub(super) created: DateTime<Utc>,
    pub(super) modified: DateTime<Utc>,
    /// Fields that are kept and shown without further effect.
    pub(super) plain: Map<String, Value>,
}

impl Product {
    pub(super) fn new(id: u64, now: DateTime<Utc>) -> Self {
        Self {
            id,
            kind: "simple".into(),
            parent: 0,
            name: String::new(),
            slug: String::new(),
            status: "publish".into(),
            description: String::new(),
            short_description: String::new(),
            sku: String::new(),
            regular_price: String::new(),
            sale_price: String::new(),
            manage_stock: false,
            stock_quantity: None,
            stock_status: "instock".into(),
            categories: Vec::new(),
            tags: Vec::new(),
            images: Vec::new(),
            attributes: Vec::new(),
            selections: Vec::new(),
            meta: Vec::new(),
            created: now,
            modified: now,
            plain: Map::new(),
        }
    }

    pub(super) fn is_variation(&self) -> bool {
        self.kind == VARIATION
    }

    pub(super) fn trashed(&self) -> bool {
        self.status == "trash"
    }

    /// What a buyer pays, empty when it cannot be bought.
    pub(super) fn own_price(&self) -> &str {
        if self.sale_price.is_empty() { &self.regular_price } else { &self.sale_price }
    }

    /// GTIN, UPC, EAN or ISBN.
    pub(super) fn gtin(&self) -> &str {
        self.plain.get("global_unique_id").and_then(Value::as_str).unwrap_or_default()
    }
}

/// A choice of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) position: i64,
    pub(super) visible: bool,
    pub(super) variation: bool,
    pub(super) options: Vec<String>,
}

/// One chosen value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Selection {
    pub(super) name: String,
    pub(super) option: String,
}

/// A free field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) id: u64,
    pub(super) key: String,
    pub(super) value: Value,
}

/// A category or a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Term {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) parent: u64,
    pub(super) description: String,
}

/// A picture in the shop's library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Media {
    pub(super) id: u64,
    /// Below `/wp-content/uploads/`.
    pub(super) file: String,
    /// The name under which the gallery knows it.
    pub(super) picture: String,
    /// Where it was fetched.
    pub(super) origin: String,
    pub(super) name: String,
    pub(super) alt: String,
    pub(super) created: DateTime<Utc>,
}
