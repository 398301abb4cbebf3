//! Looking inside the demo world and breaking it: as Rust calls and, below
//! `/_sandbox`, over HTTP.

mod cj;
pub(crate) mod faults;
mod http;
pub(crate) mod log;
pub(crate) mod observe;
pub(crate) mod presented;

use std::sync::Arc;

use serde_json::Value;

use crate::world::World;
use faults::FaultRule;
use log::Entry;

pub(crate) use http::routes;

/// Looking inside and breaking things.
#[derive(Clone)]
pub struct Control {
    world: Arc<World>,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Control").field("base_url", &self.world.base_url).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    /// The requests after a number (0 for all that are remembered), oldest first.
    #[must_use]
    pub fn requests(&self, after: u64) -> Vec<Entry> {
        self.world.log.after(after)
    }

    /// Forgets the requests.
    pub fn clear_requests(&self) {
        self.world.log.clear();
    }

    /// Name and value of every credential that a request carried so far, tokens that
    /// this world issued among them.
    #[must_use]
    pub fn presented(&self) -> Vec<(String, String)> {
        self.world.presented.all()
    }

    /// Lets a fault wait for a request.
    pub fn add_fault(&self, rule: FaultRule) {
        self.world.faults.add(rule);
    }

    /// The faults that still wait.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultRule> {
        self.world.faults.list()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.world.faults.clear();
    }

    /// Moves the world's time by so many seconds.
    pub fn advance_clock(&self, seconds: i64) {
        self.world.clock.advance(seconds);
    }

    /// Changes a supplier's product: its price in percent of the usual one, the
    /// stock of all its variants, its status.
    pub fn change_item(&self, id: &str, change: crate::aliexpress::ItemChange) {
        self.world.aliexpress.change(id, change);
    }

    /// In what form the language models answer from now on.
    pub fn answer_as(&self, answer: crate::llm::LlmAnswer) {
        self.world.llm.set(answer);
    }

    /// Makes things happen at the payment provider.
    #[must_use]
    pub fn stripe(&self) -> crate::stripe::StripeControl {
        crate::stripe::StripeControl::new(Arc::clone(&self.world))
    }

    /// Makes every token that was issued so far invalid, the first one included.
    pub fn revoke_tokens(&self) {
        self.world.aliexpress.revoke_all(self.world.clock.now());
    }

    /// Changes a product of CJ Dropshipping; any `status` takes it off sale.
    pub fn change_cj_item(&self, id: &str, change: crate::aliexpress::ItemChange) {
        self.world.cj.change(id, change);
    }

    /// Lets every account of CJ Dropshipping ask so often; as often as it likes when
    /// absent.
    pub fn limit_cj(&self, requests_per_second: Option<u32>) {
        self.world.cj.limit(requests_per_second);
    }

    /// Makes every token of CJ Dropshipping invalid, as a logout elsewhere does.
    pub fn revoke_cj_tokens(&self) {
        self.world.cj.revoke_all();
    }

    /// Everything in a shop as JSON: products with their variations, media, terms.
    #[must_use]
    pub fn shop(&self, mount: &str) -> Option<Value> {
        self.world.shop(mount).map(|shop| shop.inventory())
    }

    /// The hosts of the Shopify shops.
    #[must_use]
    pub fn shopify_domains(&self) -> Vec<String> {
        self.world.shopify.iter().map(|shop| shop.config.domain.clone()).collect()
    }

    /// Everything in a Shopify shop as JSON: products with their variants, collections.
    #[must_use]
    pub fn shopify(&self, domain: &str) -> Option<Value> {
        let shop = self.world.shopify.iter().find(|shop| shop.config.domain == domain)?;
        Some(shop.inventory(&self.world))
    }

    /// Gives every Shopify shop a collection that fills itself by rules.
    pub fn add_smart_collection(&self, title: &str, handle: &str) {
        self.world.shopify.iter().for_each(|shop| shop.add_smart_collection(title, handle));
    }

    /// Takes a SKU away from its variant in every Shopify shop, as a merchant may.
    pub fn blank_shopify_sku(&self, sku: &str) {
        self.world.shopify.iter().for_each(|shop| shop.blank_sku(sku));
    }

    /// Makes every token of Shopify shops that ends invalid at once.
    pub fn revoke_shopify_tokens(&self) {
        self.world.shopify.iter().for_each(|shop| shop.revoke_tokens());
    }

    /// As at the start: no requests, products or changes; the first faults.
    pub fn reset(&self) {
        let world = &self.world;
        world.log.clear();
        world.faults.reset();
        world.clock.reset();
        world.aliexpress.reset();
        world.llm.set(crate::llm::LlmAnswer::default());
        world.cj.reset();
        world.stripe.reset();
        for shop in &world.shops {
            shop.reset();
        }
        for shop in &world.shopify {
            shop.reset();
        }
    }
}
