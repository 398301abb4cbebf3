//! What travels over the wire: the parts of WooCommerce's objects that we read,
//! and the bodies that we write. Unknown fields are ignored; a field of another
//! type than documented counts as absent, because plugins of the shop change them.

use serde_json::Value;

/// The key under which a product carries the key of its import.
pub(crate) const META_KEY: &str = "_sourcepilot_key";
/// The key of the only variant of a product without choices.
pub(crate) const META_VARIANT_KEY: &str = "_sourcepilot_variant_key";
/// How far the import came: [`STATE_BUILDING`] or [`STATE_COMPLETE`].
pub(crate) const META_STATE: &str = "_sourcepilot_state";
/// Fingerprints of the pictures that took the shop too long.
pub(crate) const META_LEFT_OUT: &str = "_sourcepilot_left_out";
/// Something may still be missing.
pub(crate) const STATE_BUILDING: &str = "building";
/// Everything that the listing asked for was written.
pub(crate) const STATE_COMPLETE: &str = "complete";

/// The fields of a product that we read.
pub(crate) const PRODUCT_FIELDS: &str = "id,name,permalink,type,status,sku,regular_price,sale_price,manage_stock,\
    stock_quantity,tags,images,meta_data";
/// The fields of a variation that we read.
pub(crate) const VARIATION_FIELDS: &str =
    "id,sku,regular_price,sale_price,manage_stock,stock_quantity,image,attributes";

/// What can be read from JSON without ever failing on a part of it.
pub(crate) trait Read: Sized {
    /// Nothing when the value as a whole is of another kind.
    fn read(value: &Value) -> Option<Self>;
}

impl Read for Value {
    fn read(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        Some(value.as_array()?.iter().filter_map(T::read).collect())
    }
}

/// A product, or a variation found by its SKU.
#[derive(Clone, Debug, Default)]
pub(crate) struct Product {
    /// Zero when the shop did not tell.
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) permalink: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) sku: String,
    pub(crate) regular_price: String,
    pub(crate) sale_price: String,
    pub(crate) manage_stock: bool,
    pub(crate) stock_quantity: Option<i64>,
    pub(crate) tags: Vec<Term>,
    pub(crate) images: Vec<Image>,
    pub(crate) meta_data: Vec<Meta>,
}

impl Read for Product {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(Product {
            id: id(value),
            name: text(value, "name"),
            permalink: text(value, "permalink"),
            kind: text(value, "type"),
            status: text(value, "status"),
            sku: text(value, "sku"),
            regular_price: text(value, "regular_price"),
            sale_price: text(value, "sale_price"),
            manage_stock: flag(value, "manage_stock"),
            stock_quantity: quantity(value, "stock_quantity"),
            tags: list(value, "tags"),
            images: list(value, "images"),
            meta_data: list(value, "meta_data"),
        })
    }
}

impl Product {
    /// The value of a text entry of ours.
    pub(crate) fn meta(&self, key: &str) -> Option<&str> {
        self.meta_data.iter().find(|meta| meta.key == key).map(|meta| meta.value.as_str())
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
#[derive(Clone, Debug, Default)]
pub(crate) struct Variation {
    pub(crate) id: u64,
    pub(crate) sku: String,
    pub(crate) regular_price: String,
    pub(crate) sale_price: String,
    pub(crate) manage_stock: bool,
    pub(crate) stock_quantity: Option<i64>,
    /// The product's when it has none of its own.
    pub(crate) image: Option<Image>,
    /// The values of its choices, in the product's order.
    pub(crate) choice: Vec<String>,
}

impl Read for Variation {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        let attributes = value["attributes"].as_array();
        Some(Variation {
            id: id(value),
            sku: text(value, "sku"),
            regular_price: text(value, "regular_price"),
            sale_price: text(value, "sale_price"),
            manage_stock: flag(value, "manage_stock"),
            stock_quantity: quantity(value, "stock_quantity"),
            image: Image::read(&value["image"]),
            choice: attributes.into_iter().flatten().map(|attribute| text(attribute, "option")).collect(),
        })
    }
}

/// A picture in the shop's library.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    pub(crate) id: u64,
    pub(crate) name: String,
}

impl Read for Image {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(Image { id: id(value), name: text(value, "name") })
    }
}

/// A category or a tag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Term {
    pub(crate) id: u64,
    pub(crate) name: String,
}

impl Read for Term {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(Term { id: id(value), name: text(value, "name") })
    }
}

/// An entry of a product that only programs read; ours are all text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meta {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl Read for Meta {
    fn read(value: &Value) -> Option<Self> {
        let text = value["value"].as_str()?;
        Some(Meta { key: self::text(value, "key"), value: text.to_owned() })
    }
}

/// The first page of the API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) home: String,
    pub(crate) namespaces: Vec<String>,
}

impl Read for Index {
    fn read(value: &Value) -> Option<Self> {
        let namespaces = value["namespaces"].as_array()?.iter().filter_map(Value::as_str);
        Some(Index {
            name: text(value, "name"),
            home: text(value, "home"),
            namespaces: namespaces.map(str::to_owned).collect(),
        })
    }
}

