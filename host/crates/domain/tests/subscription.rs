//! Whatever the order in which events arrive, the end is the same.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::subscription::{
    Absorbed, Rank, Snapshot, Stamp, Subscription, SubscriptionStatus as Status, plan_after,
};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000, 0).expect("a time")
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("a time")
}

#[derive(Clone, Debug)]
struct Event {
    snapshot: Snapshot,
    plan: Option<Plan>,
    stamp: Stamp,
}

fn event(second: i64, n: usize, status: Status, plan: Option<Plan>) -> Event {
    let rank = match status {
        Status::Canceled => Rank::Ended,
        _ if n == 0 => Rank::Created,
        _ => Rank::Changed,
    };
    Event {
        snapshot: Snapshot {
            stripe_subscription_id: "sub_1".to_owned(),
            stripe_customer_id: Some("cus_1".to_owned()),
            status,
            price_id: plan.map(|plan| format!("price_{plan}")),
            period: Some((at(second), at(second + 1000))),
            cancel_at_period_end: second % 2 == 0,
            cancel_at: None,
            trial: None,
        },
        plan,
        stamp: Stamp::of_event(second, rank, &format!("evt_{n}")),
    }
}

/// The user's plan and the subscription after these events.
fn after(events: &[Event], mut plan: Plan) -> (Plan, Subscription) {
    let mut known: Option<Subscription> = None;
    for Event { snapshot, plan: of_price, stamp } in events.iter().cloned() {
        let subscription = match known.take() {
            Some(mut subscription) => {
                subscription.absorb(snapshot, of_price, stamp, now());
                subscription
            }
            None => Subscription::begin(UserId::generate(), snapshot, of_price, stamp, now()),
        };
        plan = plan_after(std::slice::from_ref(&subscription), &subscription).unwrap_or(plan);
        known = Some(subscription);
    }
    (plan, known.expect("an event"))
}

/// What is the same whatever the order.
fn end(events: &[Event]) -> (Plan, Status, Option<Plan>, DateTime<Utc>, bool, Stamp) {
    let (plan, s) = after(events, Plan::Free);
    (plan, s.status, s.plan, s.current_period_end, s.cancel_at_period_end, s.as_of)
}

fn permutations(events: &[Event]) -> Vec<Vec<Event>> {
    if events.len() <= 1 {
        return vec![events.to_vec()];
    }
    (0..events.len())
        .flat_map(|first| {
            let mut rest = events.to_vec();
            let head = rest.remove(first);
            permutations(&rest).into_iter().map(move |mut tail| {
                tail.insert(0, head.clone());
                tail
            })
        })
        .collect()
}

#[test]
fn all_720_orders_of_a_life_of_six_events_end_alike() {
    let pro = Some(Plan::Pro);
    let lives = [
        // Ends cancelled.
        [
            event(10, 0, Status::Incomplete, pro),
            event(10, 1, Status::Trialing, pro),
            event(20, 2, Status::Active, pro),
            event(30, 3, Status::Active, Some(Plan::Enterprise)),
            event(40, 4, Status::PastDue, Some(Plan::Enterprise)),
            event(50, 5, Status::Canceled, Some(Plan::Enterprise)),
        ],
        // Ends unpaid, after a change to a price that nobody knows.
        [
            event(10, 0, Status::Trialing, pro),
            event(10, 1, Status::Active, pro),
            event(10, 2, Status::Active, Some(Plan::Enterprise)),
            event(30, 3, Status::Active, None),
            event(40, 4, Status::PastDue, None),
            event(50, 5, Status::Unpaid, None),
        ],
    ];
    let ends = [(Plan::Free, Status::Canceled), (Plan::Enterprise, Status::Unpaid)];
    for (life, (plan, status)) in lives.into_iter().zip(ends) {
        let orders = permutations(&life);
        assert_eq!(orders.len(), 720);
        let expected = end(&life);
        assert_eq!((expected.0, expected.1), (plan, status));
        for order in orders {
            assert_eq!(end(&order), expected, "{order:#?}");
        }
    }
}

