//! Stock at the shop's location, changed only from what was seen there: a sale
//! between the look and the change is not overwritten.

use serde_json::{Value, json};
use sourcepilot_sdk::{Effect, Failure, Result, VariantChange, VariantState};

use super::key;
use super::state::variant_state;
use crate::api::Shop;
use crate::documents;
use crate::facts::Facts;
use crate::read::{Read, reads};
use crate::text::global_id;
use crate::trouble;
use crate::wire::{ShopCurrency, UserError, Variant, Verdict};

/// Each costs four points to look at.
const BATCH: usize = 200;
/// A change that met a sale is tried again from the new count.
const TRIES: usize = 3;

/// The variants whose stock is to change, at the places of their changes.
pub(super) fn look(
    shop: &Shop<'_>,
    facts: &Facts,
    changes: &[VariantChange],
    results: &mut [Option<Result<VariantState>>],
) -> Result<Vec<Option<Variant>>> {
    let mut current: Vec<Option<Variant>> = changes.iter().map(|_| None).collect();
    let places: Vec<usize> = (0..changes.len())
        .filter(|place| results[*place].is_none() && changes[*place].stock.is_some())
        .collect();
    let Some(location) = &facts.location else {
        for place in places {
            results[place] = Some(Err(Failure::forbidden(
                "Stock cannot be written: give the app the scopes read_locations and write_inventory, then check the \
                 connection again.",
            )));
        }
        return Ok(current);
    };
    for batch in places.chunks(BATCH) {
        for (place, found) in batch.iter().zip(ask(shop, facts, location, changes, batch)?) {
            match found {
                Some(variant) => current[*place] = Some(variant),
                None => {
                    results[*place] =
                        Some(Err(Failure::not_found("The variant is not in the shop any more.")))
                }
            }
        }
    }
    Ok(current)
}

fn ask(
    shop: &Shop<'_>,
    facts: &Facts,
    location: &str,
    changes: &[VariantChange],
    batch: &[usize],
) -> Result<Vec<Option<Variant>>> {
    struct Data {
        shop: ShopCurrency,
        nodes: Vec<Option<Value>>,
    }
    reads!(Data { shop = "shop", nodes = "nodes" });
    let ids: Vec<Option<String>> =
        batch.iter().map(|place| global_id("ProductVariant", &changes[*place].id)).collect();
    let data: Data = shop.ask(&documents::stock(), &json!({ "ids": ids, "location": location }))?;
    facts.require_currency(&data.shop.currency_code)?;
    let read = |node: Option<Value>| node.as_ref().and_then(Variant::read);
    let mut found: Vec<Option<Variant>> = data.nodes.into_iter().map(read).collect();
    found.resize_with(batch.len(), || None);
    Ok(found)
}

/// Write the stock of all changes that have one, after their prices.
pub(super) fn change(
    shop: &Shop<'_>,
    facts: &Facts,
    changes: &[VariantChange],
    current: &[Option<Variant>],
    results: &mut [Option<Result<VariantState>>],
) -> Result<()> {
    let Some(location) = &facts.location else { return Ok(()) };
    let mut places: Vec<usize> = (0..current.len())
        .filter(|place| current[*place].is_some() && !matches!(results[*place], Some(Err(_))))
        .collect();
    let mut seen: Vec<Option<Variant>> = current.to_vec();
    for attempt in 0..TRIES {
        let mut again = Vec::new();
        for batch in places.chunks(BATCH) {
            again.extend(write(shop, facts, location, changes, &seen, batch, attempt, results)?);
        }
        if again.is_empty() {
            return Ok(());
        }
        for batch in again.chunks(BATCH) {
            for (place, found) in batch.iter().zip(ask(shop, facts, location, changes, batch)?) {
                seen[*place] = found;
            }
        }
        places = again;
    }
    for place in places {
        results[place] = Some(Err(stale()));
    }
    Ok(())
}

