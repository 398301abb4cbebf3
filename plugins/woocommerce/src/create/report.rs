//! What stands in the shop in the end, read back.

use sourcepilot_sdk::{Attribute, Effect, Failure, RemoteProduct, RemoteVariant};

use super::Build;
use super::variations::{self, wrong_price};
use crate::plan::Row;
use crate::session::Shop;
use crate::text::{same_name, unescape};
use crate::wire::{META_STATE, META_VARIANT_KEY, PRODUCT_FIELDS, Product, STATE_BUILDING, Variation};

/// Read the finished product and compare it with the plan. A product that an
/// earlier call finished belongs to the merchant now: it is reported as it is.
pub(super) fn complete(build: &mut Build<'_>, id: u64) -> Result<RemoteProduct, Failure> {
    let shop = build.shop;
    let product: Product = shop
        .get(&format!("products/{id}"), &[("_fields", PRODUCT_FIELDS)])
        .map_err(|trouble| shop.read_failure(trouble))?;
    let found = if product.is_variable() { variations::list(shop, id)? } else { Vec::new() };
    if build.is_untouched {
        build.compare(&product, &found)?;
    }
    let mut report = remote_product(shop, &product, &found);
    report.warnings.append(&mut build.warnings);
    Ok(report)
}

/// A product of the shop in the contract's words. Variations without a SKU are none of
/// ours: a merchant added them.
pub(crate) fn remote_product(shop: &Shop<'_>, product: &Product, variations: &[Variation]) -> RemoteProduct {
    let variants = if product.is_variable() {
        variations
            .iter()
            .filter(|variation| !variation.sku.trim().is_empty())
            .map(|variation| RemoteVariant { key: variation.sku.clone(), id: variation.id.to_string() })
            .collect()
    } else {
        let key = product.meta(META_VARIANT_KEY).unwrap_or(&product.sku);
        let only = RemoteVariant { key: key.to_owned(), id: product.id.to_string() };
        Some(only).filter(|variant| !variant.key.trim().is_empty()).into_iter().collect()
    };
    let state = product.meta(META_STATE).unwrap_or(STATE_BUILDING);
    RemoteProduct {
        id: product.id.to_string(),
        url: (!product.permalink.is_empty()).then(|| product.permalink.clone()),
        admin_url: Some(format!("{}/wp-admin/post.php?post={}&action=edit", shop.site(), product.id)),
        variants,
        warnings: Vec::new(),
        extra: vec![
            Attribute { name: "x-woocommerce.state".to_owned(), value: state.to_owned() },
            Attribute { name: "x-woocommerce.status".to_owned(), value: product.status.clone() },
        ],
    }
}

impl Build<'_> {
    fn compare(&mut self, product: &Product, found: &[Variation]) -> Result<(), Failure> {
        if self.plan.is_variable() {
            self.compare_variations(found)?;
        } else if let Some(row) = self.plan.rows.first() {
            self.compare_price(row, &product.regular_price, &product.sale_price)?;
        }
        self.compare_rest(product, found);
        Ok(())
    }

    fn compare_price(&self, row: &Row, regular: &str, sale: &str) -> Result<(), Failure> {
        let prices = row.prices(self.facts.decimals);
        if prices.are(regular, sale) {
            return Ok(());
        }
        let (sent, kept) =
            if sale == prices.sale { (&prices.regular, regular) } else { (&prices.sale, sale) };
        Err(wrong_price(&row.key, if sent.is_empty() { "none" } else { sent }, kept))
    }

    fn compare_variations(&mut self, found: &[Variation]) -> Result<(), Failure> {
        let plan = self.plan;
        let mut renamed = 0;
        for row in &plan.rows {
            let Some(variation) = found.iter().find(|found| found.sku.eq_ignore_ascii_case(&row.key)) else {
                return Err(Failure::upstream_changed(format!(
                    "The variant “{}” was written but is not in the shop.",
                    row.key
                ))
                .effect(Effect::Applied));
            };
            self.compare_price(row, &variation.regular_price, &variation.sale_price)?;
            let same = |(wanted, kept): (&String, &String)| same_name(wanted, kept);
            if variation.choice.len() != row.choice.len()
                || !row.choice.iter().zip(&variation.choice).all(same)
            {
                renamed += 1;
            }
        }
        if renamed > 0 {
            self.warn(format!("The shop wrote the choices of {renamed} variants in another way."));
        }
        Ok(())
    }

    fn compare_rest(&mut self, product: &Product, found: &[Variation]) {
        if !same_name(&product.name, &self.plan.title) {
            self.warn(format!("The shop changed the title to “{}”.", unescape(&product.name)));
        }
        let wanted = if self.plan.publish { "publish" } else { "draft" };
        if product.status != wanted {
            self.warn(format!(
                "The product has the status “{}” in the shop instead of “{wanted}”.",
                product.status
            ));
        }
        let absent: Vec<String> = self
            .plan
            .tags
            .iter()
            .filter(|tag| {
                !product.tags.iter().any(|kept| same_name(&kept.name.to_lowercase(), &tag.to_lowercase()))
            })
            .map(|tag| unescape(tag))
            .collect();
        if !absent.is_empty() {
            self.warn(format!("The shop did not take the tags {}.", absent.join(", ")));
        }
        let stock_differs = if self.plan.is_variable() {
            self.plan.rows.iter().any(|row| {
                found.iter().any(|kept| {
                    kept.sku.eq_ignore_ascii_case(&row.key) && kept.stock_quantity != row.stock.map(i64::from)
                })
            })
        } else {
            self.plan.rows.iter().any(|row| product.stock_quantity != row.stock.map(i64::from))
        };
        if stock_differs {
            self.warn(
                "The shop does not count the stock as it was told; look at its inventory settings."
                    .to_owned(),
            );
        }
    }
}
