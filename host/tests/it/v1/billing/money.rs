//! Paying with Stripe, on the demo world's simulator.

use serde_json::Value;
use sourcepilot_sandbox::Turn;

use super::{checkout, current, deliver, deliver_all, page, plan, with_stripe};
use crate::util::TestApp;

/// The forms that were posted to a path of Stripe's.
fn posted(app: &TestApp, path: &str) -> Vec<String> {
    let requests = app.world.as_ref().expect("a world").control().requests(0);
    requests.into_iter().filter(|entry| entry.path == path).map(|entry| entry.body).collect()
}

#[tokio::test]
async fn a_plan_is_there_when_it_has_been_paid_for() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let made = checkout(&client, "pro").await.expect(201);
    let session = made["session_id"].as_str().expect("an id");
    let base = &app.world.as_ref().expect("a world").urls.base;
    assert_eq!(made["checkout_url"], format!("{base}/stripe/pay/{session}"));
    assert_eq!((current(&client).await, plan(&client).await.as_str()), (Value::Null, "free"));

    let subscription = stripe.pay(session).expect("paid");
    deliver_all(&app, &stripe).await;
    let begun = current(&client).await;
    assert_eq!((&begun["status"], &begun["plan"]), (&"trialing".into(), &"pro".into()));
    assert_eq!((&begun["trial_end"], plan(&client).await.as_str()), (&begun["current_period_end"], "pro"));
    assert_eq!(begun["stripe_subscription_id"], subscription);
    assert_eq!(checkout(&client, "enterprise").await.detail(), "User already has an active subscription");

    let form = posted(&app, "/stripe/v1/checkout/sessions").remove(0);
    for part in [
        "mode=subscription",
        "line_items[0][price]=price_demo_pro",
        "line_items[0][quantity]=1",
        "subscription_data[trial_period_days]=14",
        "metadata[plan]=pro",
        &format!("subscription_data[metadata][user_id]={}", begun["user_id"].as_str().expect("an id")),
        &format!("client_reference_id={}", begun["user_id"].as_str().expect("an id")),
    ] {
        assert!(form.contains(part), "{part} is not in {form}");
    }
    assert!(posted(&app, "/stripe/v1/customers")[0].contains("metadata[service]=sourcepilot"));
}

#[tokio::test]
async fn a_trial_is_given_once() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let first = stripe.pay(&page(&client, "pro").await).expect("paid");
    stripe.turn(&first, &Turn::End, 10);
    deliver_all(&app, &stripe).await;
    assert_eq!(
        (current(&client).await["status"].clone(), plan(&client).await.as_str()),
        ("canceled".into(), "free")
    );
    let second = stripe.pay(&page(&client, "pro").await).expect("paid");
    deliver_all(&app, &stripe).await;
    let now = current(&client).await;
    assert_eq!((&now["stripe_subscription_id"], &now["status"]), (&second.as_str().into(), &"active".into()));
    assert!(now["trial_end"].is_null());
    assert_eq!(plan(&client).await, "pro");
}

#[tokio::test]
async fn both_ways_to_end_with_the_period_are_seen() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let subscription = stripe.pay(&page(&client, "enterprise").await).expect("paid");
    let ending = async |turn: &Turn| {
        stripe.turn(&subscription, turn, 5);
        deliver_all(&app, &stripe).await;
        current(&client).await["cancel_at_period_end"].clone()
    };
    assert_eq!(ending(&Turn::Renew).await, false);
    assert_eq!(ending(&Turn::CancelAt).await, true);
    assert_eq!(ending(&Turn::Resume).await, false);
    assert_eq!(ending(&Turn::CancelAtPeriodEnd).await, true);
    assert_eq!(plan(&client).await, "enterprise");
}

#[tokio::test]
async fn payments_are_managed_at_stripe() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    assert_eq!(client.post_nothing("/billing/portal").await.detail(), "User has no billing account");
    stripe.pay(&page(&client, "pro").await).expect("paid");
    let portal = client.post_nothing("/billing/portal").await.expect(200);
    let url = portal["portal_url"].as_str().expect("an address");
    assert!(url.contains("/stripe/portal/bps_"), "{url}");
}

#[tokio::test]
async fn a_double_click_leads_to_one_page_and_a_change_of_mind_to_the_last() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let replies = futures::future::join_all((0..4).map(|_| page(&client, "pro"))).await;
    assert!(replies.iter().all(|session| *session == replies[0]), "{replies:?}");
    assert_eq!(stripe.customers(), 1);
    let other = page(&client, "enterprise").await;
    assert_eq!(stripe.session_status(&replies[0]), Some("expired"));
    assert_eq!(stripe.session_status(&other), Some("open"));
    assert_eq!(page(&client, "enterprise").await, other);
    let again = page(&client, "pro").await;
    assert_eq!(
        (stripe.session_status(&other), stripe.session_status(&again)),
        (Some("expired"), Some("open"))
    );
}

#[tokio::test]
async fn who_has_just_paid_is_not_sent_to_pay_again() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    stripe.pay(&page(&client, "pro").await).expect("paid");
    // Stripe has not told us yet.
    for plan in ["enterprise", "pro"] {
        let again = checkout(&client, plan).await;
        assert_eq!((again.status.as_u16(), again.detail()), (400, "User already has an active subscription"));
    }
}

/// The row that links merchant and customer was lost: the end of the payment page
/// brings it back, and what was missed meanwhile is asked for.
#[tokio::test]
async fn news_of_an_unknown_customer_are_made_up_for() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    stripe.pay(&page(&client, "pro").await).expect("paid");
    let user = client.get("/auth/me").await.expect(200)["id"].as_str().and_then(|id| id.parse().ok());
    let user: sourcepilot_domain::ids::UserId = user.expect("an id");
    let db = &app.app.db;
    let customer = sourcepilot::db::billing_customers::of_user(db, user).await.expect("asked").expect("one");
    let lost = db
        .transaction(async move |tx| sourcepilot::db::billing_customers::forget(&tx, user, &customer).await)
        .await;
    assert!(lost.expect("forgotten"));
    let mut deliveries = stripe.deliveries(0).into_iter();
    assert_eq!(deliver(&app, deliveries.next().expect("created")).await, 200);
    assert_eq!(current(&client).await, Value::Null);
    assert_eq!(deliver(&app, deliveries.next().expect("completed")).await, 200);
    assert_eq!(
        (current(&client).await["status"].clone(), plan(&client).await.as_str()),
        ("trialing".into(), "pro")
    );
}

/// Two changes within one second, of which the later one has the smaller id: only
/// Stripe knows.
#[tokio::test]
async fn of_one_second_stripe_is_asked() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let subscription = stripe.pay(&page(&client, "pro").await).expect("paid");
    deliver_all(&app, &stripe).await;
    let known = stripe.events();
    stripe.turn(&subscription, &Turn::FailPayment, 5);
    stripe.turn(&subscription, &Turn::Recover, 0);
    let swapped: Vec<_> = stripe.deliveries(known).into_iter().rev().collect();
    for (delivery, id) in swapped.into_iter().zip(["evt_a", "evt_b"]) {
        let mut event: Value = serde_json::from_str(&delivery.body).expect("JSON");
        event["id"] = id.into();
        let body = event.to_string();
        let signature =
            super::super::webhooks::signed(&body, sourcepilot_sandbox::demo::STRIPE_WEBHOOK_SECRET);
        assert_eq!(deliver(&app, sourcepilot_sandbox::Delivery { body, signature, ..delivery }).await, 200);
    }
    assert_eq!(current(&client).await["status"], "active");
}
