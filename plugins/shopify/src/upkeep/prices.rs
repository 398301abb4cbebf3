//! Prices, and the switch that makes Shopify count stock.

use serde_json::{Value, json};
use sourcepilot_sdk::{Failure, Result, VariantChange, VariantState};

use super::state::variant_state;
use crate::api::Shop;
use crate::documents;
use crate::facts::Facts;
use crate::read::reads;
use crate::text::{global_id, number_of};
use crate::trouble;
use crate::wire::{UserError, Variant};

/// The API takes arrays of this length.
const BATCH: usize = 250;

#[derive(Debug)]
struct Data {
    product_variants_bulk_update: Option<Payload>,
}
reads!(Data { product_variants_bulk_update = "productVariantsBulkUpdate" });

#[derive(Debug)]
struct Payload {
    product_variants: Option<Vec<Variant>>,
    user_errors: Vec<UserError>,
}
reads!(Payload { product_variants = "productVariants", user_errors = "userErrors" });

/// Write the prices of all changes that have one. What one variant does not take
/// hinders none of the others.
pub(super) fn change(
    shop: &Shop<'_>,
    product: &str,
    changes: &[VariantChange],
    current: &[Option<Variant>],
    facts: &Facts,
    results: &mut [Option<Result<VariantState>>],
) -> Result<()> {
    let places: Vec<usize> = (0..changes.len())
        .filter(|place| {
            results[*place].is_none() && !input(&changes[*place], before(current, *place)).is_null()
        })
        .collect();
    for (round, batch) in places.chunks(BATCH).enumerate() {
        match update(shop, product, changes, current, batch) {
            Ok(payload) => settle(&payload, changes, batch, facts, results),
            Err(failure) if round == 0 => return Err(failure),
            // What was done so far is reported; the rest failed.
            Err(failure) => batch.iter().for_each(|place| results[*place] = Some(Err(failure.clone()))),
        }
    }
    Ok(())
}

fn before(current: &[Option<Variant>], place: usize) -> Option<&Variant> {
    current.get(place).and_then(Option::as_ref)
}

/// Null when there is nothing to write.
fn input(change: &VariantChange, before: Option<&Variant>) -> Value {
    let item = before.and_then(|variant| variant.inventory_item.as_ref());
    let starts_counting = change.stock.is_some() && item.is_some_and(|item| !item.tracked);
    if change.price.is_none() && !starts_counting {
        return Value::Null;
    }
    let mut input = json!({ "id": global_id("ProductVariant", &change.id) });
    if let Some(price) = &change.price {
        input["price"] = price.amount.clone().into();
        // Null clears it.
        input["compareAtPrice"] = change.compare_at.as_ref().map(|money| money.amount.clone()).into();
    }
    if starts_counting {
        input["inventoryItem"] = json!({ "tracked": true });
    }
    input
}

fn update(
    shop: &Shop<'_>,
    product: &str,
    changes: &[VariantChange],
    current: &[Option<Variant>],
    batch: &[usize],
) -> Result<Payload> {
    let inputs: Vec<Value> =
        batch.iter().map(|place| input(&changes[*place], before(current, *place))).collect();
    let variables = json!({ "productId": product, "variants": inputs, "partial": true });
    let data: Data = shop.ask(&documents::variants_update(), &variables)?;
    let payload = data.product_variants_bulk_update.ok_or_else(super::unclear)?;
    let whole = |error: &UserError| error.code.as_deref() == Some("PRODUCT_DOES_NOT_EXIST");
    match payload.user_errors.iter().find(|error| whole(error)) {
        Some(error) => Err(trouble::of_user_errors(std::slice::from_ref(error))),
        None => Ok(payload),
    }
}

fn settle(
    payload: &Payload,
    changes: &[VariantChange],
    batch: &[usize],
    facts: &Facts,
    results: &mut [Option<Result<VariantState>>],
) {
    for (at, place) in batch.iter().enumerate() {
        let refusal = payload.user_errors.iter().find(|error| index_in(error) == Some(at));
        let number = number_of(&changes[*place].id);
        let written =
            payload.product_variants.iter().flatten().find(|variant| number_of(&variant.id) == number);
        results[*place] = Some(match (refusal, written) {
            (Some(error), _) => Err(trouble::of_user_errors(std::slice::from_ref(error))),
            (None, Some(variant)) => verified(variant, &changes[*place], facts),
            (None, None) => match payload.user_errors.first() {
                Some(error) => Err(trouble::of_user_errors(std::slice::from_ref(error))),
                None => Err(super::unclear()),
            },
        });
    }
}

/// `["variants", "3", "price"]` is about the fourth of the batch.
fn index_in(error: &UserError) -> Option<usize> {
    error.field.as_ref()?.iter().find_map(|part| part.parse().ok())
}

fn verified(variant: &Variant, change: &VariantChange, facts: &Facts) -> Result<VariantState> {
    let state = variant_state(variant, facts);
    let amount =
        |money: &Option<sourcepilot_sdk::Money>| money.as_ref().and_then(sourcepilot_sdk::Money::to_amount);
    let differs = amount(&state.price) != amount(&change.price)
        || amount(&state.compare_at) != amount(&change.compare_at);
    if change.price.is_some() && differs {
        return Err(Failure::upstream_changed(format!(
            "The shop keeps the price {} for this variant instead of the one that was sent.",
            variant.price
        ))
        .with_code("wrong-price")
        .effect(sourcepilot_sdk::Effect::Applied));
    }
    Ok(state)
}
