//! Paying in play money: whoever asks for a plan has it at once.

use chrono::TimeDelta;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::subscription::{Snapshot, Stamp, Subscription, SubscriptionStatus};
use uuid::Uuid;

use super::checkout::{Checkout, is_subscribed};
use super::{BillingError, Once};
use crate::app::App;
use crate::config::mock_price;
use crate::db::users::User;
use crate::db::{billing_customers, subscriptions, users};
use crate::service::once::{self, Turn};

const PERIOD: TimeDelta = TimeDelta::days(30);

/// Subscribe the user. Of several at the same time one succeeds.
pub(super) async fn subscribe(
    app: &App,
    user: &User,
    plan: Plan,
    once: Option<Once>,
) -> Result<Checkout, BillingError> {
    let (id, now, settings) = (user.id, app.now(), &app.config.stripe);
    let price = settings.price_of(plan).map_or_else(|| mock_price(plan), str::to_owned);
    let made = Checkout { url: settings.billing_success_url.clone(), session_id: made_up("cs") };
    app.db
        .transaction(async move |tx| {
            let turn =
                once::begin::<_, BillingError>(&tx, id, "billing.checkout", once.as_ref(), now).await?;
            let promise = match turn {
                Turn::Repeat(made) => return Ok(made),
                Turn::First(promise) => promise,
            };
            users::lock(&tx, id).await?;
            if is_subscribed(&subscriptions::list(&*tx, id).await?) {
                return Err(BillingError::Subscribed);
            }
            let customer = billing_customers::remember(&tx, id, &made_up("cus"), now).await?;
            let snapshot = Snapshot {
                stripe_subscription_id: made_up("sub"),
                stripe_customer_id: Some(customer),
                status: SubscriptionStatus::Active,
                price_id: Some(price),
                period: Some((now, now + PERIOD)),
                cancel_at_period_end: false,
                cancel_at: None,
                trial: None,
            };
            // Any event is newer than what was made up here.
            let stamp = Stamp::of_made_up();
            let subscription = Subscription::begin(id, snapshot, Some(plan), stamp, now);
            subscriptions::save(&tx, &subscription).await?;
            users::set_plan(&tx, id, plan, now).await?;
            promise.keep(&tx, &made).await?;
            Ok(made)
        })
        .await
}

/// An id as Stripe's look, with a mark.
fn made_up(kind: &str) -> String {
    let digits = Uuid::new_v4().simple().to_string();
    format!("{kind}_mock_{}", &digits[..16])
}
