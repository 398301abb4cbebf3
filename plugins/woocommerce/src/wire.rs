//! What travels over the wire: the parts of WooCommerce's objects that we read,
//! and the bodies that we write. Unknown fields are ignored; a field of another
//! type than documented counts as absent, because plugins of the shop change them.

use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The key under which a product carries the key of its import.
pub(crate) const META_KEY: &str = "_sourcepilot_key";
/// The key of the only variant of a product without choices.
pub(crate) const META_VARIANT_KEY: &str = "_sourcepilot_variant_key";
/// How far the import came: [`STATE_BUILDING`] or [`STATE_COMPLETE`].
pub(crate) const META_STATE: &str = "_sourcepilot_state";
/// Something may still be missing.
pub(crate) const STATE_BUILDING: &str = "building";
/// Everything that the listing asked for was written.
pub(crate) const STATE_COMPLETE: &str = "complete";

/// The fields of a product that we read.
pub(crate) const PRODUCT_FIELDS: &str = "id,name,permalink,type,status,sku,regular_price,sale_price,manage_stock,\
    stock_quantity,parent_id,tags,categories,images,attributes,meta_data";
/// The fields of a variation that we read.
pub(crate) const VARIATION_FIELDS: &str =
    "id,sku,regular_price,sale_price,manage_stock,stock_quantity,image,attributes";

/// A product, or a variation found by its SKU.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Product {
    /// Zero in the answers of failed batch items.
    #[serde(deserialize_with = "lenient")]
    pub(crate) id: u64,
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) permalink: String,
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub(crate) kind: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) status: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) sku: String,
    #[serde(deserialize_with = "text")]
    pub(crate) regular_price: String,
    #[serde(deserialize_with = "text")]
    pub(crate) sale_price: String,
    #[serde(deserialize_with = "flag")]
    pub(crate) manage_stock: bool,
    #[serde(deserialize_with = "quantity")]
    pub(crate) stock_quantity: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) parent_id: u64,
    #[serde(deserialize_with = "lenient")]
    pub(crate) tags: Vec<Term>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) categories: Vec<Term>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) images: Vec<Image>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) attributes: Vec<Attribute>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) meta_data: Vec<Meta>,
}

impl Product {
    /// The value of a text entry of ours.
    pub(crate) fn meta(&self, key: &str) -> Option<&str> {
        self.meta_data.iter().find(|meta| meta.key == key)?.value.as_str()
    }

    /// Whether the import with this key made it.
    pub(crate) fn is_ours(&self, key: &str) -> bool {
        self.meta(META_KEY) == Some(key)
    }

    /// Whether it has variations.
    pub(crate) fn is_variable(&self) -> bool {
        self.kind == "variable"
    }
}

/// A variation of a variable product.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Variation {
    #[serde(deserialize_with = "lenient")]
    pub(crate) id: u64,
    #[serde(deserialize_with = "lenient")]
    pub(crate) sku: String,
    #[serde(deserialize_with = "text")]
    pub(crate) regular_price: String,
    #[serde(deserialize_with = "text")]
    pub(crate) sale_price: String,
    #[serde(deserialize_with = "flag")]
    pub(crate) manage_stock: bool,
    #[serde(deserialize_with = "quantity")]
    pub(crate) stock_quantity: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) image: Option<Image>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) attributes: Vec<Attribute>,
}

/// A picture in the shop's library.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Image {
    #[serde(deserialize_with = "lenient")]
    pub(crate) id: u64,
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
}

/// A choice: with `options` on a product, with one `option` on a variation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attribute {
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
    #[serde(deserialize_with = "text")]
    pub(crate) option: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) options: Vec<String>,
}

/// A category or a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Term {
    #[serde(deserialize_with = "lenient")]
    pub(crate) id: u64,
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
}

/// An entry of a product that only programs read.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Meta {
    #[serde(deserialize_with = "lenient")]
    pub(crate) key: String,
    pub(crate) value: Value,
}

/// The first page of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Index {
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) home: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) namespaces: Vec<String>,
}

