//! Stock. Both mutations demand a key at run time, although the schema does not say so.

use apollo_compiler::resolvers::FieldError;
use serde_json::{Value, json};

use super::{list, user_error};
use crate::shopify::graphql::{Root, refused};
use crate::shopify::model::{Books, gid, number};
use crate::shopify::query::LOCATION;
use crate::shopify::render::moment;

fn key<'k>(key: Option<&'k str>, field: &str) -> Result<&'k str, FieldError> {
    key.filter(|key| !key.trim().is_empty()).ok_or_else(|| {
        refused(
            "BAD_REQUEST",
            &format!("The @idempotent directive is required for the {field} mutation but was not provided."),
        )
    })
}

pub(super) fn set(root: &Root<'_>, given: Option<&str>, arguments: &Value) -> Result<Value, FieldError> {
    let key = key(given, "inventorySetQuantities")?;
    let input = &arguments["input"];
    if list(&input["quantities"]).iter().any(|one| one.get("changeFromQuantity").is_none()) {
        return Err(refused("BAD_REQUEST", "changeFromQuantity must be provided, even when it is null."));
    }
    let mut books = root.shop.books();
    if let Some((asked, answered)) = books.repeats.get(key) {
        let same = asked == arguments;
        let mismatch = user_error(
            Some("IDEMPOTENCY_KEY_PARAMETER_MISMATCH"),
            &["input"],
            "The key was used for another change.",
        );
        return Ok(if same {
            answered.clone()
        } else {
            json!({"inventoryAdjustmentGroup": null, "userErrors": [mismatch]})
        });
    }
    let errors = check(&mut books, input);
    let answer = if errors.is_empty() {
        for one in list(&input["quantities"]) {
            if let Some(variant) = item(one).and_then(|id| books.by_item(id)) {
                variant.levels.insert(LOCATION, one["quantity"].as_i64().unwrap_or_default());
            }
        }
        let (id, now) = (books.id(), moment(root.world.clock.now()));
        let group =
            json!({"id": gid("InventoryAdjustmentGroup", id), "createdAt": now, "reason": input["reason"]});
        json!({"inventoryAdjustmentGroup": group, "userErrors": []})
    } else {
        json!({"inventoryAdjustmentGroup": null, "userErrors": errors})
    };
    books.repeats.insert(key.to_owned(), (arguments.clone(), answer.clone()));
    Ok(answer)
}

fn item(one: &Value) -> Option<u64> {
    number("InventoryItem", one["inventoryItemId"].as_str()?)
}

/// All or nothing.
fn check(books: &mut Books, input: &Value) -> Vec<Value> {
    let mut errors = Vec::new();
    if !matches!(input["name"].as_str(), Some("available" | "on_hand")) {
        errors.push(user_error(
            Some("INVALID_NAME"),
            &["input", "name"],
            "The name must be available or on_hand.",
        ));
    }
    if !matches!(
        input["reason"].as_str(),
        Some("correction" | "cycle_count_available" | "received" | "other")
    ) {
        errors.push(user_error(Some("INVALID_REASON"), &["input", "reason"], "The reason is not known."));
    }
    for (at, one) in list(&input["quantities"]).iter().enumerate() {
        let at = at.to_string();
        let mut refuse = |code: &str, field: &str, message: &str| {
            errors.push(user_error(Some(code), &["input", "quantities", &at, field], message));
        };
        if one["locationId"] != gid("Location", LOCATION).as_str() {
            refuse("INVALID_LOCATION", "locationId", "The location couldn't be found.");
        }
        let quantity = one["quantity"].as_i64().unwrap_or_default();
        if quantity < 0 {
            refuse("INVALID_QUANTITY_NEGATIVE", "quantity", "The quantity can't be negative.");
        }
        if quantity > 1_000_000_000 {
            refuse(
                "INVALID_QUANTITY_TOO_HIGH",
                "quantity",
                "The quantity can't be higher than 1,000,000,000.",
            );
        }
        match item(one).and_then(|id| books.by_item(id)).map(|variant| variant.levels.get(&LOCATION).copied())
        {
            None => refuse(
                "INVALID_INVENTORY_ITEM",
                "inventoryItemId",
                "The specified inventory item could not be found.",
            ),
            Some(None) => {
                refuse("INVALID_LOCATION", "locationId", "The inventory item is not stocked at the location.")
            }
            Some(Some(now)) if one["changeFromQuantity"].as_i64().is_some_and(|expected| expected != now) => {
                refuse(
                    "CHANGE_FROM_QUANTITY_STALE",
                    "changeFromQuantity",
                    "The changeFromQuantity value does not match the current quantity.",
                );
            }
            Some(Some(_)) => {}
        }
    }
    errors
}

pub(super) fn activate(root: &Root<'_>, given: Option<&str>, arguments: &Value) -> Result<Value, FieldError> {
    key(given, "inventoryActivate")?;
    let id = arguments["inventoryItemId"].as_str().and_then(|id| number("InventoryItem", id));
    let mut books = root.shop.books();
    let refuse = |field: &str, message: &str| json!({"inventoryLevel": null, "userErrors": [user_error(None, &[field], message)]});
    let Some(variant) = id.and_then(|id| books.by_item(id)) else {
        return Ok(refuse("inventoryItemId", "The product couldn't be stocked because it wasn't found."));
    };
    if arguments["locationId"] != gid("Location", LOCATION).as_str() {
        return Ok(refuse("locationId", "The location couldn't be found."));
    }
    if variant.levels.contains_key(&LOCATION) {
        return Ok(refuse(
            "available",
            "Not allowed to set available quantity when the item is already active at the location.",
        ));
    }
    let available = arguments["available"].as_i64().unwrap_or_default();
    variant.levels.insert(LOCATION, available);
    let level = json!({"__typename": "InventoryLevel", "id": gid("InventoryLevel", variant.item), "available": available});
    Ok(json!({"inventoryLevel": level, "userErrors": []}))
}
