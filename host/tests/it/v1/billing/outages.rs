//! When Stripe does not do what was asked.

use serde_json::json;
use sourcepilot_sandbox::{FaultAction, FaultRule};

use super::{checkout, page, with_stripe};
use crate::util::{Setup, TestApp};

const SESSIONS: &str = "/stripe/v1/checkout/sessions";

fn break_once(app: &TestApp, rule: FaultRule) {
    app.world.as_ref().expect("a world").control().add_fault(rule);
}

fn status(status: u16) -> FaultAction {
    let body = json!({"error": {"type": "api_error", "message": "An error occurred."}}).to_string();
    FaultAction::Status { status, body: Some(body), retry_after: None }
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_no_second_page() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    break_once(&app, FaultRule::once(SESSIONS, FaultAction::Drop).afterwards());
    break_once(&app, FaultRule::once("/stripe/v1/customers", FaultAction::Drop).afterwards());
    let session = page(&client, "pro").await;
    assert_eq!(stripe.session_status(&session), Some("open"));
    assert_eq!(stripe.customers(), 1);
    assert_eq!(page(&client, "pro").await, session);
}

#[tokio::test]
async fn what_passes_is_waited_for() {
    let (app, _) = with_stripe().await;
    let client = app.user().await;
    for passing in [status(429), status(409)] {
        break_once(&app, FaultRule::once(SESSIONS, passing));
    }
    page(&client, "pro").await;
    break_once(&app, FaultRule::once("/stripe/v1/billing_portal", status(503)));
    client.post_nothing("/billing/portal").await.expect(200);
}

#[tokio::test]
async fn what_does_not_pass_is_told_and_nothing_is_lost() {
    let (app, _) = with_stripe().await;
    let client = app.user().await;
    break_once(&app, FaultRule::once(SESSIONS, status(500)).times(None));
    let reply = checkout(&client, "pro").await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (503, "The payment provider does not answer at the moment. Try again in a minute.")
    );
    assert!(reply.header("retry-after").is_some());
    let control = app.world.as_ref().expect("a world").control();
    control.clear_faults();
    for nonsense in [FaultAction::Garbage, FaultAction::Html { status: 200 }] {
        control.add_fault(FaultRule::once(SESSIONS, nonsense).times(Some(3)));
        assert!(matches!(checkout(&client, "pro").await.status.as_u16(), 502 | 503));
        control.clear_faults();
    }
    page(&client, "pro").await;
}

#[tokio::test]
async fn a_customer_that_stripe_has_lost_is_made_anew() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    page(&client, "pro").await;
    let user = client.get("/auth/me").await.expect(200)["id"].as_str().and_then(|id| id.parse().ok());
    let customer = async || {
        let found = sourcepilot::db::billing_customers::of_user(&app.app.db, user.expect("an id")).await;
        found.expect("asked").expect("a customer")
    };
    let lost = customer().await;
    stripe.forget_customer(&lost);
    page(&client, "enterprise").await;
    assert_ne!(customer().await, lost);
}

#[tokio::test]
async fn a_wrong_key_is_the_administrators_matter() {
    let app = Setup::default().set("STRIPE_SECRET_KEY", "sk_test_wrong_canary_key").stripe().start().await;
    let reply = checkout(&app.user().await, "pro").await;
    assert_eq!(reply.status, 502);
    assert!(reply.detail().contains("administrator") && !reply.text.contains("canary"), "{}", reply.text);
    let config = format!("{:?}", app.app.config);
    assert!(!config.contains("canary") && !format!("{:?}", app.app).contains("canary"));
}

#[tokio::test]
async fn a_price_that_stripe_does_not_know_is_told() {
    let app = Setup::default().set("STRIPE_PRO_PRICE_ID", "price_of_yesterday").stripe().start().await;
    let reply = checkout(&app.user().await, "pro").await;
    assert_eq!(reply.status, 502, "{}", reply.text);
}
