//! Stripe from inside: what merchants, banks and time do.

use std::sync::Arc;

use serde_json::Value;

use super::deliver::{self, Delivery, Mischief};
use super::life::Turn;
use crate::seed::Seeded;
use crate::world::World;

/// Makes things happen at Stripe.
#[derive(Clone)]
pub struct StripeControl {
    world: Arc<World>,
}

impl std::fmt::Debug for StripeControl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StripeControl").finish_non_exhaustive()
    }
}

impl StripeControl {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    /// Somebody pays on a page. The subscription; `None` when the page is not open.
    #[must_use]
    pub fn pay(&self, session: &str) -> Option<String> {
        let now = self.world.clock.now().timestamp();
        self.world.stripe.books().pay(session, now, self.world.config.stripe.old_periods)
    }

    /// Something happens to a subscription, so many seconds after the last thing.
    /// `false` when it has ended or does not exist.
    pub fn turn(&self, subscription: &str, turn: &Turn, later: u32) -> bool {
        let (now, old) = (self.world.clock.now().timestamp(), self.world.config.stripe.old_periods);
        self.world.stripe.books().turn(subscription, turn, now, i64::from(later), old)
    }

    /// A long life: so many things happen, many of them within one second.
    pub fn live(&self, subscription: &str, things: u32, seed: u64) {
        let mut choices = Seeded::new(seed, &["stripe life", subscription]);
        let prices = &self.world.config.stripe.prices;
        let mut turns: Vec<Turn> = vec![
            Turn::Renew,
            Turn::FailPayment,
            Turn::GiveUp,
            Turn::Recover,
            Turn::CancelAtPeriodEnd,
            Turn::CancelAt,
            Turn::Resume,
        ];
        turns.extend(prices.iter().cloned().map(Turn::ChangePrice));
        for _ in 0..things {
            let turn = choices.pick(&turns).clone();
            let later = choices.below(3) as u32;
            self.turn(subscription, &turn, later);
        }
    }

    /// A subscription as the API shows it.
    #[must_use]
    pub fn subscription(&self, id: &str) -> Option<Value> {
        let books = self.world.stripe.books();
        books.subscriptions.get(id).map(|one| one.json(self.world.config.stripe.old_periods))
    }

    /// A payment page's stage: `open`, `complete` or `expired`.
    #[must_use]
    pub fn session_status(&self, id: &str) -> Option<&'static str> {
        self.world.stripe.books().sessions.get(id).map(|session| session.status)
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.world.stripe.books().customers.len()
    }

    /// Removes a customer, as somebody may do by hand.
    pub fn forget_customer(&self, id: &str) {
        self.world.stripe.books().customers.remove(id);
    }

    /// How many events there have been.
    #[must_use]
    pub fn events(&self) -> usize {
        self.world.stripe.books().events.len()
    }

    /// The events after the first so many, signed, in order.
    #[must_use]
    pub fn deliveries(&self, after: usize) -> Vec<Delivery> {
        let (events, now) = (self.world.stripe.books().events.clone(), self.world.clock.now().timestamp());
        let secret = &self.world.config.stripe.webhook_secret;
        events.iter().skip(after).map(|event| deliver::sign(event, secret, now, true)).collect()
    }

    /// All events as unruly deliveries.
    #[must_use]
    pub fn unruly(&self, mischief: Mischief) -> Vec<Delivery> {
        deliver::unruly(&self.world, mischief)
    }
}
