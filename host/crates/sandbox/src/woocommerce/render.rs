//! Products as the REST API shows them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::Shop;
use super::model::{Books, Media, Product, Term};
use super::{values, write};
use crate::config::Permalinks;

impl Shop {
    /// A site address; the path begins with a slash.
    pub(super) fn site_url(&self, path: &str) -> String {
        match self.config.permalinks {
            Permalinks::Index => format!("{}/index.php{path}", self.home),
            Permalinks::Pretty | Permalinks::Plain => format!("{}{path}", self.home),
        }
    }

    /// Where a buyer sees a product; drafts have no nicer address.
    pub(super) fn permalink(&self, product: &Product) -> String {
        if product.slug.is_empty() || product.status != "publish" {
            return format!("{}/?post_type=product&p={}", self.home, product.id);
        }
        match self.config.permalinks {
            Permalinks::Plain => format!("{}/?product={}", self.home, product.slug),
            Permalinks::Pretty | Permalinks::Index => self.site_url(&format!("/product/{}/", product.slug)),
        }
    }

    pub(super) fn media_url(&self, media: &Media) -> String {
        format!("{}/wp-content/uploads/{}", self.home, media.file)
    }

    fn image(&self, media: &Media) -> Value {
        json!({
            "id": media.id,
            "date_created": date(media.created),
            "date_created_gmt": date(media.created),
            "date_modified": date(media.created),
            "date_modified_gmt": date(media.created),
            "src": self.media_url(media),
            "name": media.name,
            "alt": media.alt,
        })
    }

    /// A product or a variation.
    pub(super) fn rendered(&self, books: &Books, product: &Product) -> Value {
        if product.is_variation() { self.variation(books, product) } else { self.product(books, product) }
    }

    fn product(&self, books: &Books, product: &Product) -> Value {
        let (price, on_sale) = shown_price(books, product);
        let mut value = self.common(product);
        let more = json!({
            "name": product.name,
            "slug": product.slug,
            "permalink": self.permalink(product),
            "type": product.kind,
            "short_description": product.short_description,
            "price": price,
            "on_sale": on_sale,
            "purchasable": !price.is_empty(),
            "total_sales": 0,
            "manage_stock": product.manage_stock,
            "stock_status": stock_status(books, product),
            "categories": terms(&books.categories, &product.categories),
            "tags": terms(&books.tags, &product.tags),
            "images": self.images(books, product),
            "attributes": attributes(product),
            "variations": books.variations(product.id).map(|variation| variation.id).collect::<Vec<_>>(),
            "price_html": if price.is_empty() { String::new() } else { format!("<span class=\"amount\">{price}</span>") },
            "average_rating": "0.00",
            "rating_count": 0,
            "related_ids": [],
            "post_password": "",
        });
        merge(&mut value, more);
        for name in [
            "featured",
            "catalog_visibility",
            "external_url",
            "button_text",
            "sold_individually",
            "reviews_allowed",
            "upsell_ids",
            "cross_sell_ids",
            "parent_id",
            "purchase_note",
            "default_attributes",
            "grouped_products",
            "brands",
        ] {
            value[name] = plain(product, name);
        }
        value
    }

    fn variation(&self, books: &Books, variation: &Product) -> Value {
        let parent = books.products.get(&variation.parent);
        let mut value = self.common(variation);
        let own_sku = !variation.sku.is_empty();
        let sku = if own_sku { &variation.sku } else { parent.map_or(&variation.sku, |parent| &parent.sku) };
        let images = match (self.images(books, variation), parent) {
            (images, Some(parent)) if images.is_empty() => self.images(books, parent),
            (images, _) => images,
        };
        let options: Vec<&str> = variation.selections.iter().map(|one| one.option.as_str()).collect();
        let more = json!({
            "type": "variation",
            "parent_id": variation.parent,
            "name": options.join(", "),
            "permalink": parent.map(|parent| self.permalink(parent)).unwrap_or_default(),
            "sku": sku,
            "price": variation.own_price(),
            "on_sale": !variation.sale_price.is_empty(),
            "purchasable": !variation.own_price().is_empty(),
            "manage_stock": manages_stock(parent, variation),
            "stock_status": variation.stock_status,
            "image": images.first(),
            "attributes": variation.selections.iter().map(|one| json!({
                "id": 0, "name": one.name, "slug": values::slug(&one.name), "option": one.option,
            })).collect::<Vec<_>>(),
        });
        merge(&mut value, more);
        value
    }

