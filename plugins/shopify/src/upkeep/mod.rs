//! Looking after products: reading them, changing prices and stock, showing, hiding
//! and removing them. Prices go through the mutation of variants, never through
//! `productSet`, which would take away whatever the merchant added.

mod key;
mod prices;
mod state;
mod stock;

use serde_json::json;
use sourcepilot_sdk::{Effect, Failure, Result, Status, VariantChange, VariantState};

use crate::api::{Shop, with_entries};
use crate::documents;
use crate::facts::Facts;
use crate::read::reads;
use crate::text::global_id;
use crate::trouble;
use crate::wire::{Product, ProductPayload, UserError, Verdict};

pub(crate) use state::read;

/// Change prices and stock; one result per change, in order.
///
/// # Errors
/// What concerns all of them.
pub(crate) fn change_variants(
    shop: &Shop<'_>,
    product_id: &str,
    changes: &[VariantChange],
) -> Result<Vec<Result<VariantState>>> {
    let product = product_gid(product_id)?;
    let facts = Facts::of(shop)?;
    let mut results: Vec<Option<Result<VariantState>>> =
        changes.iter().map(|change| refuse(change, &facts)).collect();
    let wants_stock = changes.iter().any(|change| change.stock.is_some());
    let current = if wants_stock { stock::look(shop, &facts, changes, &mut results)? } else { Vec::new() };
    prices::change(shop, &product, changes, &current, &facts, &mut results)?;
    let prices_written = changes
        .iter()
        .zip(&results)
        .any(|(change, result)| change.price.is_some() && matches!(result, Some(Ok(_))));
    stock::change(shop, &facts, changes, &current, &mut results).map_err(|failure| {
        if prices_written && failure.effect == Effect::None {
            failure.effect(Effect::Applied)
        } else {
            failure
        }
    })?;
    let missing = || Err(Failure::invalid_input("Nothing is to be changed."));
    Ok(results.into_iter().map(|result| result.unwrap_or_else(missing)).collect())
}

/// What makes no sense never leaves.
fn refuse(change: &VariantChange, facts: &Facts) -> Option<Result<VariantState>> {
    let problem = if global_id("ProductVariant", &change.id).is_none() {
        Some("This is not the number of a variant.".to_owned())
    } else if let Some(price) = &change.price {
        let of = format!("the variant {}", change.id);
        match crate::plan::read_prices(price, change.compare_at.as_ref(), &of) {
            Err(problem) => Some(problem),
            Ok(_) if price.currency != facts.currency => Some(format!(
                "The shop reckons in {}, and the price is in {}.",
                facts.currency, price.currency
            )),
            Ok(_) => None,
        }
    } else if change.compare_at.is_some() {
        Some("A crossed-out price needs the price beside it.".to_owned())
    } else {
        None
    };
    problem.map(|problem| Err(Failure::invalid_input(problem)))
}

/// Show the product to buyers, or hide it.
///
/// # Errors
/// `not-found` when it is gone.
pub(crate) fn set_status(shop: &Shop<'_>, product_id: &str, status: Status) -> Result<()> {
    struct Data {
        publishable_publish: Option<Verdict>,
        product_update: Option<ProductPayload>,
    }
    reads!(Data { publishable_publish = "publishablePublish", product_update = "productUpdate" });
    let id = product_gid(product_id)?;
    let facts = Facts::of(shop)?;
    let publication = facts.publication.filter(|_| status == Status::Active);
    let wanted = if status == Status::Active { "ACTIVE" } else { "DRAFT" };
    let publications: Vec<_> = publication.iter().map(|id| json!({ "publicationId": id })).collect();
    let variables = with_entries(json!({
        "id": id, "product": { "id": id, "status": wanted },
        "publish": publication.is_some(), "publications": publications,
    }));
    let answer = shop.ask_partial::<Data>(&documents::finish(), &variables)?;
    let Some(payload) = answer.data.product_update else { return Err(unclear()) };
    if !payload.user_errors.is_empty() {
        return Err(refused_update(&payload));
    }
    let Some(product) = payload.product else { return Err(unclear()) };
    if product.status != wanted {
        return Err(Failure::upstream_changed(format!(
            "The shop kept the status “{}” of the product instead of “{wanted}”.",
            product.status
        ))
        .effect(Effect::Applied));
    }
    let unpublished = answer.data.publishable_publish.is_none_or(|verdict| !verdict.user_errors.is_empty());
    if status == Status::Active && unpublished && !product.is_visible() {
        return Err(Failure::forbidden(
            "The product is active but not in the online store: give the app the scopes read_publications and \
             write_publications, or publish it in Shopify.",
        )
        .with_code("not-published")
        .effect(Effect::Applied));
    }
    Ok(())
}

/// The mutation gives no codes, so a missing product shows in the sentence only.
fn refused_update(payload: &ProductPayload) -> Failure {
    let missing = |message: &str| {
        let message = message.to_ascii_lowercase();
        message.contains("does not exist") || message.contains("not found")
    };
    if payload.user_errors.iter().any(|error| missing(&error.message)) {
        return Failure::not_found("The product is not in the shop any more.");
    }
    trouble::of_user_errors(&payload.user_errors)
}

/// Remove a product of ours for good. One that is gone counts as removed, so that a
/// repeated call ends well.
///
/// # Errors
/// `forbidden` when the product does not carry the key.
pub(crate) fn remove(shop: &Shop<'_>, product_id: &str, key: &str) -> Result<()> {
    struct Owner {
        product: Option<Product>,
    }
    reads!(Owner { product = "product" });
    struct Data {
        product_delete: Option<Deleted>,
    }
    reads!(Data { product_delete = "productDelete" });
    struct Deleted {
        deleted_product_id: Option<String>,
        user_errors: Vec<UserError>,
    }
    reads!(Deleted { deleted_product_id = "deletedProductId", user_errors = "userErrors" });
    let id = product_gid(product_id)?;
    let owner: Owner = shop.ask(&documents::owner(), &with_entries(json!({ "id": id })))?;
    let Some(product) = owner.product else { return Ok(()) };
    if !product.is_ours(key) {
        return Err(Failure::forbidden("The product was not made by this import, so it is not removed.")
            .with_code("foreign-product"));
    }
    let data: Data = shop.ask(&documents::delete(), &json!({ "id": id }))?;
    match data.product_delete {
        Some(deleted) if deleted.deleted_product_id.is_some() => Ok(()),
        Some(deleted) if !deleted.user_errors.is_empty() => {
            let gone = deleted.user_errors.iter().any(|error| error.message.contains("does not exist"));
            if gone { Ok(()) } else { Err(trouble::of_user_errors(&deleted.user_errors)) }
        }
        _ => Err(unclear()),
    }
}

fn product_gid(id: &str) -> Result<String> {
    global_id("Product", id)
        .ok_or_else(|| Failure::invalid_input("This is not the number of a Shopify product."))
}

fn unclear() -> Failure {
    Failure::upstream_changed("Shopify does not say what became of the product.").effect(Effect::Unknown)
}