/// The shop's currency.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Currency {
    #[serde(deserialize_with = "lenient")]
    pub(crate) code: String,
}

/// One of the shop's settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Setting {
    #[serde(deserialize_with = "lenient")]
    pub(crate) id: String,
    #[serde(deserialize_with = "text")]
    pub(crate) value: String,
}

/// What the shop says about itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SystemStatus {
    #[serde(deserialize_with = "lenient")]
    pub(crate) environment: Environment,
    #[serde(deserialize_with = "lenient")]
    pub(crate) settings: StatusSettings,
}

/// Versions and limits.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Environment {
    #[serde(deserialize_with = "text")]
    pub(crate) version: String,
    #[serde(deserialize_with = "text")]
    pub(crate) wp_version: String,
    #[serde(deserialize_with = "quantity")]
    pub(crate) php_max_execution_time: Option<i64>,
}

/// How the shop writes prices.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StatusSettings {
    #[serde(deserialize_with = "lenient")]
    pub(crate) currency: String,
    #[serde(deserialize_with = "quantity")]
    pub(crate) number_of_decimals: Option<i64>,
}

/// An error as WordPress wraps it. The message is in the shop's language, so only
/// the code is ever looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ErrorBody {
    #[serde(deserialize_with = "text")]
    pub(crate) code: String,
    #[serde(deserialize_with = "text")]
    pub(crate) message: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) data: ErrorData,
}

/// What an error says beside its code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ErrorData {
    #[serde(deserialize_with = "quantity")]
    pub(crate) status: Option<i64>,
    /// The thing that is in the way.
    #[serde(deserialize_with = "quantity")]
    pub(crate) resource_id: Option<i64>,
    /// A SKU that is free.
    #[serde(deserialize_with = "lenient")]
    pub(crate) unique_sku: Option<String>,
    /// Field names, each with a sentence.
    #[serde(deserialize_with = "lenient")]
    pub(crate) params: serde_json::Map<String, Value>,
}

/// The answer to a batch: one item per thing sent, in the same order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BatchAnswer {
    pub(crate) create: Vec<Value>,
    pub(crate) update: Vec<Value>,
}

/// One item of a batch answer.
///
/// # Errors
/// The item's own error.
pub(crate) fn batch_item<T: DeserializeOwned>(item: Value) -> Result<Option<T>, ErrorBody> {
    match item.get("error") {
        Some(error) => Err(serde_json::from_value(error.clone()).unwrap_or_default()),
        None => Ok(serde_json::from_value(item).ok()),
    }
}

fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(flag) => flag,
        Value::String(text) => matches!(text.as_str(), "yes" | "true" | "1"),
        _ => false,
    })
}

fn quantity<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "stock counts are small, and saturating is right"
        )]
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|value| value as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn odd_types_count_as_absent() {
        let product: Product = serde_json::from_value(json!({
            "id": 7, "sku": null, "regular_price": 12.5, "manage_stock": "parent", "stock_quantity": "7",
            "tags": false, "images": {}, "meta_data": [{"key": META_KEY, "value": "K"}, {"key": "x", "value": [1]}]
        }))
        .expect("a product");
        assert_eq!((product.id, product.regular_price.as_str()), (7, "12.5"));
        assert_eq!((product.manage_stock, product.stock_quantity), (false, Some(7)));
        assert!(product.tags.is_empty() && product.is_ours("K") && !product.is_ours("L"));
    }

    #[test]
    fn batch_items_are_results() {
        let good: Option<Variation> = batch_item(json!({"id": 3, "image": null})).expect("an item");
        assert_eq!(good.map(|variation| variation.id), Some(3));
        let bad = batch_item::<Variation>(json!({"id": 0, "error": {"code": "x", "data": {"status": 400}}}));
        assert_eq!(bad.expect_err("an error").code, "x");
    }

    #[test]
    fn error_data_may_be_an_empty_list() {
        let body: ErrorBody = serde_json::from_value(json!({"code": "a", "data": []})).expect("an error");
        assert_eq!((body.code.as_str(), body.data.status), ("a", None));
    }
}