/// What the shop says about itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct SystemStatus {
    /// Of WooCommerce.
    pub(crate) version: String,
    pub(crate) decimals: Option<i64>,
}

impl Read for SystemStatus {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(SystemStatus {
            version: text(&value["environment"], "version"),
            decimals: quantity(&value["settings"], "number_of_decimals"),
        })
    }
}

/// An error as WordPress wraps it. The message is in the shop's language, so only
/// the code is ever looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: String,
    /// Of the error itself, when it is one item of a batch.
    pub(crate) status: Option<u16>,
    /// The thing that is in the way.
    pub(crate) resource_id: Option<u64>,
    /// A SKU that is free.
    pub(crate) unique_sku: Option<String>,
    /// The names of the fields that were not accepted.
    pub(crate) fields: Vec<String>,
}

impl Read for ErrorBody {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        let data = &value["data"];
        let number = |name| quantity(data, name);
        let fields = data["params"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
        Some(ErrorBody {
            code: text(value, "code"),
            status: number("status").and_then(|status| u16::try_from(status).ok()),
            resource_id: number("resource_id").and_then(|id| u64::try_from(id).ok()),
            unique_sku: data["unique_sku"].as_str().map(str::to_owned),
            fields: fields.collect(),
        })
    }
}

/// The answer to a batch: one item per thing sent, in the same order.
#[derive(Clone, Debug, Default)]
pub(crate) struct BatchAnswer {
    pub(crate) create: Vec<BatchItem>,
    pub(crate) update: Vec<BatchItem>,
    pub(crate) delete: Vec<BatchItem>,
}

/// What became of one item; nothing when the shop answered something unknown.
pub(crate) type BatchItem = Result<Option<Variation>, Box<ErrorBody>>;

impl Read for BatchAnswer {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        let items = |name| -> Vec<BatchItem> {
            value[name].as_array().into_iter().flatten().map(batch_item).collect()
        };
        Some(BatchAnswer { create: items("create"), update: items("update"), delete: items("delete") })
    }
}

fn batch_item(item: &Value) -> BatchItem {
    match item.get("error") {
        Some(error) => Err(Box::new(ErrorBody::read(error).unwrap_or_default())),
        None => Ok(Variation::read(item)),
    }
}

/// One of the few settings that we read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setting {
    pub(crate) value: String,
}

impl Read for Setting {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(Setting { value: text(value, "value") })
    }
}

/// The shop's currency.
#[derive(Clone, Debug, Default)]
pub(crate) struct Currency {
    pub(crate) code: String,
}

impl Read for Currency {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(Currency { code: text(value, "code") })
    }
}

pub(crate) fn id(value: &Value) -> u64 {
    quantity(value, "id").and_then(|id| u64::try_from(id).ok()).unwrap_or_default()
}

pub(crate) fn list<T: Read>(value: &Value, name: &str) -> Vec<T> {
    Vec::read(&value[name]).unwrap_or_default()
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    match &value[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

pub(crate) fn flag(value: &Value, name: &str) -> bool {
    match &value[name] {
        Value::Bool(flag) => *flag,
        Value::String(text) => matches!(text.as_str(), "yes" | "true" | "1"),
        _ => false,
    }
}

/// A whole number, also as text; what stands behind a dot is cut off.
pub(crate) fn quantity(value: &Value, name: &str) -> Option<i64> {
    let text = text(value, name);
    text.trim().split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_types_count_as_absent() {
        let product = Product::read(&json!({
            "id": 7, "sku": null, "regular_price": 12.5, "manage_stock": "parent", "stock_quantity": "7.00",
            "tags": false, "images": {}, "meta_data": [{"key": "x", "value": [1]}, {"key": META_KEY, "value": "K"}]
        }))
        .expect("a product");
        assert_eq!((product.id, product.regular_price.as_str()), (7, "12.5"));
        assert_eq!((product.manage_stock, product.stock_quantity), (false, Some(7)));
        assert!(product.tags.is_empty() && product.is_ours("K") && !product.is_ours("L"));
        assert!(Product::read(&json!([])).is_none());
    }

    #[test]
    fn batch_items_are_results() {
        let answer = BatchAnswer::read(&json!({ "create": [
            { "id": 3, "image": null },
            { "id": 0, "error": { "code": "x", "data": { "status": 400 } } },
            false,
        ] }))
        .expect("an answer");
        assert_eq!(
            answer.create[0].as_ref().expect("an item").as_ref().map(|variation| variation.id),
            Some(3)
        );
        assert_eq!(answer.create[1].as_ref().expect_err("an error").status, Some(400));
        assert!(answer.create[2].as_ref().expect("nothing").is_none());
        assert!(answer.update.is_empty());
    }

    #[test]
    fn error_data_may_be_an_empty_list() {
        let body = ErrorBody::read(&json!({ "code": "a", "data": [] })).expect("an error");
        assert_eq!((body.code.as_str(), body.status), ("a", None));
    }
}