    fn common(&self, product: &Product) -> Value {
        let mut value = json!({
            "id": product.id,
            "date_created": date(product.created),
            "date_created_gmt": date(product.created),
            "date_modified": date(product.modified),
            "date_modified_gmt": date(product.modified),
            "status": product.status,
            "description": product.description,
            "sku": product.sku,
            "regular_price": product.regular_price,
            "sale_price": product.sale_price,
            "stock_quantity": product.stock_quantity,
            "shipping_required": true,
            "shipping_taxable": true,
            "shipping_class_id": 0,
            "meta_data": product.meta.iter().map(|meta| json!({
                "id": meta.id, "key": meta.key, "value": meta.value,
            })).collect::<Vec<_>>(),
            "_links": {"self": [{"href": self.site_url(&format!("/wp-json/wc/v3/products/{}", product.id))}]},
        });
        for name in [
            "global_unique_id",
            "date_on_sale_from",
            "date_on_sale_to",
            "virtual",
            "downloadable",
            "tax_status",
            "tax_class",
            "backorders",
            "low_stock_amount",
            "weight",
            "dimensions",
            "shipping_class",
            "menu_order",
        ] {
            value[name] = plain(product, name);
        }
        let backorders = value["backorders"] != "no";
        value["backorders_allowed"] = json!(backorders);
        value["backordered"] = json!(product.stock_status == "onbackorder");
        value
    }

    fn images(&self, books: &Books, product: &Product) -> Vec<Value> {
        product.images.iter().filter_map(|id| books.media.get(id)).map(|media| self.image(media)).collect()
    }
}

/// What a buyer pays and whether it is reduced; of a variable product, the least of its variations.
pub(super) fn shown_price(books: &Books, product: &Product) -> (String, bool) {
    if product.kind != "variable" {
        return (product.own_price().to_owned(), !product.sale_price.is_empty());
    }
    let variations = || books.variations(product.id).filter(|one| one.status == "publish");
    let cheapest = variations()
        .map(Product::own_price)
        .filter(|price| !price.is_empty())
        .min_by_key(|price| values::number(price))
        .unwrap_or_default();
    (cheapest.to_owned(), variations().any(|variation| !variation.sale_price.is_empty()))
}

/// The least and the greatest price of a product's variations.
pub(super) fn price_range(books: &Books, product: &Product) -> Option<(Decimal, Decimal)> {
    let prices = || {
        books
            .variations(product.id)
            .map(Product::own_price)
            .filter(|price| !price.is_empty())
            .map(values::number)
    };
    prices().min().zip(prices().max())
}

fn stock_status<'a>(books: &'a Books, product: &'a Product) -> &'a str {
    if product.kind != "variable" || product.manage_stock {
        return &product.stock_status;
    }
    let mut variations = books.variations(product.id).peekable();
    let none = variations.peek().is_none();
    if none || variations.any(|variation| variation.stock_status != "outofstock") {
        "instock"
    } else {
        "outofstock"
    }
}

fn manages_stock(parent: Option<&Product>, variation: &Product) -> Value {
    match (variation.manage_stock, parent) {
        (true, _) => json!(true),
        (false, Some(parent)) if parent.manage_stock => json!("parent"),
        _ => json!(false),
    }
}

fn terms(all: &std::collections::BTreeMap<u64, Term>, ids: &[u64]) -> Vec<Value> {
    let known = ids.iter().filter_map(|id| all.get(id));
    known.map(|term| json!({"id": term.id, "name": term.name, "slug": term.slug})).collect()
}

fn attributes(product: &Product) -> Vec<Value> {
    let all = product.attributes.iter().map(|attribute| {
        json!({
            "id": 0,
            "name": attribute.name,
            "slug": attribute.name,
            "position": attribute.position,
            "visible": attribute.visible,
            "variation": attribute.variation,
            "options": attribute.options,
        })
    });
    all.collect()
}

fn plain(product: &Product, name: &str) -> Value {
    product.plain.get(name).cloned().unwrap_or_else(|| write::plain_default(name))
}

fn merge(value: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (value.as_object_mut(), more) {
        object.extend(more);
    }
}

fn date(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Only the fields that were asked for, at the top.
pub(super) fn only_fields(value: Value, fields: Option<&str>) -> Value {
    let Some(fields) = fields.filter(|fields| !fields.is_empty()) else { return value };
    let wanted: Vec<&str> =
        fields.split(',').map(|field| field.split('.').next().unwrap_or(field).trim()).collect();
    match value {
        Value::Array(items) => items.into_iter().map(|item| only_fields(item, Some(fields))).collect(),
        Value::Object(object) => {
            let kept: Map<String, Value> =
                object.into_iter().filter(|(name, _)| wanted.contains(&name.as_str())).collect();
            Value::Object(kept)
        }
        other => other,
    }
}
