//! What Stripe remembers.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::refusal::Answer;

/// Everything there is. Times are seconds from 1970.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub customers: BTreeMap<String, Value>,
    pub sessions: BTreeMap<String, Session>,
    pub portals: BTreeMap<String, Portal>,
    pub subscriptions: BTreeMap<String, Subscription>,
    /// Oldest first.
    pub events: Vec<Value>,
    /// By idempotency key: what was asked and answered.
    pub answers: HashMap<String, (String, Answer)>,
    /// The moment of the last event; never moves back.
    pub last_second: i64,
    numbers: u64,
}

/// A payment page.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub id: String,
    pub customer: String,
    pub user: Option<String>,
    pub price: String,
    pub success_url: String,
    pub cancel_url: String,
    pub trial_days: i64,
    pub metadata: Map<String, Value>,
    pub subscription_metadata: Map<String, Value>,
    /// `open`, `complete` or `expired`.
    pub status: &'static str,
    pub subscription: Option<String>,
    pub created: i64,
}

/// A page on which a customer manages payments.
#[derive(Clone, Debug)]
pub(super) struct Portal {
    pub customer: String,
    pub back: Option<String>,
}

/// A subscription.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub id: String,
    pub customer: String,
    pub status: &'static str,
    pub price: String,
    pub start: i64,
    pub end: i64,
    pub cancel_at_period_end: bool,
    pub cancel_at: Option<i64>,
    pub canceled_at: Option<i64>,
    pub trial: Option<(i64, i64)>,
    pub metadata: Map<String, Value>,
    pub created: i64,
}

impl Books {
    /// An id in Stripe's form that was not used before.
    pub(super) fn id(&mut self, kind: &str) -> String {
        self.numbers += 1;
        format!("{kind}_demo{:014}", self.numbers)
    }

    pub(super) fn session_json(&self, session: &Session, base: &str) -> Value {
        let is_open = session.status == "open";
        json!({
            "id": session.id, "object": "checkout.session", "mode": "subscription",
            "client_reference_id": session.user, "customer": session.customer, "metadata": session.metadata,
            "status": session.status,
            "payment_status": if is_open { "unpaid" } else { "no_payment_required" },
            "subscription": session.subscription, "success_url": session.success_url,
            "cancel_url": session.cancel_url, "created": session.created,
            "expires_at": session.created + 86_400, "livemode": false,
            "url": is_open.then(|| format!("{base}/stripe/pay/{}", session.id)),
        })
    }
}

impl Subscription {
    /// As the API and events write it. `old_periods`: as before 2025.
    pub(super) fn json(&self, old_periods: bool) -> Value {
        let mut item = json!({
            "id": format!("si_{}", &self.id[4..]), "object": "subscription_item", "quantity": 1,
            "price": {"id": self.price, "object": "price", "recurring": {"interval": "month"}},
        });
        let mut subscription = json!({
            "id": self.id, "object": "subscription", "customer": self.customer, "status": self.status,
            "cancel_at_period_end": self.cancel_at_period_end, "cancel_at": self.cancel_at,
            "canceled_at": self.canceled_at, "created": self.created, "livemode": false,
            "trial_start": self.trial.map(|(start, _)| start), "trial_end": self.trial.map(|(_, end)| end),
            "metadata": self.metadata,
        });
        let place = if old_periods { &mut subscription } else { &mut item };
        place["current_period_start"] = self.start.into();
        place["current_period_end"] = self.end.into();
        subscription["items"] = json!({"object": "list", "data": [item]});
        subscription
    }
}