#[test]
fn what_has_ended_is_not_brought_back() {
    let ended = event(10, 5, Status::Canceled, None);
    let (plan, subscription) = after(&[ended, event(99, 1, Status::Active, Some(Plan::Pro))], Plan::Pro);
    assert_eq!((plan, subscription.status, subscription.entitlement()), (Plan::Free, Status::Canceled, None));
}

#[test]
fn nothing_unknown_grants_and_nothing_late_grants_by_itself() {
    for (status, plan, ends) in [
        (Status::Active, None, Plan::Free),
        (Status::Unknown, Some(Plan::Pro), Plan::Free),
        (Status::Paused, Some(Plan::Pro), Plan::Free),
        (Status::IncompleteExpired, Some(Plan::Pro), Plan::Free),
        (Status::PastDue, Some(Plan::Pro), Plan::Free),
        (Status::Unpaid, Some(Plan::Pro), Plan::Free),
        (Status::Incomplete, Some(Plan::Pro), Plan::Free),
        (Status::Trialing, Some(Plan::Pro), Plan::Pro),
        (Status::Active, Some(Plan::Enterprise), Plan::Enterprise),
    ] {
        assert_eq!(after(&[event(10, 1, status, plan)], Plan::Free).0, ends, "{status} {plan:?}");
    }
    // Neither does it take away.
    for status in [Status::PastDue, Status::Unpaid, Status::Incomplete] {
        assert_eq!(after(&[event(10, 1, status, Some(Plan::Pro))], Plan::Enterprise).0, Plan::Enterprise);
    }
}

#[test]
fn another_subscription_in_force_keeps_its_plan() {
    let (_, pro) = after(&[event(10, 1, Status::Active, Some(Plan::Pro))], Plan::Free);
    let (_, ended) = after(&[event(20, 2, Status::Canceled, Some(Plan::Enterprise))], Plan::Free);
    assert_eq!(plan_after(&[pro.clone(), ended.clone()], &ended), Some(Plan::Pro));
    assert_eq!(plan_after(std::slice::from_ref(&ended), &ended), Some(Plan::Free));
    assert_eq!(plan_after(&[ended, pro.clone()], &pro), Some(Plan::Pro));
}

#[test]
fn an_event_that_was_heard_changes_nothing_again() {
    let Event { snapshot, plan, stamp } = event(10, 1, Status::Active, Some(Plan::Pro));
    let mut subscription =
        Subscription::begin(UserId::generate(), snapshot.clone(), plan, stamp.clone(), now());
    let before = subscription.clone();
    assert_eq!(subscription.absorb(snapshot, plan, stamp, at(5)), Absorbed::Nothing);
    assert_eq!(subscription, before);
}

#[test]
fn only_events_of_one_second_are_a_tie() {
    let (_, active) = after(&[event(10, 1, Status::Active, Some(Plan::Pro))], Plan::Free);
    let tie = |second, n, status| active.ties_with(status, &event(second, n, status, None).stamp);
    assert!(tie(10, 2, Status::PastDue));
    assert!(!tie(10, 1, Status::Active));
    assert!(!tie(11, 2, Status::PastDue));
    assert!(!tie(10, 2, Status::Canceled));
}

fn any_event() -> impl Strategy<Value = (i64, Status, Option<Plan>)> {
    let plans = prop_oneof![Just(None), Just(Some(Plan::Pro)), Just(Some(Plan::Enterprise))];
    (1..6_i64, prop::sample::select(Status::ALL.to_vec()), plans)
}

proptest! {
    /// Also with ties, unknown prices and any stage.
    #[test]
    fn the_subscription_does_not_depend_on_the_order(
        raw in prop::collection::vec(any_event(), 1..8), seed in any::<u64>()
    ) {
        let events: Vec<Event> =
            raw.into_iter().enumerate().map(|(n, (second, status, plan))| event(second, n, status, plan)).collect();
        let mut other = events.clone();
        let mut random = seed;
        for i in (1..other.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            other.swap(i, (random >> 33) as usize % (i + 1));
        }
        let (a, b) = (after(&events, Plan::Free).1, after(&other, Plan::Free).1);
        prop_assert_eq!(
            (a.status, a.plan, &a.as_of, a.current_period_end, a.entitlement()),
            (b.status, b.plan, &b.as_of, b.current_period_end, b.entitlement())
        );
    }
}
