//! Customers, subscriptions, pages and events of the payment provider.

use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::subscription::{Snapshot, Stamp, Subscription, SubscriptionStatus};
use tokio::task::JoinSet;

use super::{World, later, now};
use crate::db::stripe_events::{self, Received};
use crate::db::{DbError, Rule, billing_checkouts, billing_customers, subscriptions, worker};

fn subscription(user: UserId, id: &str, status: SubscriptionStatus, age: i64) -> Subscription {
    let snapshot = Snapshot {
        stripe_subscription_id: id.to_owned(),
        stripe_customer_id: Some("cus_1".to_owned()),
        status,
        price_id: Some("price_1".to_owned()),
        period: Some((now(), later(1000))),
        cancel_at_period_end: false,
        cancel_at: Some(later(500)),
        trial: None,
    };
    Subscription::begin(user, snapshot, Some(Plan::Pro), Stamp::of_arrival(now()), later(-age))
}

#[tokio::test]
async fn a_user_is_one_customer_and_a_customer_one_user() {
    let world = World::new().await;
    let (a, b) = (world.user("a").await.id, world.user("b").await.id);
    let remember = async |user, customer: &'static str| {
        world
            .db
            .transaction(async move |tx| billing_customers::remember(&tx, user, customer, now()).await)
            .await
    };
    assert_eq!(remember(a, "cus_1").await.unwrap(), "cus_1");
    assert_eq!(remember(a, "cus_2").await.unwrap(), "cus_1");
    assert!(remember(b, "cus_1").await.unwrap_err().breaks(Rule::BillingCustomer));
    assert_eq!(worker::user_of_customer(&world.db, "cus_1").await.unwrap(), Some(a));
    assert_eq!(worker::user_of_customer(&world.db, "cus_2").await.unwrap(), None);
    let forget = async |user, customer: &'static str| {
        world
            .db
            .transaction(async move |tx| billing_customers::forget(&tx, user, customer).await)
            .await
            .unwrap()
    };
    assert_eq!(
        (forget(b, "cus_1").await, forget(a, "cus_2").await, forget(a, "cus_1").await),
        (false, false, true)
    );
    assert_eq!(billing_customers::of_user(&world.db, a).await.unwrap(), None);
}

/// A double click: both requests were given the same customer, and both keep it.
#[tokio::test]
async fn a_customer_kept_twice_at_the_same_time_is_kept_once() {
    let world = World::new().await;
    for round in 0..100 {
        let user = world.user(&format!("u{round}")).await.id;
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let (db, customer) = (world.db.clone(), format!("cus_{round}"));
            tasks.spawn(async move {
                db.transaction(async move |tx| billing_customers::remember(&tx, user, &customer, now()).await)
                    .await
            });
        }
        for kept in tasks.join_all().await {
            assert_eq!(kept.expect("kept"), format!("cus_{round}"));
        }
    }
}

#[tokio::test]
async fn a_subscription_comes_back_as_it_was_kept_and_in_order() {
    let world = World::new().await;
    let (user, other) = (world.user("a").await.id, world.user("b").await.id);
    let all = [
        subscription(user, "sub_old", SubscriptionStatus::Canceled, 300),
        subscription(user, "sub_live", SubscriptionStatus::Active, 200),
        subscription(user, "sub_new", SubscriptionStatus::Canceled, 100),
    ];
    for one in all.clone() {
        world.db.transaction(async move |tx| subscriptions::save(&tx, &one).await).await.unwrap();
    }
    let kept = subscriptions::list(&world.db, user).await.unwrap();
    let ids: Vec<&str> = kept.iter().map(|one| one.stripe_subscription_id.as_str()).collect();
    assert_eq!(ids, ["sub_live", "sub_new", "sub_old"]);
    assert_eq!(kept[0].as_of, all[1].as_of);
    assert_eq!(
        (kept[0].plan, kept[0].status, kept[0].version),
        (Some(Plan::Pro), SubscriptionStatus::Active, 1)
    );
    assert!(subscriptions::list(&world.db, other).await.unwrap().is_empty());
    let stolen = subscription(other, "sub_live", SubscriptionStatus::Active, 0);
    let refused = world.db.transaction(async move |tx| subscriptions::save(&tx, &stolen).await).await;
    assert!(refused.unwrap_err().breaks(Rule::SubscriptionStripeId));
}

#[tokio::test]
async fn who_changes_an_older_version_is_told() {
    let world = World::new().await;
    let user = world.user("a").await.id;
    let fresh = subscription(user, "sub_1", SubscriptionStatus::Active, 0);
    world.db.transaction(async move |tx| subscriptions::save(&tx, &fresh).await).await.unwrap();
    let read = subscriptions::list(&world.db, user).await.unwrap().remove(0);
    for expected in [true, false] {
        let same = read.clone();
        let saved = world.db.transaction(async move |tx| subscriptions::save(&tx, &same).await).await;
        assert_eq!(saved.unwrap(), expected);
    }
}

#[tokio::test]
async fn an_event_is_noted_once_and_with_what_it_does() {
    let world = World::new().await;
    let received = || Received {
        event_id: "evt_1".to_owned(),
        kind: "customer.subscription.updated".to_owned(),
        stripe_subscription_id: None,
        stripe_customer_id: Some("cus_1".to_owned()),
        outcome: "obeyed",
    };
    let undone: Result<(), DbError> = world
        .db
        .transaction(async move |tx| {
            assert!(stripe_events::record(&tx, received(), now()).await?);
            Err(DbError::ShuttingDown)
        })
        .await;
    assert!(undone.is_err() && !stripe_events::is_known(&world.db, "evt_1").await.unwrap());
    for expected in [true, false] {
        let noted = world.db.transaction(async move |tx| stripe_events::record(&tx, received(), now()).await);
        assert_eq!(noted.await.unwrap(), expected);
    }
    assert!(stripe_events::is_known(&world.db, "evt_1").await.unwrap());
    let cleaned = async |days: i64| {
        let at = later(days * 86_400);
        world.db.transaction(async move |tx| worker::remove_expired(&tx, at).await).await.unwrap()
    };
    assert_eq!((cleaned(80).await, cleaned(100).await), (0, 1));
}

#[tokio::test]
async fn the_last_page_takes_the_place_of_the_one_before() {
    let world = World::new().await;
    let user = world.user("a").await.id;
    let replace = async |session: &'static str| {
        world
            .db
            .transaction(async move |tx| billing_checkouts::replace(&tx, user, session, now()).await)
            .await
            .unwrap()
    };
    assert_eq!(replace("cs_1").await, None);
    assert_eq!(replace("cs_1").await, None);
    assert_eq!(replace("cs_2").await.as_deref(), Some("cs_1"));
    assert_eq!(billing_checkouts::of_user(&world.db, user).await.unwrap().as_deref(), Some("cs_2"));
}
