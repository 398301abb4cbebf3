//! Ten thousand deliveries: shuffled, many of them twice, some forged.

use std::collections::BTreeSet;
use std::time::Instant;

use futures::StreamExt;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use sourcepilot_sandbox::{Mischief, StripeControl, Turn, demo};

use super::{current, deliver, page, plan, with_stripe};
use crate::util::{Client, TestApp};

const TOTAL: usize = 10_000;
const MERCHANTS: u32 = 20;
/// So that three in ten of the genuine deliveries are repeats.
const THINGS: u32 = 330;

struct Merchant {
    client: Client,
    subscription: String,
    has_ended: bool,
}

async fn merchants(app: &TestApp, stripe: &StripeControl) -> Vec<Merchant> {
    let mut merchants = Vec::new();
    for n in 0..MERCHANTS {
        let client = app.user().await;
        let plan = if n % 2 == 0 { "pro" } else { "enterprise" };
        let subscription = stripe.pay(&page(&client, plan).await).expect("paid");
        stripe.live(&subscription, THINGS, u64::from(n));
        let has_ended = n % 4 == 3 && stripe.turn(&subscription, &Turn::End, 0);
        merchants.push(Merchant { client, subscription, has_ended });
    }
    merchants
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    let connection = app.app.db.for_engine();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect("asked").expect("a row");
    row.try_get("", "n").expect("a number")
}

/// The plan of the last price that stands for one, by the events in their order.
fn paid_plan(stripe: &StripeControl, subscription: &str) -> &'static str {
    let [pro, enterprise, _] = demo::STRIPE_PRICES;
    let mut plan = "free";
    for delivery in stripe.deliveries(0) {
        let event: Value = serde_json::from_str(&delivery.body).expect("JSON");
        let object = &event["data"]["object"];
        match object["items"]["data"][0]["price"]["id"].as_str() {
            Some(price) if object["id"] == subscription && price == pro => plan = "pro",
            Some(price) if object["id"] == subscription && price == enterprise => plan = "enterprise",
            _ => {}
        }
    }
    plan
}

fn moment(value: &Value) -> Option<i64> {
    value.as_str().map(|text| text.parse::<chrono::DateTime<chrono::Utc>>().expect("a time").timestamp())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_unruly_deliveries_are_obeyed_exactly_once() {
    let (app, stripe) = with_stripe().await;
    let merchants = merchants(&app, &stripe).await;
    let mischief = Mischief { seed: 7, total: TOTAL, bad_signatures: 5 };
    let deliveries = stripe.unruly(mischief);
    let events = stripe.events();
    assert_eq!(deliveries.len(), TOTAL);
    let distinct: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.event_id.as_str()).collect();
    assert_eq!(distinct.len(), events);
    let begun = Instant::now();
    let outcomes: Vec<(bool, u16)> = futures::stream::iter(deliveries)
        .map(|delivery| {
            let app = &app;
            async move { (delivery.is_genuine, deliver(app, delivery).await) }
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let took = begun.elapsed();
    let of = |genuine, status| outcomes.iter().filter(|outcome| **outcome == (genuine, status)).count();
    let (taken, refused) = (of(true, 200), of(false, 400));
    assert_eq!(
        (taken + refused, refused),
        (TOTAL, TOTAL * 5 / 100),
        "others: {:?}",
        outcomes.iter().find(|o| !matches!(o, (true, 200) | (false, 400)))
    );
    let noted = count(&app, "SELECT count(*) AS n FROM stripe_events").await;
    let obeyed = count(&app, "SELECT count(*) AS n FROM stripe_events WHERE outcome = 'obeyed'").await;
    let kept = count(&app, "SELECT count(*) AS n FROM subscriptions").await;
    assert_eq!((noted, obeyed, kept), (events as i64, events as i64, i64::from(MERCHANTS)));
    for merchant in &merchants {
        is_as_at_stripe(&stripe, merchant).await;
    }
    #[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
    {
        println!(
            "{TOTAL} deliveries in {took:.1?}: {taken} taken, {refused} refused for their signature, \
             {} repeats, {events} events obeyed once, {kept} subscriptions as at Stripe",
            taken - events
        );
    }
}

async fn is_as_at_stripe(stripe: &StripeControl, merchant: &Merchant) {
    let Merchant { client, subscription, has_ended } = merchant;
    let theirs = stripe.subscription(subscription).expect("known");
    let ours = current(client).await;
    assert_eq!(ours["stripe_subscription_id"], subscription.as_str());
    assert_eq!(ours["status"], theirs["status"]);
    let ending = theirs["cancel_at_period_end"] == true || !theirs["cancel_at"].is_null();
    assert_eq!(ours["cancel_at_period_end"], ending);
    let item = &theirs["items"]["data"][0];
    assert_eq!(moment(&ours["current_period_end"]), item["current_period_end"].as_i64());
    assert_eq!(moment(&ours["trial_end"]), theirs["trial_end"].as_i64());
    let expected = if *has_ended { "free" } else { paid_plan(stripe, subscription) };
    assert_eq!((plan(client).await.as_str(), *has_ended), (expected, theirs["status"] == "canceled"));
}
