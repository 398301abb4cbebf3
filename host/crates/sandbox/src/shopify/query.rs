//! The fields from which queries begin.

use apollo_compiler::resolvers::FieldError;
use serde_json::{Value, json};

use super::graphql::{Root, refused};
use super::model::{Books, Product, gid, number};
use super::{API_VERSION, render, search};

/// The one location of the shop.
pub(super) const LOCATION: u64 = 84_000_001;
/// The online store.
pub(super) const ONLINE_STORE: u64 = 91_000_001;

pub(super) fn resolve(
    root: &Root<'_>,
    field: &str,
    arguments: &Value,
    scopes: &[String],
) -> Result<Value, FieldError> {
    let (shop, now) = (root.shop, root.world.clock.now());
    let books = shop.books();
    let visible = |product: &Product| (now >= product.visible_at).then(|| shop.product(&books, product, now));
    let text = |name: &str| arguments[name].as_str().unwrap_or_default();
    Ok(match field {
        "shop" => own(root),
        "currentAppInstallation" => json!({
            "id": gid("AppInstallation", 1),
            "accessScopes": scopes.iter().map(|scope| json!({"handle": scope})).collect::<Vec<_>>(),
        }),
        "publicApiVersions" => json!([{"handle": API_VERSION, "supported": true}]),
        "product" => number("Product", text("id"))
            .and_then(|id| books.products.get(&id))
            .and_then(visible)
            .unwrap_or_default(),
        "products" => {
            let wanted = text("query");
            books
                .products
                .values()
                .filter(|product| search::fits(&books, product, wanted))
                .filter_map(visible)
                .collect()
        }
        "productByIdentifier" => {
            by_identifier(&books, &arguments["identifier"])?.and_then(visible).unwrap_or_default()
        }
        "productOperation" => {
            let id = number("ProductSetOperation", text("id"));
            let found = id.and_then(|id| Some((id, books.operations.get(&id)?)));
            found.map(|(id, one)| shop.operation(&books, id, one, now)).unwrap_or_default()
        }
        "collectionByIdentifier" => {
            let handle = arguments["identifier"]["handle"].as_str().unwrap_or_default();
            let found = books.collections.values().find(|one| one.handle == handle);
            found.map(render::collection).unwrap_or_default()
        }
        "metafieldDefinitions" => {
            let fits = |one: &&super::model::Definition| {
                one.namespace == text("namespace") && one.key == text("key")
            };
            books.definitions.iter().filter(fits).map(render::definition).collect()
        }
        "location" => location(),
        "locations" => json!([location()]),
        "publications" => json!([publication()]),
        "node" => node(root, &books, text("id")),
        "nodes" => {
            let ids = arguments["ids"].as_array().map(Vec::as_slice).unwrap_or_default();
            if ids.len() > 250 {
                return Err(refused(
                    "MAX_INPUT_SIZE_EXCEEDED",
                    "The input array size is greater than the maximum allowed of 250.",
                ));
            }
            ids.iter().map(|id| node(root, &books, id.as_str().unwrap_or_default())).collect()
        }
        _ => Value::Null,
    })
}

fn own(root: &Root<'_>) -> Value {
    let config = &root.shop.config;
    json!({
        "id": gid("Shop", 60_000_001), "name": config.name, "myshopifyDomain": config.domain,
        "currencyCode": config.currency,
        "plan": {"publicDisplayName": "Basic", "partnerDevelopment": true, "shopifyPlus": false},
        "resourceLimits": {"maxProductVariants": config.max_variants, "maxProductOptions": 3, "locationLimit": 10},
    })
}

pub(super) fn location() -> Value {
    json!({"__typename": "Location", "id": gid("Location", LOCATION), "name": "Harbour Street (demo)", "isActive": true})
}

fn publication() -> Value {
    let catalog = json!({"__typename": "AppCatalog", "id": gid("AppCatalog", 1), "title": "Online Store"});
    json!({"__typename": "Publication", "id": gid("Publication", ONLINE_STORE), "name": "Online Store", "catalog": catalog})
}

/// A product by one of the ways to name it. A key that is not defined as unique in the
/// shop names nothing.
fn by_identifier<'b>(books: &'b Books, identifier: &Value) -> Result<Option<&'b Product>, FieldError> {
    let custom = &identifier["customId"];
    if custom.is_object() {
        let text = |name: &str| custom[name].as_str().unwrap_or_default();
        if !books.has_ids(text("namespace"), text("key")) {
            return Err(refused(
                "BAD_REQUEST",
                "Metafield definition of type 'id' is required when using custom ids.",
            ));
        }
        return Ok(books.by_entry(text("namespace"), text("key"), text("value")));
    }
    if let Some(handle) = identifier["handle"].as_str() {
        return Ok(books.products.values().find(|product| product.handle == handle));
    }
    let id = identifier["id"].as_str().and_then(|id| number("Product", id));
    Ok(id.and_then(|id| books.products.get(&id)))
}

fn node(root: &Root<'_>, books: &Books, id: &str) -> Value {
    let now = root.world.clock.now();
    if let Some(product) = number("Product", id).and_then(|id| books.products.get(&id)) {
        return root.shop.product(books, product, now);
    }
    let variant = number("ProductVariant", id).and_then(|id| books.owner_of_variant(id));
    variant.map(|(product, one)| root.shop.variant(product, one, 0, now)).unwrap_or_default()
}
