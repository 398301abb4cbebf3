//! What an input does to a product: the silent rules included.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::model::{Attribute, Books, Meta, Product, Selection, UNCATEGORIZED};
use super::schema::{boolean, integer};
use super::{terms, values};

/// Fields that are stored and shown without further effect.
const PLAIN: [&str; 26] = [
    "featured",
    "catalog_visibility",
    "date_on_sale_from",
    "date_on_sale_to",
    "virtual",
    "downloadable",
    "external_url",
    "button_text",
    "tax_status",
    "tax_class",
    "backorders",
    "low_stock_amount",
    "sold_individually",
    "weight",
    "dimensions",
    "shipping_class",
    "reviews_allowed",
    "upsell_ids",
    "cross_sell_ids",
    "parent_id",
    "purchase_note",
    "default_attributes",
    "grouped_products",
    "menu_order",
    "brands",
    "global_unique_id",
];

/// Applies all fields but the SKU and the pictures.
pub(super) fn apply(
    books: &mut Books,
    product: &mut Product,
    input: &Map<String, Value>,
    now: DateTime<Utc>,
) {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    if let Some(kind) = text("type").filter(|_| !product.is_variation()) {
        product.kind = kind.to_owned();
    }
    if let Some(name) = text("name") {
        product.name = values::post_html(name);
    }
    if let Some(description) = text("description") {
        product.description = values::post_html(description);
    }
    if let Some(description) = text("short_description") {
        product.short_description = values::post_html(description);
    }
    for name in PLAIN {
        if let Some(value) = input.get(name).filter(|value| !value.is_null()) {
            product.plain.insert(name.to_owned(), value.clone());
        }
    }
    apply_lists(books, product, input);
    apply_stock(product, input);
    apply_prices(product, input);
    apply_status(books, product, text("status"), text("slug"));
    product.modified = now;
}

fn apply_prices(product: &mut Product, input: &Map<String, Value>) {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    if product.kind == "variable" {
        // Prices live on the variations.
        (product.regular_price, product.sale_price) = (String::new(), String::new());
        return;
    }
    if let Some(price) = text("regular_price") {
        product.regular_price = values::price(price);
    }
    if let Some(price) = text("sale_price") {
        product.sale_price = values::price(price);
    }
    let (regular, sale) = (values::number(&product.regular_price), values::number(&product.sale_price));
    if !product.sale_price.is_empty() && sale >= regular {
        product.sale_price.clear();
    }
}

fn apply_stock(product: &mut Product, input: &Map<String, Value>) {
    let value = |name: &str| input.get(name).filter(|value| !value.is_null());
    if let Some(flag) = value("manage_stock").and_then(boolean) {
        product.manage_stock = flag;
    }
    if let Some(status) = value("stock_status").and_then(Value::as_str) {
        product.stock_status = status.to_owned();
    }
    if let Some(quantity) = value("stock_quantity").and_then(integer) {
        product.stock_quantity = Some(quantity);
    }
    if !product.manage_stock {
        product.stock_quantity = None;
        return;
    }
    let quantity = *product.stock_quantity.get_or_insert(0);
    let backorders = product.plain.get("backorders").and_then(Value::as_str).unwrap_or("no");
    product.stock_status = match (quantity > 0, backorders) {
        (true, _) => "instock",
        (false, "no") => "outofstock",
        (false, _) => "onbackorder",
    }
    .to_owned();
}

fn apply_lists(books: &mut Books, product: &mut Product, input: &Map<String, Value>) {
    let list = |name: &str| input.get(name).and_then(Value::as_array);
    if let Some(items) = list("categories") {
        // Only numbers count; a name is passed over in silence.
        let ids = items.iter().filter_map(|item| item.get("id").and_then(integer));
        product.categories = ids.filter_map(|id| known(&books.categories, id)).collect();
    }
    if product.categories.is_empty() && !product.is_variation() {
        product.categories = vec![UNCATEGORIZED];
    }
    if let Some(items) = list("tags") {
        product.tags = items.iter().filter_map(|item| tag(books, item)).collect();
        product.tags.dedup();
    }
    if let Some(items) = list("attributes") {
        if product.is_variation() {
            product.selections = selections(books, product.parent, items);
        } else {
            product.attributes = attributes(items);
        }
    }
    if let Some(items) = list("meta_data") {
        for item in items {
            apply_meta(books, product, item);
        }
    }
}