/// Write one batch; the places that have to be tried again from a new count.
#[expect(clippy::too_many_arguments, reason = "one step of one loop")]
fn write(
    shop: &Shop<'_>,
    facts: &Facts,
    location: &str,
    changes: &[VariantChange],
    seen: &[Option<Variant>],
    batch: &[usize],
    attempt: usize,
    results: &mut [Option<Result<VariantState>>],
) -> Result<Vec<usize>> {
    let mut quantities = Vec::new();
    let mut sent = Vec::new();
    for place in batch {
        let (Some(variant), Some(wanted)) = (&seen[*place], changes[*place].stock) else { continue };
        let Some(item) = &variant.inventory_item else { continue };
        match item.available() {
            Some(count) if count == i64::from(wanted) => done(*place, variant, wanted, facts, results),
            Some(count) => {
                quantities.push(json!({
                    "inventoryItemId": item.id, "locationId": location,
                    "quantity": wanted, "changeFromQuantity": count,
                }));
                sent.push(*place);
            }
            None => match activate(shop, location, &item.id, wanted) {
                Ok(()) => done(*place, variant, wanted, facts, results),
                Err(failure) => results[*place] = Some(Err(failure)),
            },
        }
    }
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let errors = set(shop, &quantities, attempt)?;
    if errors.is_empty() {
        for place in &sent {
            if let (Some(variant), Some(wanted)) = (&seen[*place], changes[*place].stock) {
                done(*place, variant, wanted, facts, results);
            }
        }
        return Ok(Vec::new());
    }
    // All or nothing: one stale count holds up the whole batch.
    if errors.iter().all(|error| error.code.as_deref() == Some("CHANGE_FROM_QUANTITY_STALE")) {
        return Ok(sent);
    }
    let failure = trouble::of_user_errors(&errors);
    for place in sent {
        results[place] = Some(Err(failure.clone()));
    }
    Ok(Vec::new())
}

fn set(shop: &Shop<'_>, quantities: &[Value], attempt: usize) -> Result<Vec<UserError>> {
    struct Data {
        inventory_set_quantities: Option<Verdict>,
    }
    reads!(Data { inventory_set_quantities = "inventorySetQuantities" });
    let input = json!({ "name": "available", "reason": "correction", "quantities": quantities });
    let content = format!("{attempt}{input}");
    let variables =
        json!({ "input": input, "idempotencyKey": key::of(&shop.call().context.call_id, &content) });
    let data: Data = shop.ask(&documents::set_stock(), &variables)?;
    data.inventory_set_quantities.map(|verdict| verdict.user_errors).ok_or_else(super::unclear)
}

/// The first stock of an item at the location.
fn activate(shop: &Shop<'_>, location: &str, item: &str, available: u32) -> Result<()> {
    struct Data {
        inventory_activate: Option<Verdict>,
    }
    reads!(Data { inventory_activate = "inventoryActivate" });
    let content = format!("activate {location} {item} {available}");
    let variables = json!({
        "inventoryItemId": item, "locationId": location, "available": available,
        "idempotencyKey": key::of(&shop.call().context.call_id, &content),
    });
    let data: Data = shop.ask(&documents::activate_stock(), &variables)?;
    let errors = data.inventory_activate.map(|verdict| verdict.user_errors).ok_or_else(super::unclear)?;
    if errors.is_empty() { Ok(()) } else { Err(trouble::of_user_errors(&errors)) }
}

fn done(
    place: usize,
    variant: &Variant,
    stock: u32,
    facts: &Facts,
    results: &mut [Option<Result<VariantState>>],
) {
    let state = match results[place].take() {
        Some(Ok(state)) => state,
        _ => variant_state(variant, facts),
    };
    results[place] = Some(Ok(VariantState { stock: Some(stock), ..state }));
}

fn stale() -> Failure {
    Failure::conflict("The stock changes in the shop all the time; it is written with the next update.")
        .with_code("CHANGE_FROM_QUANTITY_STALE")
        .effect(Effect::None)
}
