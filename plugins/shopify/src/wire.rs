//! What comes back, as far as it is looked at.

use serde_json::Value;

use crate::read::{Read, reads};
use crate::text::number_of;

/// The whole answer.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) data: Option<Value>,
    pub(crate) errors: Vec<TopError>,
    pub(crate) cost: Cost,
}

impl Envelope {
    pub(crate) fn of(answer: &Value) -> Envelope {
        let errors = match &answer["errors"] {
            Value::Array(errors) => errors.iter().map(TopError::of).collect(),
            Value::String(message) => vec![TopError { message: message.clone(), ..TopError::default() }],
            _ => Vec::new(),
        };
        let data = Some(answer["data"].clone()).filter(|data| !data.is_null());
        Envelope { data, errors, cost: Cost::of(&answer["extensions"]["cost"]) }
    }
}

/// A refusal of the request or of a part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct TopError {
    pub(crate) message: String,
    /// The name of the top-level field, when it is about one.
    pub(crate) field: Option<String>,
    pub(crate) code: String,
}

impl TopError {
    fn of(error: &Value) -> TopError {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        TopError {
            message: text(&error["message"]),
            field: error["path"][0].as_str().map(str::to_owned),
            code: text(&error["extensions"]["code"]),
        }
    }
}

/// Points of the request and of the shop's allowance.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) requested: f64,
    pub(crate) available: f64,
    /// Points per second.
    pub(crate) restore_rate: f64,
}

impl Cost {
    fn of(cost: &Value) -> Cost {
        let number = |value: &Value| value.as_f64().unwrap_or_default();
        let status = &cost["throttleStatus"];
        Cost {
            requested: number(&cost["requestedQueryCost"]),
            available: number(&status["currentlyAvailable"]),
            restore_rate: number(&status["restoreRate"]),
        }
    }
}

/// A refusal inside a mutation's payload.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserError {
    pub(crate) code: Option<String>,
    pub(crate) field: Option<Vec<String>>,
    pub(crate) message: String,
}
reads!(UserError { code = "code", field = "field", message = "message" });

/// A list of nodes, perhaps one page of it.
#[derive(Clone, Debug)]
pub(crate) struct List<T> {
    pub(crate) nodes: Vec<T>,
    pub(crate) page_info: PageInfo,
}

impl<T: Read> Read for List<T> {
    fn read(value: &Value) -> Option<Self> {
        Some(List {
            nodes: Read::read(&value["nodes"])?,
            page_info: Option::read(&value["pageInfo"])?.unwrap_or_default(),
        })
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List { nodes: Vec::new(), page_info: PageInfo::default() }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) end_cursor: Option<String>,
}
reads!(PageInfo { has_next_page = "hasNextPage", end_cursor = "endCursor" });

/// How the shop reckons now.
#[derive(Clone, Debug)]
pub(crate) struct ShopCurrency {
    pub(crate) currency_code: String,
}
reads!(ShopCurrency { currency_code = "currencyCode" });

#[derive(Clone, Debug)]
pub(crate) struct Id {
    pub(crate) id: String,
}
reads!(Id { id = "id" });

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) value: String,
}
reads!(Entry { value = "value" });

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) count: usize,
}
reads!(Count { count = "count" });

/// A product.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) handle: String,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) published_at: Option<String>,
    pub(crate) online_store_url: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) variants_count: Option<Count>,
    pub(crate) media_count: Option<Count>,
    pub(crate) import_key: Option<Entry>,
    pub(crate) state: Option<Entry>,
    pub(crate) variants: List<Variant>,
    pub(crate) media: List<Media>,
}
reads!(Product { id = "id", handle = "handle", title = "title", status = "status", published_at = "publishedAt", online_store_url = "onlineStoreUrl", tags = "tags", variants_count = "variantsCount", media_count = "mediaCount", import_key = "importKey", state = "state", variants = "variants", media = "media" });

impl Product {
    /// Made by the import with this key.
    pub(crate) fn is_ours(&self, key: &str) -> bool {
        !key.is_empty() && self.import_key.as_ref().is_some_and(|entry| entry.value == key)
    }

    /// Nothing is left to do; it belongs to the merchant.
    pub(crate) fn is_complete(&self) -> bool {
        self.state.as_ref().is_none_or(|entry| entry.value != BUILDING)
    }

    /// Buyers see it.
    pub(crate) fn is_visible(&self) -> bool {
        self.status == "ACTIVE" && self.published_at.is_some()
    }

    /// Its number.
    pub(crate) fn number(&self) -> &str {
        number_of(&self.id)
    }
}

/// The state of a product that a later call has to finish.
pub(crate) const BUILDING: &str = "building";
/// The state of a product that is done.
pub(crate) const COMPLETE: &str = "complete";

/// A variant.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) id: String,
    pub(crate) sku: Option<String>,
    pub(crate) title: String,
    pub(crate) price: String,
    pub(crate) compare_at_price: Option<String>,
    pub(crate) inventory_item: Option<InventoryItem>,
}
reads!(Variant { id = "id", sku = "sku", title = "title", price = "price", compare_at_price = "compareAtPrice", inventory_item = "inventoryItem" });

#[derive(Clone, Debug)]
pub(crate) struct InventoryItem {
    pub(crate) id: String,
    pub(crate) tracked: bool,
    pub(crate) inventory_level: Option<InventoryLevel>,
}
reads!(InventoryItem { id = "id", tracked = "tracked", inventory_level = "inventoryLevel" });

#[derive(Clone, Debug)]
pub(crate) struct InventoryLevel {
    pub(crate) quantities: Vec<Quantity>,
}
reads!(InventoryLevel { quantities = "quantities" });

#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity {
    pub(crate) quantity: i64,
}
reads!(Quantity { quantity = "quantity" });

impl InventoryItem {
    /// What can be sold at the location; `None` when the item is not stocked there.
    pub(crate) fn available(&self) -> Option<i64> {
        self.inventory_level.as_ref().and_then(|level| level.quantities.first()).map(|one| one.quantity)
    }
}

/// A picture.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) media_errors: Vec<MediaError>,
}
reads!(Media { id = "id", status = "status", media_errors = "mediaErrors" });

#[derive(Clone, Debug)]
pub(crate) struct MediaError {
    pub(crate) code: String,
}
reads!(MediaError { code = "code" });

impl Media {
    /// Shopify is still at work on it.
    pub(crate) fn is_pending(&self) -> bool {
        self.status != "READY" && self.status != "FAILED"
    }
}

/// A payload of a mutation on a product.
#[derive(Clone, Debug)]
pub(crate) struct ProductPayload {
    pub(crate) product: Option<Product>,
    pub(crate) product_set_operation: Option<Id>,
    pub(crate) user_errors: Vec<UserError>,
}
reads!(ProductPayload { product = "product", product_set_operation = "productSetOperation", user_errors = "userErrors" });

/// A payload of which only the refusals count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) user_errors: Vec<UserError>,
}
reads!(Verdict { user_errors = "userErrors" });
