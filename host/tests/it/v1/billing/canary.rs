//! Secrets of the payment provider appear nowhere, however much is logged.

use sourcepilot_sandbox::{FaultAction, FaultRule};

use super::{checkout, deliver, deliver_all, page, with_stripe};

#[tokio::test]
async fn no_secret_of_stripes_is_logged_or_answered() {
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let control = app.world.as_ref().expect("a world").control();
    control.add_fault(FaultRule::once("/stripe/v1/checkout", FaultAction::Drop));
    stripe.pay(&page(&client, "pro").await).expect("paid");
    checkout(&client, "pro").await;
    deliver_all(&app, &stripe).await;
    let mut forged = stripe.deliveries(0).remove(0);
    forged.signature.push('0');
    assert_eq!(deliver(&app, forged).await, 400);
    let portal = client.post_nothing("/billing/portal").await.expect(200);
    let portal =
        portal["portal_url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a page").to_owned();
    for address in ["/billing/overview", "/billing/current", "/usage", "/auth/me"] {
        client.get(address).await.expect(200);
    }
    // The account's key and the secret of its events are among what is searched for.
    let outcome = app.search.outcome();
    assert_eq!(outcome.found, Vec::<String>::new());
    // The log is there, and says what matters.
    assert!(
        outcome.sees("the log", "a user's plan has changed") && outcome.sees("the log", "no good signature")
    );
    // Both have this in common; whoever has the portal's address is let in.
    for secret in ["demo0000000000000000000", &portal] {
        assert!(!outcome.sees("the log", secret), "{secret} was logged");
        assert!(!outcome.sees("answer of GET", secret), "{secret} was answered");
    }
}
