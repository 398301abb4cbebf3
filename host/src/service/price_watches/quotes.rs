//! Prices from suppliers: in batches, once for everybody who asks with the same
//! account, and one call at a time per account.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use moka::future::Cache;
use sourcepilot_domain::product::{ProductRef, Quote};
use sourcepilot_domain::{ErrorKind, Failure, Money};
use sourcepilot_plugin_runtime::manifest::Feature;

use crate::app::App;
use crate::plugins::Installed;
use crate::service::calls::{Circumstances, call};
use crate::service::intake;
use crate::service::party::{Keeper, Party};
use crate::service::suppliers::{self, Found, READ_DEADLINE};
use crate::service::turns::Turns;
use sourcepilot_domain::ids::UserId;

/// How many prices are remembered for that time.
const MOST_REMEMBERED: u64 = 20_000;

/// A price and whether the product could be bought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    pub price: Money,
    pub in_stock: Option<bool>,
}

/// Which price: of what, as whom, in which currency and country.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: String,
    context: String,
    product: String,
}

/// Prices that were read a moment ago, and whose turn it is to ask with an account.
#[derive(Debug)]
pub struct Watching {
    recent: Cache<Key, Seen>,
    turns: Turns<String>,
}

impl Watching {
    /// `fresh` is how long a price is not asked for again.
    pub fn new(fresh: Duration) -> Self {
        let recent = Cache::builder().max_capacity(MOST_REMEMBERED).time_to_live(fresh).build();
        Watching { recent, turns: Turns::default() }
    }

    fn turn(&self, account: &str) -> Arc<tokio::sync::Mutex<()>> {
        self.turns.of(account.to_owned())
    }
}

/// Somebody's way to ask a supplier for prices.
#[derive(Debug)]
pub struct Asker {
    pub user: UserId,
    pub supplier: Arc<Installed>,
    pub party: Party,
    pub circumstances: Circumstances,
    /// Everything but the product that a price depends on.
    pub context: String,
}

impl Asker {
    /// Whether somebody's account answers for what is asked.
    pub fn has_account(&self) -> bool {
        !matches!(self.party.keeper, Keeper::Nobody)
    }

    /// Whether the supplier tells prices alone; otherwise products are read whole.
    pub fn asks_for_prices(&self) -> bool {
        self.supplier.plugin.offers(Feature::Pricing)
    }

    /// How many prices one call may ask for.
    pub fn batch(&self) -> usize {
        let supplier = self.supplier.manifest().supplier.as_ref();
        match self.asks_for_prices() {
            true => supplier.map_or(1, |supplier| supplier.max_price_batch as usize).max(1),
            false => 1,
        }
    }

    /// The prices of at most [`Self::batch`] products, one result for each. The call
    /// ends soon after `until`.
    ///
    /// # Errors
    /// When the call as a whole failed.
    pub async fn ask(
        &mut self,
        app: &App,
        products: &[ProductRef],
        until: Instant,
    ) -> Result<Vec<Result<Seen, Failure>>, Failure> {
        let turn = app.watching.turn(&self.party.pool_key(self.supplier.id()));
        let _mine = turn.lock().await;
        let mut known = Vec::with_capacity(products.len());
        for product in products {
            known.push(app.watching.recent.get(&self.key(product)).await);
        }
        let wanted: Vec<ProductRef> =
            products.iter().zip(&known).filter(|(_, seen)| seen.is_none()).map(|(p, _)| p.clone()).collect();
        let mut fetched = match wanted.is_empty() {
            true => Vec::new(),
            false => self.fetch(app, &wanted, until).await?,
        }
        .into_iter();
        let mut results = Vec::with_capacity(products.len());
        for (product, seen) in products.iter().zip(known) {
            let result = match seen {
                Some(seen) => Ok(seen),
                None => fetched.next().unwrap_or_else(|| Err(missing())),
            };
            if let Ok(seen) = &result {
                app.watching.recent.insert(self.key(product), *seen).await;
            }
            results.push(result);
        }
        Ok(results)
    }

    fn key(&self, product: &ProductRef) -> Key {
        Key {
            source: self.supplier.id().to_owned(),
            context: self.context.clone(),
            product: product.id.clone(),
        }
    }

    async fn fetch(
        &mut self,
        app: &App,
        wanted: &[ProductRef],
        until: Instant,
    ) -> Result<Vec<Result<Seen, Failure>>, Failure> {
        let plugin = self.supplier.plugin.supplier().ok_or_else(missing)?;
        if !self.asks_for_prices() {
            let mut seen = Vec::with_capacity(wanted.len());
            for product in wanted {
                seen.push(self.read_whole(app, product).await);
            }
            return Ok(seen);
        }
        let deadline = time_for(self.supplier.plugin.limits().call, until, Instant::now());
        let circumstances = Circumstances { deadline, ..self.circumstances.clone() };
        let quotes = Box::pin(call(app, &self.supplier, &mut self.party, &circumstances, |call| {
            plugin.get_prices(call, wanted.to_vec())
        }))
        .await?;
        Ok(quotes.into_iter().map(|quote| quote.and_then(|quote| sane(&quote))).collect())
    }

    /// Without prices of their own, suppliers are asked for the whole product.
    async fn read_whole(&self, app: &App, product: &ProductRef) -> Result<Seen, Failure> {
        let found = Found { supplier: self.supplier.clone(), reference: product.clone() };
        let age = TimeDelta::from_std(app.config.watches.fresh()).unwrap_or_default();
        let product =
            Box::pin(suppliers::product(app, self.user, &found, None, age, &self.circumstances)).await?;
        Ok(Seen { price: product.price, in_stock: None })
    }
}

fn sane(quote: &Quote) -> Result<Seen, Failure> {
    let Quote { price, in_stock, variants: _ } = quote;
    intake::check_price(price)?;
    Ok(Seen { price: *price, in_stock: *in_stock })
}

/// What a call for many prices may take: whatever the plugin is granted, because it
/// may have to ask for one after the other and what was answered before the end counts
/// only if the call ends well. Whoever waits `until` waits no longer than for one look.
fn time_for(granted: Duration, until: Instant, now: Instant) -> Duration {
    granted.min(until.saturating_duration_since(now) + READ_DEADLINE)
}

fn missing() -> Failure {
    Failure::new(ErrorKind::BadAnswer, "The supplier gives no price for this product.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_prices_get_the_time_of_the_plugin_and_nobody_waits_much_longer_than_said() {
        let now = Instant::now();
        let seconds = Duration::from_secs;
        for (granted, left, expected) in [(60, 120, 60), (60, 30, 60), (60, 10, 40), (60, 0, 30), (20, 0, 20)]
        {
            assert_eq!(time_for(seconds(granted), now + seconds(left), now), seconds(expected));
        }
        assert_eq!(time_for(seconds(60), now, now + seconds(5)), READ_DEADLINE);
    }
}
