//! Publication, deletion, collections and definitions.

use serde_json::{Value, json};

use super::{list, user_error};
use crate::shopify::graphql::Root;
use crate::shopify::model::{Collection, Definition, gid, number};
use crate::shopify::query::ONLINE_STORE;
use crate::shopify::render;

pub(super) fn delete(root: &Root<'_>, arguments: &Value) -> Value {
    let id = arguments["input"]["id"].as_str().unwrap_or_default();
    let gone = number("Product", id).and_then(|id| root.shop.books().products.remove(&id));
    match gone {
        Some(product) => json!({"deletedProductId": gid("Product", product.id), "userErrors": []}),
        None => {
            json!({"deletedProductId": null, "userErrors": [user_error(None, &["id"], "Product does not exist")]})
        }
    }
}

pub(super) fn publish(root: &Root<'_>, arguments: &Value) -> Value {
    let now = root.world.clock.now();
    let wanted = gid("Publication", ONLINE_STORE);
    let known = list(&arguments["input"]).iter().all(|one| one["publicationId"] == wanted.as_str());
    let number_of = |kind: &str| arguments["id"].as_str().and_then(|id| number(kind, id));
    let id = number_of("Product");
    let mut books = root.shop.books();
    let collection = number_of("Collection").filter(|_| known);
    if let Some(collection) = collection.and_then(|id| books.collections.get_mut(&id)) {
        collection.published = true;
        return json!({"userErrors": []});
    }
    let product = id.and_then(|id| books.products.get_mut(&id));
    let error = match product {
        None => Some(user_error(None, &["id"], "Product does not exist")),
        Some(_) if !known => {
            Some(user_error(None, &["input", "0", "publicationId"], "Publication does not exist"))
        }
        Some(product) => {
            product.published.get_or_insert(now);
            None
        }
    };
    json!({"userErrors": error.into_iter().collect::<Vec<_>>()})
}

pub(super) fn collection(root: &Root<'_>, arguments: &Value) -> Value {
    let input = &arguments["collection"];
    let title = input["title"].as_str().unwrap_or_default().trim();
    let made = title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-");
    let handle = input["handle"].as_str().unwrap_or(&made);
    let mut books = root.shop.books();
    let error = if title.is_empty() {
        Some(user_error(None, &["collection", "title"], "Title can't be blank"))
    } else if title.chars().count() > 255 {
        Some(user_error(None, &["collection", "title"], "Title is too long (maximum is 255 characters)"))
    } else if books.collections.values().any(|one| one.handle == handle) {
        Some(user_error(None, &["collection", "handle"], "Handle has already been taken"))
    } else {
        None
    };
    if let Some(error) = error {
        return json!({"collection": null, "userErrors": [error]});
    }
    let one = Collection {
        id: books.id(),
        title: title.to_owned(),
        handle: handle.to_owned(),
        smart: false,
        published: false,
    };
    let shown = render::collection(&one);
    books.collections.insert(one.id, one);
    json!({"collection": shown, "userErrors": []})
}

pub(super) fn define(root: &Root<'_>, arguments: &Value) -> Value {
    let input = &arguments["definition"];
    let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    let mut books = root.shop.books();
    let (namespace, key) = (text("namespace"), text("key"));
    if books.definitions.iter().any(|one| one.namespace == namespace && one.key == key) {
        let message = format!("Key is in use for Product metafields on the '{namespace}' namespace.");
        return json!({"createdDefinition": null, "userErrors": [user_error(Some("TAKEN"), &["definition", "key"], message)]});
    }
    let one = Definition { id: books.id(), name: text("name"), namespace, key, kind: text("type") };
    let shown = render::definition(&one);
    books.definitions.push(one);
    json!({"createdDefinition": shown, "userErrors": []})
}
