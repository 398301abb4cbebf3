//! An event as it is sent, read with suspicion: what is not as agreed counts as
//! absent, and both forms are understood that Stripe has used for a fact.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sourcepilot_domain::subscription::{Rank, Snapshot, SubscriptionStatus};

/// The longest id, and the longest name of an event.
const LONGEST: usize = 255;
/// Seconds from 1970 until the year 10000.
const LAST_SECOND: i64 = 253_402_300_799;

/// What Stripe tells.
#[derive(Debug)]
pub(super) struct Event {
    pub id: Option<String>,
    pub kind: Kind,
    /// Seconds from 1970.
    pub created: Option<i64>,
    /// Whether it is about real money.
    pub livemode: Option<bool>,
    object: Value,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A subscription, as it is now.
    Subscription { name: String, rank: Rank },
    /// Somebody has finished a payment page.
    CheckoutCompleted,
    /// Nothing that concerns us.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        if name == "checkout.session.completed" {
            return Kind::CheckoutCompleted;
        }
        let rank = match name.strip_prefix("customer.subscription.") {
            Some("created") => Rank::Created,
            Some("deleted") => Rank::Ended,
            Some(
                "updated"
                | "paused"
                | "resumed"
                | "trial_will_end"
                | "pending_update_applied"
                | "pending_update_expired",
            ) => Rank::Changed,
            _ => return Kind::Other,
        };
        Kind::Subscription { name: name.to_owned(), rank }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Kind::Subscription { name, .. } => name,
            Kind::CheckoutCompleted => "checkout.session.completed",
            Kind::Other => "other",
        }
    }
}

/// Who has paid on which page for what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Completed {
    /// Our user's id, as we gave it to Stripe.
    pub user: Option<String>,
    pub customer: Option<String>,
    pub subscription: Option<String>,
}

impl Event {
    /// `None` when it is not a JSON object.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let Ok(Value::Object(mut fields)) = serde_json::from_slice(body) else { return None };
        let object = fields.get_mut("data").and_then(|data| data.get_mut("object")).map(Value::take);
        Some(Event {
            id: fields.get("id").and_then(id),
            kind: fields.get("type").and_then(Value::as_str).map_or(Kind::Other, Kind::of),
            created: fields.get("created").and_then(whole),
            livemode: fields.get("livemode").and_then(Value::as_bool),
            object: object.unwrap_or_default(),
        })
    }

    /// The subscription that it carries.
    pub(super) fn subscription(&self) -> Option<Snapshot> {
        let ended = matches!(self.kind, Kind::Subscription { rank: Rank::Ended, .. });
        snapshot(&self.object, ended)
    }

    /// The finished payment page that it carries.
    pub(super) fn completed(&self) -> Completed {
        let object = &self.object;
        Completed {
            user: id(&object["client_reference_id"]).or_else(|| id(&object["metadata"]["user_id"])),
            customer: id(&object["customer"]),
            subscription: id(&object["subscription"]),
        }
    }
}

/// A subscription in the form in which Stripe writes it; `ended` when that is known
/// from elsewhere. `None` without id or stage.
pub(super) fn snapshot(object: &Value, ended: bool) -> Option<Snapshot> {
    let fields: &Map<String, Value> = object.as_object()?;
    let item = &object["items"]["data"][0];
    let status = match fields.get("status").and_then(Value::as_str) {
        _ if ended => SubscriptionStatus::Canceled,
        Some(word) => SubscriptionStatus::of(word),
        None => return None,
    };
    // The period moved from the subscription to its items in 2025.
    let either = |name: &str| moment(&item[name]).or_else(|| moment(&object[name]));
    Some(Snapshot {
        stripe_subscription_id: id(&object["id"])?,
        stripe_customer_id: id(&object["customer"]),
        status,
        price_id: id(&item["price"]).or_else(|| id(&item["plan"])).or_else(|| id(&object["plan"])),
        period: either("current_period_start").zip(either("current_period_end")),
        cancel_at_period_end: object["cancel_at_period_end"].as_bool().unwrap_or(false),
        cancel_at: moment(&object["cancel_at"]),
        trial: moment(&object["trial_start"]).zip(moment(&object["trial_end"])),
    })
}

/// An id, or the id of the object that stands in its place.
fn id(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("id")?.as_str())?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && (1..=LONGEST).contains(&text.len())).then(|| text.to_owned())
}

/// A whole number of seconds from 1970 on.
fn whole(value: &Value) -> Option<i64> {
    let seconds = value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
        Some(number as i64)
    })?;
    (0..=LAST_SECOND).contains(&seconds).then_some(seconds)
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(whole(value)?, 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_places_of_the_period_and_expanded_objects_are_read() {
        let old = json!({"id": "sub_1", "customer": "cus_1", "status": "active",
            "items": {"data": [{"price": {"id": "price_1"}}]},
            "current_period_start": 1000, "current_period_end": 2000});
        let new = json!({"id": "sub_1", "customer": {"id": "cus_1"}, "status": "active",
            "items": {"data": [{"price": "price_1", "current_period_start": 1000, "current_period_end": 2000}]}});
        let (old, new) = (snapshot(&old, false).expect("read"), snapshot(&new, false).expect("read"));
        assert_eq!(old, new);
        assert_eq!(old.period.map(|(start, end)| (start.timestamp(), end.timestamp())), Some((1000, 2000)));
        assert_eq!(
            (old.price_id.as_deref(), old.stripe_customer_id.as_deref()),
            (Some("price_1"), Some("cus_1"))
        );
    }

    #[test]
    fn a_subscription_without_id_or_stage_is_none() {
        for object in [
            json!(null),
            json!([]),
            json!("sub_1"),
            json!({}),
            json!({"id": "sub_1"}),
            json!({"status": "active"}),
            json!({"id": "", "status": "active"}),
            json!({"id": 5, "status": "active"}),
            json!({"id": "sub\u{0}1", "status": "active"}),
            json!({"id": "x".repeat(256), "status": "active"}),
            json!({"id": "sub_1", "status": 7}),
        ] {
            assert_eq!(snapshot(&object, false), None, "{object}");
        }
        let bare = snapshot(&json!({"id": "sub_1", "items": {"data": []}}), true).expect("ended");
        assert_eq!((bare.status, bare.price_id, bare.period), (SubscriptionStatus::Canceled, None, None));
    }

    #[test]
    fn impossible_times_count_as_absent() {
        for wrong in
            [json!(-1), json!(1.5), json!("1000"), json!(1e300), json!(i64::MAX), json!(null), json!([])]
        {
            assert_eq!(whole(&wrong), None, "{wrong}");
        }
        assert_eq!(whole(&json!(1000.0)), Some(1000));
    }

    #[test]
    fn events_of_any_form_are_read_or_none() {
        assert!(Event::parse(b"[]").is_none() && Event::parse(b"x").is_none() && Event::parse(b"").is_none());
        let event = Event::parse(b"{}").expect("an object");
        assert_eq!((event.id, &event.kind, event.created), (None, &Kind::Other, None));
        for (name, kind) in [
            ("customer.subscription.deleted", Rank::Ended),
            ("customer.subscription.created", Rank::Created),
            ("customer.subscription.paused", Rank::Changed),
        ] {
            assert_eq!(Kind::of(name), Kind::Subscription { name: name.to_owned(), rank: kind });
        }
        assert_eq!(Kind::of("customer.subscription.zork"), Kind::Other);
        assert_eq!(Kind::of("checkout.session.completed"), Kind::CheckoutCompleted);
    }
}
