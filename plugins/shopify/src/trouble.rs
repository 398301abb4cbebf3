//! What a refusal means, in the contract's words.
//!
//! Shopify refuses in three layers: the HTTP status, the list `errors` of an answer
//! with status 200, and `userErrors` inside a mutation's payload. A client that looks
//! at the status alone takes a failed import for a success.

use std::time::Duration;

use sourcepilot_sdk::http::Response;
use sourcepilot_sdk::{Effect, ErrorKind, Failure};

use crate::text::shorten;
use crate::wire::{Cost, TopError, UserError};

/// The failure of an answer whose status is no success.
pub(crate) fn of_status(response: &Response) -> Failure {
    let usual = response.failure();
    let sentence = match response.status() {
        300..=399 => {
            "Shopify sends the request to another address: the shop may have been renamed. Enter its present \
             .myshopify.com address."
        }
        401 => {
            "Shopify does not accept the access token: it was revoked, or belongs to another shop. Connect the \
             shop again."
        }
        402 => "The shop is frozen because of an unpaid bill. Settle it in Shopify, then try again.",
        403 if response.text().to_ascii_lowercase().contains("expiring") => {
            "Shopify accepts no token without an end any more from this app. Connect the shop again, by consent or \
             with client ID and secret."
        }
        403 => {
            "Shopify does not permit this with the given token: give the app the scopes write_products, \
             write_inventory and write_publications, then connect the shop again."
        }
        404 => "There is no Shopify shop under this address: check its .myshopify.com name.",
        423 => {
            return Failure::forbidden(
                "The shop is locked by Shopify. Ask Shopify's support, then try again.",
            )
            .with_code("423");
        }
        429 => "Shopify asks for a pause between requests.",
        430 => {
            return Failure::forbidden(
                "Shopify takes the requests for an attack and refuses them; try again later.",
            )
            .with_code("430");
        }
        500..=599 => "Shopify has a disturbance; see www.shopifystatus.com.",
        _ => return usual,
    };
    usual.with_message(sentence)
}

/// The failure of the list `errors`. A document that Shopify does not run has
/// changed nothing; an error inside a run of one that writes may come after a change.
pub(crate) fn of_errors(errors: &[TopError], cost: Cost, writes: bool, has_data: bool) -> Failure {
    let with = |code: &str| errors.iter().find(|error| error.code == code);
    let possible = if writes { Effect::Unknown } else { Effect::None };
    if with("THROTTLED").is_some() {
        return Failure::rate_limited("Shopify asks for a pause between requests.")
            .with_code("THROTTLED")
            .retry_after(pause(cost));
    }
    if let Some(error) = with("ACCESS_DENIED") {
        let effect = if has_data { possible } else { Effect::None };
        return Failure::forbidden(format!(
            "The app may not do this in the shop: {}. Give it the scope that Shopify names, then connect the shop \
             again.",
            shorten(error.message.trim_end_matches('.'), 200)
        ))
        .with_code("ACCESS_DENIED")
        .effect(effect);
    }
    if with("SHOP_INACTIVE").is_some() {
        return Failure::forbidden("The shop is not active. Open it in Shopify, then try again.")
            .with_code("SHOP_INACTIVE");
    }
    if with("MAX_COST_EXCEEDED").is_some() {
        return Failure::internal("A request was larger than Shopify allows.").with_code("MAX_COST_EXCEEDED");
    }
    let first = errors.first().cloned().unwrap_or_default();
    if with("INTERNAL_SERVER_ERROR").is_some() || first.message.starts_with("Internal error") {
        return Failure::unavailable("Shopify has a disturbance; see www.shopifystatus.com.")
            .with_code("INTERNAL_SERVER_ERROR")
            .effect(possible);
    }
    let effect = if has_data { possible } else { Effect::None };
    let code = Some(first.code).filter(|code| !code.is_empty());
    Failure::upstream_changed(format!(
        "Shopify does not understand the request any more: {}. The plugin may need an update.",
        shorten(first.message.trim_end_matches('.'), 200)
    ))
    .with_code(code.unwrap_or_else(|| "graphql".to_owned()))
    .effect(effect)
}

