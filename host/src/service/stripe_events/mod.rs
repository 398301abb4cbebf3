//! What Stripe tells us: who has paid, and what became of it.
//!
//! Events come twice, late and in any order. Each is obeyed once: it is noted in the
//! transaction that does what it asks for. Its place among the others is in the event
//! itself, so that the order in which they come does not matter; where two were made in
//! the same second, Stripe is asked what is true.

mod event;
mod mirror;
mod signature;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::subscription::{Rank, Stamp};

use crate::app::App;
use crate::config::BillingMode;
use crate::db::stripe_events::{self, Received};
use crate::db::{DbError, Rule, billing_customers, users, worker};
use event::{Completed, Event, Kind};
use mirror::{Heard, mirror};

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StripeEventError {
    #[error("Invalid webhook signature")]
    Signature,
    #[error("Invalid JSON payload")]
    NotJson,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// How far an event can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Stripe has signed it.
    Signed,
    /// Anybody may have sent it: only with play money.
    Unsigned,
}

/// Take an event in. `Ok` also for what does not concern us: Stripe would only send it
/// again.
///
/// # Errors
/// When it does not come from Stripe, is no event, or could not be kept.
pub async fn receive(app: &App, body: &[u8], signature: Option<&str>) -> Result<(), StripeEventError> {
    let trust = trust(app, body, signature)?;
    let event = Event::parse(body).ok_or(StripeEventError::NotJson)?;
    if event.kind == Kind::Other {
        return Ok(());
    }
    let note = Note::of(&event, trust, body);
    if let Some(id) = &note.id
        && stripe_events::is_known(&app.db, id).await?
    {
        return Ok(());
    }
    if is_of_other_mode(app, &event) {
        tracing::warn!(event.kind = event.kind.name(), "an event of Stripe is about the other kind of money");
        return set_aside(app, &note, "other-mode").await;
    }
    match &event.kind {
        Kind::Subscription { rank, .. } => subscription(app, &event, *rank, &note).await,
        Kind::CheckoutCompleted => completed(app, &event, trust, &note).await,
        Kind::Other => Ok(()),
    }
}

fn trust(app: &App, body: &[u8], signature: Option<&str>) -> Result<Trust, StripeEventError> {
    let settings = &app.config.stripe;
    let secrets: Vec<SecretString> = settings.webhook_secrets();
    if secrets.is_empty() && settings.mode() == BillingMode::Mock && !app.config.is_production() {
        return Ok(Trust::Unsigned);
    }
    let genuine =
        signature.is_some_and(|header| signature::is_genuine(&secrets, header, body, app.now().timestamp()));
    if genuine && settings.mode() != BillingMode::Off {
        Ok(Trust::Signed)
    } else {
        tracing::warn!("an event was refused: it has no good signature of Stripe's");
        Err(StripeEventError::Signature)
    }
}

/// Play money does not pay for real plans, nor the other way round.
fn is_of_other_mode(app: &App, event: &Event) -> bool {
    let settings = &app.config.stripe;
    let real = settings.is_test_key().filter(|_| settings.mode() == BillingMode::Stripe).map(|test| !test);
    real.zip(event.livemode).is_some_and(|(ours, theirs)| ours != theirs)
}

/// Under which name an event is noted.
#[derive(Clone, Debug)]
struct Note {
    id: Option<String>,
    kind: String,
    subscription: Option<String>,
    customer: Option<String>,
}

impl Note {
    /// Stripe uses an id once. Whoever makes events by hand uses one for several, so
    /// there the text counts, too.
    fn of(event: &Event, trust: Trust, body: &[u8]) -> Self {
        let id = event.id.clone().map(|id| match trust {
            Trust::Signed => id,
            Trust::Unsigned => format!("{id}:{}", &hex::encode(Sha256::digest(body))[..16]),
        });
        let about = event.subscription();
        Note {
            id,
            kind: event.kind.name().to_owned(),
            subscription: about.as_ref().map(|about| about.stripe_subscription_id.clone()),
            customer: about.and_then(|about| about.stripe_customer_id),
        }
    }

