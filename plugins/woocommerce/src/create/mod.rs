//! Putting a product into the shop, once.
//!
//! The order is what makes it safe to repeat: first a draft without pictures,
//! which is quick and takes the SKU; then the variations; then pictures in small
//! groups, because the shop downloads them while we wait; last the status and the
//! note that all is there. A repeated call finds the draft by its SKU and goes on.

mod anchor;
mod gallery;
mod pictures;
mod report;
mod terms;
mod variant_pictures;
mod variations;

use std::collections::BTreeSet;
use std::time::Duration;

use sourcepilot_sdk::{Effect, Failure, Listing, RemoteProduct};

use crate::body::{self, Facts};
use crate::facts;
use crate::plan::Plan;
use crate::session::Shop;
use crate::wire::{META_STATE, Product, STATE_COMPLETE};

pub(crate) use anchor::find_by_key;
pub(crate) use variations::{CHUNK, list as list_variations, share, wrong_price};

/// How long a write that we gave up may still be at work in the shop.
const SETTLE: Duration = Duration::from_secs(60);

/// One run of the import.
struct Build<'a> {
    shop: &'a Shop<'a>,
    plan: &'a Plan,
    facts: Facts,
    /// An earlier run began it and did not end well.
    resumed: bool,
    /// Fingerprints of pictures that took too long.
    given_up: BTreeSet<String>,
    /// Hosts of pictures that are in the shop.
    fetched_from: BTreeSet<&'a str>,
    /// The merchant has not had it in hand yet, so it must be as planned.
    is_untouched: bool,
    warnings: Vec<String>,
}

/// Create the product, or finish what an earlier call with this key began.
///
/// # Errors
/// See [`Failure`]. After the first write the effect is at least `applied`.
pub(crate) fn create(shop: &Shop<'_>, key: &str, listing: &Listing) -> Result<RemoteProduct, Failure> {
    let plan = Plan::new(key, listing).map_err(Failure::invalid_input)?;
    let facts = facts::for_plan(shop, &plan)?;
    let mut build = Build {
        shop,
        plan: &plan,
        facts: facts.facts,
        resumed: false,
        given_up: BTreeSet::new(),
        fetched_from: BTreeSet::new(),
        is_untouched: true,
        warnings: facts.warnings,
    };
    build.warnings.extend(plan.warnings.iter().cloned());
    shop.progress(5, "Reserving the SKU");
    let product = build.anchor()?;
    build.finish(&product).map_err(|failure| {
        let effect = if failure.effect == Effect::None { Effect::Applied } else { failure.effect };
        failure.effect(effect)
    })
}

impl Build<'_> {
    fn finish(&mut self, product: &Product) -> Result<RemoteProduct, Failure> {
        if product.meta(META_STATE) == Some(STATE_COMPLETE) {
            self.is_untouched = false;
            return report::complete(self, product.id);
        }
        let id = product.id;
        self.given_up = pictures::given_up(product);
        let mut variations = Vec::new();
        if self.plan.is_variable() {
            variations = self.write_variations(id)?;
        }
        let pictures = self.write_gallery(product)?;
        self.write_variation_pictures(id, &variations, pictures)?;
        self.shop.progress(95, "Finishing the product");
        self.put_product(id, &body::finish(self.plan.publish))?;
        report::complete(self, id)
    }

    fn put_product(&self, id: u64, body: &serde_json::Value) -> Result<Product, Failure> {
        self.shop.ensure_wanted()?;
        self.shop.put(&format!("products/{id}"), body).map_err(|trouble| self.shop.write_failure(trouble))
    }

    fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}
