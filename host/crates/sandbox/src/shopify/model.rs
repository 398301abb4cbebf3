//! What a shop keeps.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The contents of a shop.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Books {
    next_id: u64,
    pub(super) products: BTreeMap<u64, Product>,
    pub(super) collections: BTreeMap<u64, Collection>,
    pub(super) definitions: Vec<Definition>,
    pub(super) operations: BTreeMap<u64, Operation>,
    /// Answers of mutations with a key, with what was asked.
    pub(super) repeats: BTreeMap<String, (Value, Value)>,
}

impl Books {
    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1;
        7_000_000_000 + self.next_id
    }

    /// The product with this entry, once it can be seen.
    pub(super) fn by_entry(&self, namespace: &str, key: &str, value: &str) -> Option<&Product> {
        self.products.values().find(|product| product.entry(namespace, key) == Some(value))
    }

    /// Keys of this kind are unique in the shop.
    pub(super) fn has_ids(&self, namespace: &str, key: &str) -> bool {
        self.definitions.iter().any(|one| one.namespace == namespace && one.key == key && one.kind == "id")
    }

    /// The product of a variant.
    pub(super) fn owner_of_variant(&self, id: u64) -> Option<(&Product, &Variant)> {
        self.products
            .values()
            .find_map(|product| Some((product, product.variants.iter().find(|one| one.id == id)?)))
    }

    /// The variant of an inventory item.
    pub(super) fn by_item(&mut self, item: u64) -> Option<&mut Variant> {
        self.products.values_mut().flat_map(|product| &mut product.variants).find(|one| one.item == item)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Definition {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) key: String,
    pub(super) kind: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Collection {
    pub(super) id: u64,
    pub(super) title: String,
    pub(super) handle: String,
    /// It fills itself by rules.
    pub(super) smart: bool,
    /// Buyers see it.
    #[serde(default)]
    pub(super) published: bool,
}

/// A product in the making.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Operation {
    pub(super) product: Option<u64>,
    pub(super) complete_at: DateTime<Utc>,
    pub(super) errors: Vec<Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Product {
    pub(super) id: u64,
    pub(super) title: String,
    pub(super) handle: String,
    pub(super) description: String,
    pub(super) vendor: String,
    pub(super) status: String,
    pub(super) tags: Vec<String>,
    pub(super) entries: Vec<Entry>,
    pub(super) options: Vec<Choice>,
    pub(super) variants: Vec<Variant>,
    pub(super) media: Vec<Media>,
    pub(super) collections: Vec<u64>,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
    pub(super) published: Option<DateTime<Utc>>,
    /// Asynchronous operations show it only when they are complete.
    pub(super) visible_at: DateTime<Utc>,
}

impl Product {
    pub(super) fn entry(&self, namespace: &str, key: &str) -> Option<&str> {
        let fits = |entry: &&Entry| entry.namespace == namespace && entry.key == key;
        self.entries.iter().find(fits).map(|entry| entry.value.as_str())
    }

    /// Set an entry, replacing what was there.
    pub(super) fn set_entry(&mut self, entry: Entry) {
        self.entries.retain(|other| other.namespace != entry.namespace || other.key != entry.key);
        self.entries.push(entry);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) namespace: String,
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Choice {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Variant {
    pub(super) id: u64,
    pub(super) item: u64,
    pub(super) sku: Option<String>,
    pub(super) barcode: Option<String>,
    pub(super) price: String,
    pub(super) compare_at: Option<String>,
    pub(super) cost: Option<String>,
    pub(super) grams: Option<f64>,
    /// One value per choice.
    pub(super) values: Vec<String>,
    pub(super) tracked: bool,
    /// By location.
    pub(super) levels: BTreeMap<u64, i64>,
    pub(super) media: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Media {
    pub(super) id: u64,
    pub(super) source: String,
    pub(super) alt: String,
    /// Until then it is being fetched.
    pub(super) settled_at: DateTime<Utc>,
    /// Why it fails then.
    pub(super) error: Option<String>,
}

impl Media {
    pub(super) fn status(&self, now: DateTime<Utc>) -> &'static str {
        match (&self.error, now >= self.settled_at) {
            (_, false) => "PROCESSING",
            (None, true) => "READY",
            (Some(_), true) => "FAILED",
        }
    }
}

/// A global id.
pub(super) fn gid(kind: &str, id: u64) -> String {
    format!("gid://shopify/{kind}/{id}")
}

/// The number in a global id of this kind.
pub(super) fn number(kind: &str, id: &str) -> Option<u64> {
    id.strip_prefix("gid://shopify/")?.strip_prefix(kind)?.strip_prefix('/')?.parse().ok()
}