    /// As it is kept; nothing for an event without a name.
    fn received(&self, outcome: &'static str) -> Option<Received> {
        let Note { id, kind, subscription, customer } = self.clone();
        Some(Received {
            event_id: id?,
            kind,
            stripe_subscription_id: subscription,
            stripe_customer_id: customer,
            outcome,
        })
    }
}

/// Note an event that nothing was done for.
async fn set_aside(app: &App, note: &Note, outcome: &'static str) -> Result<(), StripeEventError> {
    let Some(received) = note.received(outcome) else { return Ok(()) };
    let now = app.now();
    app.db.transaction(async move |tx| stripe_events::record(&tx, received, now).await).await?;
    Ok(())
}

async fn subscription(app: &App, event: &Event, rank: Rank, note: &Note) -> Result<(), StripeEventError> {
    let Some(snapshot) = event.subscription() else { return set_aside(app, note, "unreadable").await };
    // Without a customer it is nobody's, and certainly not that of a user without one.
    let Some(customer) = snapshot.stripe_customer_id.clone() else {
        return set_aside(app, note, "no-customer").await;
    };
    let Some(user) = worker::user_of_customer(&app.db, &customer).await? else {
        return set_aside(app, note, "unknown-customer").await;
    };
    let stamp = match event.created {
        Some(second) => Stamp::of_event(second, rank, event.id.as_deref().unwrap_or_default()),
        None => Stamp::of_arrival(app.now()),
    };
    obey(app, user, Heard { snapshot, stamp }, note).await
}

async fn obey(app: &App, user: UserId, heard: Heard, note: &Note) -> Result<(), StripeEventError> {
    match mirror(app, user, heard, note).await {
        Err(error) if error.breaks(Rule::SubscriptionStripeId) => {
            tracing::error!(user.id = %user, "a subscription of Stripe's belongs to two users");
            set_aside(app, note, "foreign").await
        }
        other => Ok(other?),
    }
}

/// Somebody has paid on a page of ours. What was told of the subscription before is
/// lost when the customer was not known yet, so Stripe is asked.
async fn completed(app: &App, event: &Event, trust: Trust, note: &Note) -> Result<(), StripeEventError> {
    let Completed { user, customer, subscription } = event.completed();
    let (Some(customer), Some(subscription)) = (customer, subscription) else {
        return set_aside(app, note, "no-subscription").await;
    };
    let (Trust::Signed, Some(stripe)) = (trust, &app.stripe) else {
        return set_aside(app, note, "play-money").await;
    };
    let Some(user) = user_of(app, user, &customer).await? else {
        return set_aside(app, note, "unknown-customer").await;
    };
    let read = stripe.subscription(&subscription).await;
    let snapshot = read.ok().and_then(|object| event::snapshot(&object, false));
    // Nobody else's subscription, whatever the page says.
    let snapshot = snapshot.filter(|found| found.stripe_customer_id.as_deref() == Some(customer.as_str()));
    let Some(snapshot) = snapshot else { return set_aside(app, note, "not-read").await };
    let stamp =
        Stamp::of_event(event.created.unwrap_or_default(), Rank::Read, event.id.as_deref().unwrap_or(""));
    obey(app, user, Heard { snapshot, stamp }, note).await
}

/// The user who is this customer, or becomes it: we told Stripe the user's id when we
/// made the page.
async fn user_of(app: &App, named: Option<String>, customer: &str) -> Result<Option<UserId>, DbError> {
    if let Some(user) = worker::user_of_customer(&app.db, customer).await? {
        return Ok(Some(user));
    }
    let Some(user) = named.and_then(|text| text.parse::<UserId>().ok()) else { return Ok(None) };
    let (customer, now) = (customer.to_owned(), app.now());
    app.db
        .transaction(async move |tx| {
            if users::lock(&tx, user).await?.is_none() {
                return Ok(None);
            }
            let kept = billing_customers::remember(&tx, user, &customer, now).await?;
            Ok::<_, DbError>((kept == customer).then_some(user))
        })
        .await
}