fn known<T>(terms: &std::collections::BTreeMap<u64, T>, id: i64) -> Option<u64> {
    u64::try_from(id).ok().filter(|id| terms.contains_key(id))
}

fn tag(books: &mut Books, item: &Value) -> Option<u64> {
    if let Some(id) = item.get("id").and_then(integer).filter(|id| *id > 0) {
        return known(&books.tags, id);
    }
    let name = item.get("name").and_then(Value::as_str).filter(|name| !name.trim().is_empty())?;
    Some(terms::find_or_create_tag(books, name))
}

fn attributes(items: &[Value]) -> Vec<Attribute> {
    let named = items.iter().filter_map(|item| {
        let name = item.get("name").and_then(Value::as_str).filter(|name| !name.is_empty())?;
        let flag = |field: &str| item.get(field).and_then(boolean).unwrap_or(false);
        let options = item.get("options").and_then(Value::as_array);
        let options = options.map(|all| all.iter().filter_map(Value::as_str).map(values::plain).collect());
        Some(Attribute {
            name: values::plain(name),
            position: item.get("position").and_then(integer).unwrap_or(0),
            visible: flag("visible"),
            variation: flag("variation"),
            options: options.unwrap_or_default(),
        })
    });
    named.collect()
}

/// What a variation stands for. Names that the parent does not have vanish, options
/// that it does not list are kept, and both in silence.
fn selections(books: &Books, parent: u64, items: &[Value]) -> Vec<Selection> {
    let Some(parent) = books.products.get(&parent) else { return Vec::new() };
    let chosen = items.iter().filter_map(|item| {
        let slug = values::slug(item.get("name").and_then(Value::as_str)?);
        let attribute = parent
            .attributes
            .iter()
            .find(|attribute| attribute.variation && values::slug(&attribute.name) == slug)?;
        let option = item.get("option").and_then(Value::as_str).unwrap_or_default();
        Some(Selection { name: attribute.name.clone(), option: values::plain(option) })
    });
    chosen.collect()
}

fn apply_meta(books: &mut Books, product: &mut Product, item: &Value) {
    let value = item.get("value").cloned().unwrap_or(Value::Null);
    let by_id = item.get("id").and_then(integer).and_then(|id| u64::try_from(id).ok());
    let key = item.get("key").and_then(Value::as_str);
    let existing = product
        .meta
        .iter_mut()
        .find(|meta| by_id.is_some_and(|id| id == meta.id) || key.is_some_and(|key| key == meta.key));
    match (existing, key) {
        (Some(meta), _) => meta.value = value,
        (None, Some(key)) if !value.is_null() => {
            let id = books.id();
            product.meta.push(Meta { id, key: key.to_owned(), value });
        }
        (None, _) => {}
    }
    product.meta.retain(|meta| !meta.value.is_null());
}

fn apply_status(books: &Books, product: &mut Product, status: Option<&str>, slug: Option<&str>) {
    if let Some(status) = status {
        product.status = status.to_owned();
    }
    if product.is_variation() {
        return;
    }
    if let Some(slug) = slug.filter(|slug| !slug.is_empty()) {
        product.slug = free_slug(books, product.id, &values::slug(slug));
    }
    let visible = matches!(product.status.as_str(), "publish" | "private" | "future");
    if visible && product.slug.is_empty() {
        product.slug = free_slug(books, product.id, &values::slug(&product.name));
    }
}

fn free_slug(books: &Books, id: u64, wanted: &str) -> String {
    let wanted = if wanted.is_empty() { id.to_string() } else { wanted.to_owned() };
    let taken = |slug: &str| books.products.values().any(|other| other.id != id && other.slug == slug);
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.clone()).chain(numbered).find(|slug| !taken(slug)).unwrap_or(wanted)
}

/// What a plain field shows when nobody set it.
pub(super) fn plain_default(name: &str) -> Value {
    match name {
        "featured" | "virtual" | "downloadable" | "sold_individually" => json!(false),
        "reviews_allowed" => json!(true),
        "catalog_visibility" => json!("visible"),
        "tax_status" => json!("taxable"),
        "backorders" => json!("no"),
        "low_stock_amount" | "date_on_sale_from" | "date_on_sale_to" => Value::Null,
        "upsell_ids" | "cross_sell_ids" | "default_attributes" | "grouped_products" | "brands" => json!([]),
        "menu_order" | "parent_id" => json!(0),
        "dimensions" => json!({"length": "", "width": "", "height": ""}),
        _ => json!(""),
    }
}
