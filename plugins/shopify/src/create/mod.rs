//! Creating a product, once.
//!
//! A product without later steps is one request: `productSet` with the identifier of
//! our entry makes it or, when two calls meet, brings both to the same product. A
//! visible one needs one request more, a large one a few: until the last of them the
//! product is a draft whose entry `state` says `building`, and a repeated call goes on
//! where the one before stopped. A complete product belongs to the merchant: a repeated
//! call reports it and writes nothing.

mod collections;
mod find;
mod pictures;
mod report;
mod write;

use sourcepilot_sdk::{Effect, Failure, Listing, RemoteProduct};

use crate::api::Shop;
use crate::body::Writing;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::wire::{BUILDING, COMPLETE, Product};

pub(crate) use find::find_by_key;

/// Everything that one creation carries along.
#[derive(Debug)]
struct Build<'s> {
    shop: &'s Shop<'s>,
    facts: Facts,
    plan: &'s Plan,
    warnings: Vec<String>,
}

/// Make the product of the key, or finish making it.
///
/// # Errors
/// `invalid-input` before anything is written; afterwards with an effect.
pub(crate) fn create(shop: &Shop<'_>, key: &str, listing: &Listing) -> Result<RemoteProduct, Failure> {
    let plan = Plan::new(key, listing).map_err(Failure::invalid_input)?;
    let facts = Facts::of(shop)?;
    if facts.currency != plan.currency {
        return Err(Failure::invalid_input(format!(
            "The shop reckons in {}, and the prices are in {}.",
            facts.currency, plan.currency
        ))
        .with_code("currency"));
    }
    shop.progress(5, "Looking whether the product is in the shop already.");
    let begun = find::begin(shop, &plan)?;
    facts.require_currency(&begun.currency)?;
    if plan.rows.len() > begun.max_variants {
        return Err(Failure::invalid_input(format!(
            "The product has {} variants; the shop takes {}. Choose fewer variants.",
            plan.rows.len(),
            begun.max_variants
        ))
        .with_code("VARIANTS_OVER_LIMIT"));
    }
    let warnings = plan.warnings.clone();
    let mut build = Build { shop, facts, plan: &plan, warnings };
    match begun.product {
        Some(product) if product.is_complete() => build.report_as_it_is(&product),
        Some(product) => {
            build.shop.pace().set_under_way();
            build.resume(&product)
        }
        None => build.make(&begun.collections),
    }
}

impl Build<'_> {
    fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Whether buyers shall see it in the end, and the token may do that.
    fn has_later_steps(&self, with_variant_files: bool) -> bool {
        self.plan.publish || !(with_variant_files || self.plan.pictured() == 0)
    }

    fn make(&mut self, found: &[Option<String>]) -> Result<RemoteProduct, Failure> {
        if self.facts.location.is_none() && self.plan.rows.iter().any(|row| row.stock.is_some()) {
            self.warn("Stock was not written: the app may not see the shop's locations.");
        }
        let collections = self.collections(found)?;
        self.shop.progress(20, "Writing the product.");
        let product = self.write(&collections)?;
        self.complete(product)
    }

    /// A call before this one stopped halfway.
    fn resume(&mut self, product: &Product) -> Result<RemoteProduct, Failure> {
        let is_whole = product.variants_count.is_some_and(|count| count.count >= self.plan.rows.len());
        if !is_whole {
            return self.make(&[]);
        }
        self.read_whole(&product.id)
            .and_then(|product| self.complete(product))
            .map_err(|failure| after_the_fact(&failure))
    }

    /// The later steps, then the look at what stands there.
    fn complete(&mut self, mut product: Product) -> Result<RemoteProduct, Failure> {
        self.compare(&product).map_err(|failure| after_the_fact(&failure))?;
        let mut steps = || -> Result<RemoteProduct, Failure> {
            self.settle_media(&mut product)?;
            if !product.is_complete() {
                self.picture_variants(&product)?;
                let finished = self.finish(&product.id)?;
                product =
                    Product { variants: product.variants.clone(), media: product.media.clone(), ..finished };
            }
            self.look_over(&product);
            Ok(report::remote_product(self.shop, &product, std::mem::take(&mut self.warnings)))
        };
        steps().map_err(|failure| after_the_fact(&failure))
    }

    fn writing<'b>(&'b self, collections: &'b [String], with_variant_files: bool) -> Writing<'b> {
        let state = if self.has_later_steps(with_variant_files) { BUILDING } else { COMPLETE };
        Writing { plan: self.plan, facts: &self.facts, collections, with_variant_files, state }
    }
}

/// The product exists, whatever became of the rest.
fn after_the_fact(failure: &Failure) -> Failure {
    let effect = if failure.effect == Effect::None { Effect::Applied } else { failure.effect };
    failure.clone().effect(effect)
}
