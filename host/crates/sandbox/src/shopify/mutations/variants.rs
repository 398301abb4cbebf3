//! `productVariantsBulkUpdate`: prices, pictures and tracking of variants.

use apollo_compiler::resolvers::FieldError;
use serde_json::{Value, json};

use super::{amount, list, user_error};
use crate::shopify::graphql::{Root, refused};
use crate::shopify::model::{Product, gid, number};

pub(super) fn update(root: &Root<'_>, arguments: &Value) -> Result<Value, FieldError> {
    let now = root.world.clock.now();
    let inputs = list(&arguments["variants"]);
    if inputs.len() > 250 {
        return Err(refused(
            "MAX_INPUT_SIZE_EXCEEDED",
            "The input array size is greater than the maximum allowed of 250.",
        ));
    }
    let mut books = root.shop.books();
    let id = arguments["productId"].as_str().and_then(|id| number("Product", id));
    let Some(mut product) = id.and_then(|id| books.products.get(&id)).cloned() else {
        let error = user_error(Some("PRODUCT_DOES_NOT_EXIST"), &["productId"], "Product does not exist");
        return Ok(json!({"product": null, "productVariants": null, "userErrors": [error]}));
    };
    let mut errors = Vec::new();
    let mut changed = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        match apply(&mut product, input) {
            Ok(place) => changed.push(place),
            Err((code, field, message)) => {
                errors.push(user_error(Some(code), &["variants", &at.to_string(), field], message))
            }
        }
    }
    let partial = arguments["allowPartialUpdates"].as_bool().unwrap_or_default();
    if errors.is_empty() || partial {
        product.updated = now;
        books.products.insert(product.id, product.clone());
    } else {
        changed.clear();
    }
    let variants: Vec<Value> =
        changed.iter().map(|at| root.shop.variant(&product, &product.variants[*at], *at, now)).collect();
    let shown = json!({"__typename": "Product", "id": gid("Product", product.id), "title": product.title});
    Ok(json!({"product": shown, "productVariants": variants, "userErrors": errors}))
}

type Refusal = (&'static str, &'static str, &'static str);

fn apply(product: &mut Product, input: &Value) -> Result<usize, Refusal> {
    let Some(id) = input["id"].as_str() else {
        return Err(("PRODUCT_VARIANT_ID_MISSING", "id", "Product variant is missing ID attribute"));
    };
    let place =
        number("ProductVariant", id).and_then(|id| product.variants.iter().position(|one| one.id == id));
    let Some(place) = place else {
        return Err(("PRODUCT_VARIANT_DOES_NOT_EXIST", "id", "Product variant does not exist"));
    };
    if !list(&input["inventoryQuantities"]).is_empty() {
        return Err((
            "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE",
            "inventoryQuantities",
            "Inventory quantities can only be provided during create.",
        ));
    }
    let mut variant = product.variants[place].clone();
    if !input["price"].is_null() {
        let price = amount(&input["price"]).ok_or(("INVALID_VALUE", "price", "Price is invalid"))?;
        if price.starts_with('-') {
            return Err(("GREATER_THAN_OR_EQUAL_TO", "price", "Price must be greater than or equal to 0"));
        }
        variant.price = price;
    }
    match input.get("compareAtPrice") {
        None => {}
        Some(Value::Null) => variant.compare_at = None,
        Some(value) => {
            variant.compare_at = Some(amount(value).ok_or((
                "INVALID_VALUE",
                "compareAtPrice",
                "Compare at price is invalid",
            ))?)
        }
    }
    if let Some(tracked) = input["inventoryItem"]["tracked"].as_bool() {
        variant.tracked = tracked;
    }
    if let Some(media) = input["mediaId"].as_str() {
        let known = number("MediaImage", media).filter(|id| product.media.iter().any(|one| one.id == *id));
        variant.media =
            Some(known.ok_or(("INVALID_INPUT", "mediaId", "Media does not exist on the product"))?);
    }
    product.variants[place] = variant;
    Ok(place)
}
