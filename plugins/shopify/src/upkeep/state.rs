//! How a product is now: the before-image of every change.

use serde_json::json;
use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Attribute, Failure, Money, ProductState, Result, Status, VariantState};

use super::product_gid;
use crate::api::{Shop, with_entries};
use crate::documents;
use crate::facts::Facts;
use crate::plan::MAX_VARIANTS;
use crate::read::reads;
use crate::text::number_of;
use crate::wire::{Product, ShopCurrency, Variant};

/// Variants per page. Each costs four points with its stock.
const PAGE: usize = 100;

#[derive(Debug)]
struct Page {
    shop: ShopCurrency,
    product: Option<Product>,
}
reads!(Page { shop = "shop", product = "product" });

/// Read a product with the prices and the stock of its variants.
///
/// # Errors
/// `not-found` when it is gone.
pub(crate) fn read(shop: &Shop<'_>, product_id: &str) -> Result<ProductState> {
    let id = product_gid(product_id)?;
    let facts = Facts::of(shop)?;
    let mut after: Option<String> = None;
    let mut whole: Option<Product> = None;
    loop {
        let product = page(shop, &facts, &id, after.as_deref())?;
        let page = product.variants.page_info.clone();
        match &mut whole {
            None => whole = Some(product),
            Some(whole) => whole.variants.nodes.extend(product.variants.nodes),
        }
        let count = whole.as_ref().map_or(0, |whole| whole.variants.nodes.len());
        match page.end_cursor.filter(|_| page.has_next_page && count < 2 * MAX_VARIANTS) {
            Some(cursor) => after = Some(cursor),
            None => break,
        }
    }
    let product = whole.ok_or_else(gone)?;
    Ok(ProductState {
        id: product.number().to_owned(),
        status: if product.is_visible() { Status::Active } else { Status::Draft },
        title: product.title.clone(),
        url: product.online_store_url.clone(),
        extra: vec![
            Attribute::new("x-shopify.status", product.status.to_ascii_lowercase()),
            Attribute::new("x-shopify.handle", &product.handle),
        ],
        variants: product.variants.nodes.iter().map(|variant| variant_state(variant, &facts)).collect(),
    })
}

fn page(shop: &Shop<'_>, facts: &Facts, id: &str, after: Option<&str>) -> Result<Product> {
    let page: Page = match &facts.location {
        Some(location) => {
            let variables = json!({ "id": id, "first": PAGE, "after": after, "location": location });
            shop.ask(&documents::states(), &with_entries(variables))?
        }
        None => {
            let variables =
                json!({ "id": id, "first": PAGE, "after": after, "media": 1, "withMedia": false });
            shop.ask(&documents::variants(), &with_entries(variables))?
        }
    };
    facts.require_currency(&page.shop.currency_code)?;
    page.product.ok_or_else(gone)
}

/// A variant in the contract's words.
pub(super) fn variant_state(variant: &Variant, facts: &Facts) -> VariantState {
    let money = |text: &str| Money::parse(text, &facts.currency);
    let crossed = variant.compare_at_price.as_deref();
    let item = variant.inventory_item.as_ref().filter(|item| item.tracked);
    VariantState {
        id: number_of(&variant.id).to_owned(),
        key: variant.sku.clone().filter(|sku| !sku.is_empty()),
        price: money(&variant.price),
        compare_at: crossed
            .filter(|text| Amount::parse(text).is_some_and(|amount| !amount.is_zero()))
            .and_then(money),
        // Shopify counts below zero when it sells what is not there.
        stock: item.and_then(|item| item.available()).map(|count| u32::try_from(count).unwrap_or(0)),
    }
}

fn gone() -> Failure {
    Failure::not_found("The product is not in the shop any more.")
}
