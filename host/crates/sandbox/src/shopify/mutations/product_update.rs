//! `productUpdate`: fields of the product alone.

use serde_json::{Value, json};

use super::{list, user_error};
use crate::shopify::graphql::Root;
use crate::shopify::model::{Entry, number};

pub(super) fn run(root: &Root<'_>, arguments: &Value) -> Value {
    let now = root.world.clock.now();
    let input = &arguments["product"];
    let id = input["id"].as_str().and_then(|id| number("Product", id));
    let mut books = root.shop.books();
    let Some(product) = id.and_then(|id| books.products.get_mut(&id)) else {
        return json!({"product": null, "userErrors": [user_error(None, &["id"], "Product does not exist")]});
    };
    if input["title"].as_str().is_some_and(|title| title.trim().is_empty()) {
        return json!({"product": null, "userErrors": [user_error(None, &["title"], "Title can't be blank")]});
    }
    let put = |name: &str, place: &mut String| {
        if let Some(text) = input[name].as_str() {
            text.clone_into(place);
        }
    };
    put("title", &mut product.title);
    put("status", &mut product.status);
    put("vendor", &mut product.vendor);
    put("descriptionHtml", &mut product.description);
    if input["tags"].is_array() {
        product.tags =
            list(&input["tags"]).iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
    }
    for entry in list(&input["metafields"]) {
        product.set_entry(entry_of(entry));
    }
    product.updated = now;
    let id = product.id;
    let shown = books.products.get(&id).map(|product| root.shop.product(&books, product, now));
    json!({"product": shown, "userErrors": []})
}

/// An entry as it was sent.
pub(super) fn entry_of(input: &Value) -> Entry {
    let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    Entry { namespace: text("namespace"), key: text("key"), kind: text("type"), value: text("value") }
}
