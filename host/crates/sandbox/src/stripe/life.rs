//! What happens to subscriptions, and the events that tell of it.

use serde_json::{Value, json};

use super::books::{Books, Session, Subscription};

const DAY: i64 = 86_400;
const PERIOD: i64 = 30 * DAY;
/// Pages are open for a day.
const PAGE_LIFE: i64 = DAY;

/// Something that happens to a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The trial is over, or a new period has begun, and was paid for.
    Renew,
    /// A payment did not come.
    FailPayment,
    /// Stripe has given up on the payment.
    GiveUp,
    /// The payment came after all.
    Recover,
    /// The customer pays for something else from now on.
    ChangePrice(String),
    /// It will end with the period, in the older form.
    CancelAtPeriodEnd,
    /// It will end with the period, in the newer form.
    CancelAt,
    /// It will not end after all.
    Resume,
    /// It ends now.
    End,
}

impl Books {
    /// Somebody pays on a page. The id of the subscription; `None` when the page is not
    /// open.
    pub(super) fn pay(&mut self, session: &str, now: i64, old_periods: bool) -> Option<String> {
        let mut page = self.sessions.get(session).filter(|page| page.is_open(now)).cloned()?;
        let now = self.moment(now, 1);
        let id = self.id("sub");
        let trial = (page.trial_days > 0).then_some((now, now + page.trial_days * DAY));
        let subscription = Subscription {
            id: id.clone(),
            customer: page.customer.clone(),
            status: if trial.is_some() { "trialing" } else { "active" },
            price: page.price.clone(),
            start: now,
            end: trial.map_or(now + PERIOD, |(_, end)| end),
            cancel_at_period_end: false,
            cancel_at: None,
            canceled_at: None,
            trial,
            metadata: page.subscription_metadata.clone(),
            created: now,
        };
        (page.status, page.subscription) = ("complete", Some(id.clone()));
        let told = self.session_json(&page, "");
        self.sessions.insert(page.id.clone(), page);
        self.tell("customer.subscription.created", now, &subscription.json(old_periods));
        self.tell("checkout.session.completed", now, &told);
        self.subscriptions.insert(id.clone(), subscription);
        Some(id)
    }

    /// Let something happen, `later` seconds after the last thing. `false` when the
    /// subscription has ended or does not exist.
    pub(super) fn turn(&mut self, id: &str, turn: &Turn, now: i64, later: i64, old_periods: bool) -> bool {
        let open = self.subscriptions.get(id).filter(|subscription| subscription.status != "canceled");
        let Some(mut subscription) = open.cloned() else { return false };
        let now = self.moment(now, later);
        subscription.become_after(turn, now);
        let ended = *turn == Turn::End;
        let name = if ended { "customer.subscription.deleted" } else { "customer.subscription.updated" };
        self.tell(name, now, &subscription.json(old_periods));
        self.subscriptions.insert(id.to_owned(), subscription);
        true
    }

    fn moment(&mut self, now: i64, later: i64) -> i64 {
        self.last_second = now.max(self.last_second + later);
        self.last_second
    }

    fn tell(&mut self, name: &str, now: i64, object: &Value) {
        let id = self.id("evt");
        self.events.push(json!({
            "id": id, "object": "event", "api_version": "2026-09-30.endive", "created": now, "livemode": false,
            "type": name, "data": {"object": object}, "pending_webhooks": 1,
            "request": {"id": null, "idempotency_key": null},
        }));
    }
}

impl Session {
    pub(super) fn is_open(&self, now: i64) -> bool {
        self.status == "open" && now < self.created + PAGE_LIFE
    }
}

impl Subscription {
    fn become_after(&mut self, turn: &Turn, now: i64) {
        match turn {
            Turn::Renew => {
                (self.status, self.start, self.end) = ("active", self.end, self.end + PERIOD);
            }
            Turn::FailPayment => self.status = "past_due",
            Turn::GiveUp => self.status = "unpaid",
            Turn::Recover => self.status = "active",
            Turn::ChangePrice(price) => self.price.clone_from(price),
            Turn::CancelAtPeriodEnd => {
                (self.cancel_at_period_end, self.cancel_at) = (true, Some(self.end));
            }
            Turn::CancelAt => (self.cancel_at_period_end, self.cancel_at) = (false, Some(self.end)),
            Turn::Resume => (self.cancel_at_period_end, self.cancel_at) = (false, None),
            Turn::End => (self.status, self.canceled_at) = ("canceled", Some(now)),
        }
    }
}
