//! Subscriptions as the payment provider tells of them, and what they entitle to.
//!
//! Events arrive late, twice and in any order. What is kept therefore depends only
//! on which events have arrived, never on their order: every event is named by a
//! [`Stamp`], the newest one decides, and what has ended stays ended.

mod stamp;
mod status;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::{SubscriptionId, UserId};
use crate::plan::Plan;

pub use stamp::{Rank, Stamp};
pub use status::SubscriptionStatus;

/// Assumed when nobody says how long a period is.
const USUAL_PERIOD: TimeDelta = TimeDelta::days(30);

/// A subscription as the payment provider described it at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The provider's id, `sub_…`.
    pub stripe_subscription_id: String,
    /// The provider's id of the customer, `cus_…`.
    pub stripe_customer_id: Option<String>,
    /// Its stage.
    pub status: SubscriptionStatus,
    /// The provider's id of what is paid for.
    pub price_id: Option<String>,
    /// Beginning and end of what is paid for.
    pub period: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether it ends with the period.
    pub cancel_at_period_end: bool,
    /// When it will end, if that is known.
    pub cancel_at: Option<DateTime<Utc>>,
    /// Beginning and end of the time without payment.
    pub trial: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What one snapshot changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absorbed {
    /// It is the newest: the subscription is as it says.
    Newest,
    /// It is older, but something of it was not known yet.
    Noted,
    /// It says nothing new.
    Nothing,
}

/// A subscription of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id here.
    pub id: SubscriptionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The provider's id.
    pub stripe_subscription_id: String,
    /// What is paid for, as the provider calls it.
    pub stripe_price_id: Option<String>,
    /// The plan that the last known price stands for; none was known yet when absent.
    pub plan: Option<Plan>,
    /// The event that named that price.
    pub plan_as_of: Stamp,
    /// Its stage.
    pub status: SubscriptionStatus,
    /// Whether it was ever seen in force.
    pub has_granted: bool,
    /// Beginning of what is paid for.
    pub current_period_start: DateTime<Utc>,
    /// End of what is paid for.
    pub current_period_end: DateTime<Utc>,
    /// Whether it ends with the period.
    pub cancel_at_period_end: bool,
    /// When it will end, if that is known.
    pub cancel_at: Option<DateTime<Utc>>,
    /// Beginning of the time without payment.
    pub trial_start: Option<DateTime<Utc>>,
    /// End of the time without payment.
    pub trial_end: Option<DateTime<Utc>>,
    /// The event that the rest was read in.
    pub as_of: Stamp,
    /// Counts the changes of the row.
    pub version: i64,
    /// When it was first heard of.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Subscription {
    /// One that was not known before. `plan` is what the snapshot's price stands for,
    /// if it is a known one.
    #[must_use]
    pub fn begin(
        user_id: UserId,
        snapshot: Snapshot,
        plan: Option<Plan>,
        stamp: Stamp,
        now: DateTime<Utc>,
    ) -> Self {
        let mut subscription = Subscription {
            id: SubscriptionId::generate(),
            user_id,
            stripe_subscription_id: snapshot.stripe_subscription_id.clone(),
            stripe_price_id: None,
            plan: None,
            plan_as_of: Stamp::NEVER,
            status: SubscriptionStatus::Incomplete,
            has_granted: false,
            current_period_start: now,
            current_period_end: now + USUAL_PERIOD,
            cancel_at_period_end: false,
            cancel_at: None,
            trial_start: None,
            trial_end: None,
            as_of: Stamp::NEVER,
            version: 0,
            created_at: now,
            updated_at: now,
        };
        subscription.absorb(snapshot, plan, stamp, now);
        subscription
    }

    /// Take in what one event says.
    pub fn absorb(
        &mut self,
        snapshot: Snapshot,
        plan: Option<Plan>,
        stamp: Stamp,
        now: DateTime<Utc>,
    ) -> Absorbed {
        let mut noted = false;
        if plan.is_some() && stamp > self.plan_as_of {
            (self.plan, self.plan_as_of) = (plan, stamp.clone());
            noted = true;
        }
        if snapshot.status.grants() && !self.has_granted {
            self.has_granted = true;
            noted = true;
        }
        let newest = self.gives_way_to(snapshot.status, &stamp);
        if newest {
            self.become_like(snapshot, stamp);
        }
        if newest || noted {
            self.updated_at = now;
        }
        match (newest, noted) {
            (true, _) => Absorbed::Newest,
            (false, true) => Absorbed::Noted,
            (false, false) => Absorbed::Nothing,
        }
    }

    /// What has ended never begins again, whatever an event says that was on its way
    /// longer; otherwise the newer event is right.
    fn gives_way_to(&self, status: SubscriptionStatus, stamp: &Stamp) -> bool {
        match (self.status.is_final(), status.is_final()) {
            (true, false) => false,
            (false, true) => true,
            _ => *stamp > self.as_of,
        }
    }

    fn become_like(&mut self, snapshot: Snapshot, stamp: Stamp) {
        let Snapshot {
            stripe_subscription_id: _,
            stripe_customer_id: _,
            status,
            price_id,
            period,
            cancel_at_period_end,
            cancel_at,
            trial,
        } = snapshot;
        self.status = status;
        self.stripe_price_id = price_id.or(self.stripe_price_id.take());
        if let Some((start, end)) = period {
            (self.current_period_start, self.current_period_end) = (start, end);
        }
        (self.cancel_at_period_end, self.cancel_at) = (cancel_at_period_end, cancel_at);
        if let Some((start, end)) = trial {
            (self.trial_start, self.trial_end) = (Some(start), Some(end));
        }
        self.as_of = stamp;
    }

    /// Whether this event and the newest known one were made in the same second, so
    /// that their order is a guess.
    #[must_use]
    pub fn ties_with(&self, status: SubscriptionStatus, stamp: &Stamp) -> bool {
        !self.status.is_final()
            && !status.is_final()
            && *stamp != self.as_of
            && stamp.second() == self.as_of.second()
    }

    /// Whether it will end although nobody has to pay for it any more: either form in
    /// which the provider says so.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.cancel_at_period_end || self.cancel_at.is_some()
    }

    /// The plan that it entitles to. What is unpaid for the moment keeps what it gave
    /// before, and gives nothing by itself.
    #[must_use]
    pub fn entitlement(&self) -> Option<Plan> {
        let holds = self.status.grants() || (self.status.keeps() && self.has_granted);
        self.plan.filter(|_| holds)
    }
}

/// The plan of a user with these subscriptions after `touched`, one of them, was
/// changed; `None` when it stays what it is. The best subscription counts. The end
/// of the last one leaves the free plan.
#[must_use]
pub fn plan_after(all: &[Subscription], touched: &Subscription) -> Option<Plan> {
    let best = all.iter().filter_map(Subscription::entitlement).max();
    best.or_else(|| touched.status.takes_away().then_some(Plan::Free))
}
