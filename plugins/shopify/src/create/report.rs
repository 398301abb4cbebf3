//! What stands in the shop in the end, in the contract's words.

use std::collections::HashMap;

use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Attribute, Effect, Failure, RemoteProduct, RemoteVariant};

use super::Build;
use crate::api::Shop;
use crate::plan::Row;
use crate::text::number_of;
use crate::wire::{BUILDING, COMPLETE, Product, Variant};

/// A product of the shop. Variants without a SKU are none of ours: a merchant added them.
pub(crate) fn remote_product(shop: &Shop<'_>, product: &Product, warnings: Vec<String>) -> RemoteProduct {
    let variants = product
        .variants
        .nodes
        .iter()
        .filter_map(|variant| {
            let key = variant.sku.clone().filter(|sku| !sku.trim().is_empty())?;
            Some(RemoteVariant { key, id: number_of(&variant.id).to_owned() })
        })
        .collect();
    let state = if product.is_complete() { COMPLETE } else { BUILDING };
    let media = product.media_count.map_or(product.media.nodes.len(), |count| count.count);
    RemoteProduct {
        id: product.number().to_owned(),
        url: product.online_store_url.clone(),
        admin_url: Some(shop.name().product_page(product.number())),
        variants,
        warnings,
        extra: vec![
            Attribute::new("x-shopify.state", state),
            Attribute::new("x-shopify.status", product.status.to_ascii_lowercase()),
            Attribute::new("x-shopify.handle", &product.handle),
            Attribute::new("x-shopify.pictures", media.to_string()),
        ],
    }
}

impl Build<'_> {
    /// A price that differs is an error in spite of every success before it; other
    /// differences are warnings.
    pub(super) fn compare(&mut self, product: &Product) -> Result<(), Failure> {
        let by_key: HashMap<&str, &Variant> = product
            .variants
            .nodes
            .iter()
            .filter_map(|variant| Some((variant.sku.as_deref()?, variant)))
            .collect();
        let mut renamed = 0;
        for row in &self.plan.rows {
            let Some(variant) = by_key.get(row.key.as_str()) else {
                return Err(Failure::upstream_changed(format!(
                    "The variant “{}” was written but is not in the shop.",
                    row.key
                ))
                .effect(Effect::Applied));
            };
            compare_prices(row, variant)?;
            renamed += usize::from(variant.title != row.choice.join(" / "));
        }
        if renamed > 0 {
            self.warn(format!("The shop wrote the choices of {renamed} variants in another way."));
        }
        if product.title != self.plan.title {
            self.warn(format!("The shop changed the title to “{}”.", product.title));
        }
        let kept: Vec<String> = product.tags.iter().map(|tag| tag.to_lowercase()).collect();
        let absent: Vec<&str> = self
            .plan
            .tags
            .iter()
            .filter(|tag| !kept.contains(&tag.to_lowercase()))
            .map(String::as_str)
            .collect();
        if !absent.is_empty() {
            self.warn(format!("The shop did not take the tags {}.", absent.join(", ")));
        }
        Ok(())
    }
}

fn compare_prices(row: &Row, variant: &Variant) -> Result<(), Failure> {
    let crossed =
        variant.compare_at_price.as_deref().and_then(Amount::parse).filter(|amount| !amount.is_zero());
    if Amount::parse(&variant.price) == Some(row.price) && crossed == row.compare_at {
        return Ok(());
    }
    Err(Failure::upstream_changed(format!(
        "The shop keeps the price {} for the variant “{}” instead of {}. Correct it in Shopify, or remove the product \
         and import again.",
        variant.price, row.key, row.price
    ))
    .with_code("wrong-price")
    .effect(Effect::Applied))
}