/// How long until the shop's allowance holds the request.
pub(crate) fn pause(cost: Cost) -> Duration {
    let missing = (cost.requested - cost.available).max(0.0);
    let rate = if cost.restore_rate >= 1.0 { cost.restore_rate } else { 50.0 };
    // A little more, so that several callers do not come back at the same moment.
    Duration::from_secs_f64((missing / rate).clamp(0.5, 600.0)).mul_f64(1.1)
}

/// The failure of `userErrors`: nothing was changed by this mutation.
pub(crate) fn of_user_errors(errors: &[UserError]) -> Failure {
    let Some(first) = errors.first() else { return Failure::internal("A refusal without a reason.") };
    let code = first.code.as_deref().unwrap_or_default();
    let said = shorten(first.message.trim().trim_end_matches('.'), 300);
    let field = first.field.as_deref().unwrap_or_default().join(".");
    let failure = match code {
        _ if blames_location(first) => {
            return Failure::invalid_input(
                "The location at which stock is counted is not in use any more: check the connection again, or choose \
                 another location in its settings.",
            )
            .with_code("location")
            .with_detail("field", field);
        }
        "GENERIC_ERROR" | "JOB_ERROR" => Failure::unavailable(format!("Shopify could not do it: {said}.")),
        "PRODUCT_DOES_NOT_EXIST" | "PRODUCT_VARIANT_DOES_NOT_EXIST" | "NOT_FOUND" => {
            Failure::not_found("The product or variant is not in the shop any more.")
        }
        "PRODUCT_SUSPENDED" => {
            Failure::forbidden("Shopify has suspended the product; see its page in the admin.")
        }
        "IDEMPOTENCY_CONCURRENT_REQUEST" => Failure::rate_limited("The same change is being made just now.")
            .retry_after(Duration::from_secs(2)),
        "CHANGE_FROM_QUANTITY_STALE" => {
            Failure::new(ErrorKind::Conflict, "The stock was changed in the shop at the same moment.")
        }
        "HANDLE_NOT_UNIQUE" | "TAKEN" | "DUPLICATED_METAFIELD_VALUE" => Failure::new(
            ErrorKind::Conflict,
            format!("Something of this name is in the shop already: {said}."),
        ),
        "VARIANTS_OVER_LIMIT" => Failure::invalid_input(format!(
            "The shop takes fewer variants per product: {said}. Choose fewer variants."
        )),
        _ => Failure::invalid_input(format!("Shopify did not accept the product: {said}.")),
    };
    let failure = if code.is_empty() { failure } else { failure.with_code(code) };
    if field.is_empty() { failure } else { failure.with_detail("field", field) }
}

/// Whether the location is to blame: it was deactivated or removed since the check. The
/// codes do not tell it apart in every mutation, the field does.
fn blames_location(error: &UserError) -> bool {
    error.code.as_deref() == Some("INVALID_LOCATION")
        || error.field.iter().flatten().any(|part| matches!(part.as_str(), "locationId" | "location"))
}

/// Whether another call has just made the product with the same key.
pub(crate) fn is_taken(errors: &[UserError]) -> bool {
    errors.iter().any(|error| {
        let code = error.code.as_deref().unwrap_or_default();
        let on_entry = error.field.iter().flatten().any(|part| part == "metafields");
        code == "DUPLICATED_METAFIELD_VALUE"
            || (on_entry && matches!(code, "DUPLICATED_VALUE" | "INVALID_METAFIELD"))
    })
}

/// Whether a collection is to blame, such as one that fills itself by rules.
pub(crate) fn blames_collections(errors: &[UserError]) -> bool {
    errors.iter().any(|error| {
        error.field.iter().flatten().any(|part| part.starts_with("collections"))
            || error.message.to_ascii_lowercase().contains("collection")
    })
}
