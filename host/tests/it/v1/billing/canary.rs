//! Secrets of the payment provider appear nowhere, however much is logged.

use std::io::Write;
use std::sync::{Arc, Mutex};

use sourcepilot_sandbox::{FaultAction, FaultRule, demo};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use super::{checkout, deliver, deliver_all, page, with_stripe};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_of_stripes_is_logged_or_answered() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (app, stripe) = with_stripe().await;
    let client = app.user().await;
    let mut answers = String::new();
    let control = app.world.as_ref().expect("a world").control();
    control.add_fault(FaultRule::once("/stripe/v1/checkout", FaultAction::Drop));
    stripe.pay(&page(&client, "pro").await).expect("paid");
    answers += &checkout(&client, "pro").await.text;
    deliver_all(&app, &stripe).await;
    let mut forged = stripe.deliveries(0).remove(0);
    forged.signature.push('0');
    assert_eq!(deliver(&app, forged).await, 400);
    let portal = client.post_nothing("/billing/portal").await.expect(200);
    let portal =
        portal["portal_url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a page").to_owned();
    for address in ["/billing/overview", "/billing/current", "/usage", "/auth/me"] {
        answers += &client.get(address).await.text;
    }
    let log = String::from_utf8_lossy(&log.0.lock().expect("a lock")).into_owned();
    // The log is there, and says what matters.
    assert!(log.contains("a user's plan has changed") && log.contains("no good signature"));
    for secret in [demo::STRIPE_SECRET_KEY, demo::STRIPE_WEBHOOK_SECRET, "demo0000000000000000000", &portal] {
        assert!(
            !log.contains(secret),
            "{secret} was logged: {:?}",
            log.lines().find(|line| line.contains(secret))
        );
        assert!(!answers.contains(secret), "{secret} was answered");
    }
}
