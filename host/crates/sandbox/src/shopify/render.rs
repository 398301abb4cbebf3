//! The shop's things as trees from which a query takes what it asks for. Members named
//! as connections hold plain lists; the executor pages them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::Shop;
use super::model::{Books, Collection, Definition, Media, Operation, Product, Variant, gid};

pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Shop {
    pub(super) fn product(&self, books: &Books, product: &Product, now: DateTime<Utc>) -> Value {
        let visible = product.status == "ACTIVE" && product.published.is_some();
        let options: Vec<Value> = product
            .options
            .iter()
            .enumerate()
            .map(|(at, one)| {
                json!({"id": gid("ProductOption", one.id), "name": one.name, "position": at + 1, "values": one.values})
            })
            .collect();
        let variants: Vec<Value> = product
            .variants
            .iter()
            .enumerate()
            .map(|(at, one)| self.variant(product, one, at, now))
            .collect();
        json!({
            "__typename": "Product",
            "id": gid("Product", product.id),
            "title": product.title,
            "handle": product.handle,
            "descriptionHtml": product.description,
            "vendor": product.vendor,
            "status": product.status,
            "tags": product.tags,
            "createdAt": moment(product.created),
            "updatedAt": moment(product.updated),
            "publishedAt": product.published.map(moment),
            "onlineStoreUrl": visible.then(|| self.page(&product.handle)),
            "options": options,
            "variantsCount": {"count": product.variants.len()},
            "mediaCount": {"count": product.media.len()},
            "metafields": product.entries.iter().enumerate().map(|(at, entry)| json!({
                "id": gid("Metafield", product.id * 100 + at as u64), "namespace": entry.namespace, "key": entry.key,
                "type": entry.kind, "value": entry.value,
            })).collect::<Vec<_>>(),
            "variants": variants,
            "media": product.media.iter().map(|one| media(one, now)).collect::<Vec<_>>(),
            "collections": product.collections.iter()
                .filter_map(|id| books.collections.get(id)).map(collection).collect::<Vec<_>>(),
        })
    }

    pub(super) fn variant(&self, product: &Product, one: &Variant, at: usize, now: DateTime<Utc>) -> Value {
        let selected: Vec<Value> = product
            .options
            .iter()
            .zip(&one.values)
            .map(|(option, value)| json!({"name": option.name, "value": value}))
            .collect();
        let shown = product.media.iter().find(|media| Some(media.id) == one.media);
        json!({
            "__typename": "ProductVariant",
            "id": gid("ProductVariant", one.id),
            "sku": one.sku,
            "title": one.values.join(" / "),
            "price": one.price,
            "compareAtPrice": one.compare_at,
            "barcode": one.barcode,
            "position": at + 1,
            "inventoryQuantity": one.levels.values().sum::<i64>(),
            "selectedOptions": selected,
            "inventoryItem": {"id": gid("InventoryItem", one.item), "tracked": one.tracked, "levels": one.levels,
                "unitCost": one.cost.as_ref().map(|amount| json!({"amount": amount, "currencyCode": self.config.currency})),
                "measurement": {"weight": one.grams.map(|grams| json!({"value": grams, "unit": "GRAMS"}))}},
            "media": shown.map(|one| media(one, now)).into_iter().collect::<Vec<_>>(),
            "product": {"__typename": "Product", "id": gid("Product", product.id), "title": product.title},
        })
    }

    pub(super) fn operation(&self, books: &Books, id: u64, one: &Operation, now: DateTime<Utc>) -> Value {
        let complete = now >= one.complete_at;
        let product = one.product.and_then(|id| books.products.get(&id)).filter(|_| complete);
        json!({
            "__typename": "ProductSetOperation",
            "id": gid("ProductSetOperation", id),
            "status": if complete { "COMPLETE" } else { "ACTIVE" },
            "product": product.map(|product| self.product(books, product, now)),
            "userErrors": if complete { json!(one.errors) } else { json!([]) },
        })
    }

    /// Everything in the shop, for tests and demonstrations.
    pub(super) fn contents(&self, books: &Books, now: DateTime<Utc>) -> Value {
        let shown = |product: &Product| {
            let mut tree = self.product(books, product, now);
            for (at, variant) in product.variants.iter().enumerate() {
                tree["variants"][at]["cost"] = json!(variant.cost);
                tree["variants"][at]["grams"] = json!(variant.grams);
                let source = product.media.iter().find(|media| Some(media.id) == variant.media);
                tree["variants"][at]["image"] = json!(source.map(|media| &media.source));
            }
            let sources: Vec<&str> = product.media.iter().map(|media| media.source.as_str()).collect();
            tree["images"] = json!(sources);
            tree
        };
        json!({
            "demo": true,
            "name": self.config.name,
            "domain": self.config.domain,
            "products": books.products.values().map(shown).collect::<Vec<_>>(),
            "collections": books.collections.values().map(|one| {
                let mut shown = collection(one);
                shown["published"] = json!(one.published);
                shown
            }).collect::<Vec<_>>(),
            "definitions": books.definitions.iter().map(definition).collect::<Vec<_>>(),
        })
    }
}

fn media(one: &Media, now: DateTime<Utc>) -> Value {
    let status = one.status(now);
    let errors = one.error.as_ref().filter(|_| status == "FAILED");
    let errors: Vec<Value> = errors
        .map(|code| json!({"code": code, "message": "The picture could not be taken."}))
        .into_iter()
        .collect();
    json!({"__typename": "MediaImage", "id": gid("MediaImage", one.id), "alt": one.alt, "status": status, "mediaErrors": errors,
        "image": (status == "READY").then(|| json!({"url": one.source}))})
}

pub(super) fn collection(one: &Collection) -> Value {
    json!({"__typename": "Collection", "id": gid("Collection", one.id), "title": one.title, "handle": one.handle})
}

pub(super) fn definition(one: &Definition) -> Value {
    json!({
        "__typename": "MetafieldDefinition", "id": gid("MetafieldDefinition", one.id), "name": one.name,
        "namespace": one.namespace, "key": one.key, "type": {"name": one.kind},
    })
}
