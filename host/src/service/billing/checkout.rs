use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::subscription::Subscription;

use super::{BillingError, Once, mock};
use crate::app::App;
use crate::config::BillingMode;
use crate::db::users::{self, User};
use crate::db::{DbError, billing_checkouts, billing_customers, subscriptions};
use crate::gateway::stripe::{CheckoutPage, CheckoutState, NewCheckout, Stripe, StripeFailure};
use crate::service::events;

/// Where to pay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Checkout {
    pub url: String,
    pub session_id: String,
}

/// Begin to pay for a plan. In play money the plan is there at once; otherwise Stripe
/// tells when it has been paid for.
///
/// # Errors
/// `FreePlan`, `Subscribed`, or that Stripe does not answer.
pub async fn checkout(
    app: &App,
    user: &User,
    plan: Plan,
    once: Option<Once>,
) -> Result<Checkout, BillingError> {
    if plan == Plan::Free {
        return Err(BillingError::FreePlan);
    }
    match (&app.stripe, app.config.stripe.mode()) {
        (Some(stripe), _) => Box::pin(with_stripe(app, stripe, user, plan)).await,
        (None, BillingMode::Mock) => {
            let made = mock::subscribe(app, user, plan, once).await?;
            if let Some(user) = users::find(&app.db, user.id).await? {
                events::plan_changed(app, &user);
            }
            Ok(made)
        }
        (None, _) => Err(BillingError::Off("BILLING_ENABLED is false.")),
    }
}

/// Whether a second subscription would be paid for beside another one.
pub(super) fn is_subscribed(all: &[Subscription]) -> bool {
    all.iter().any(|subscription| subscription.status.is_live())
}

async fn with_stripe(app: &App, stripe: &Stripe, user: &User, plan: Plan) -> Result<Checkout, BillingError> {
    let price = app.config.stripe.price_of(plan);
    let price = price.ok_or(BillingError::Off("the plan has no price. Please tell the administrator."))?;
    let former = subscriptions::list(&app.db, user.id).await?;
    if is_subscribed(&former) {
        return Err(BillingError::Subscribed);
    }
    let last = last_page(app, stripe, user.id, &former).await?;
    let last = match last {
        // The same wish again, such as a double click.
        Some((id, CheckoutState::Open { plan: Some(of), url })) if of == plan.as_str() => {
            return Ok(Checkout { url, session_id: id });
        }
        other => other.map(|(id, _)| id),
    };
    let wish = Wish { plan, price, former: former.len(), last: last.as_deref(), now: app.now() };
    let customer = customer(app, stripe, user, None).await?;
    let page = match page(app, stripe, user, &customer, wish).await {
        // Removed at Stripe, or made with another account's key.
        Err(StripeFailure::Missing { parameter: Some(parameter) }) if parameter == "customer" => {
            let customer = self::customer(app, stripe, user, Some(customer)).await?;
            page(app, stripe, user, &customer, wish).await?
        }
        other => other?,
    };
    let url = page.url.clone().ok_or(BillingError::Subscribed)?;
    replace_former_page(app, stripe, user.id, &page).await?;
    Ok(Checkout { url, session_id: page.id })
}

/// The user's customer, made when there is none. Two requests at the same time make
/// one, because both name it alike; `lost` is one that Stripe does not know.
async fn customer(
    app: &App,
    stripe: &Stripe,
    user: &User,
    lost: Option<String>,
) -> Result<String, BillingError> {
    let (id, now) = (user.id, app.now());
    let key = match lost {
        None => match billing_customers::of_user(&app.db, id).await? {
            Some(customer) => return Ok(customer),
            None => format!("customer:{id}"),
        },
        Some(lost) => {
            let key = format!("customer:{id}:after:{lost}");
            app.db.transaction(async move |tx| billing_customers::forget(&tx, id, &lost).await).await?;
            key
        }
    };
    let made = stripe.create_customer(&id.to_string(), &user.email, &key).await?;
    let kept: Result<_, DbError> =
        app.db.transaction(async move |tx| billing_customers::remember(&tx, id, &made, now).await).await;
    Ok(kept?)
}

#[derive(Clone, Copy)]
struct Wish<'a> {
    plan: Plan,
    price: &'a str,
    /// How many subscriptions the user has had: only the first one begins without
    /// payment.
    former: usize,
    /// The page that the user was sent to before.
    last: Option<&'a str>,
    now: DateTime<Utc>,
}

async fn page(
    app: &App,
    stripe: &Stripe,
    user: &User,
    customer: &str,
    wish: Wish<'_>,
) -> Result<CheckoutPage, StripeFailure> {
    let Wish { plan, price, former, last, now } = wish;
    let settings = &app.config.stripe;
    let new = NewCheckout {
        customer,
        user: &user.id.to_string(),
        plan: plan.as_str(),
        price,
        success_url: &settings.billing_success_url,
        cancel_url: &settings.billing_cancel_url,
        trial_days: if former == 0 { plan.terms().trial_days } else { 0 },
    };
    // Two clicks at once, and a click whose answer was lost, lead to one page. Pages
    // live for a day, and so does the name of a wish.
    let day = now.date_naive();
    let name = hex::encode(Sha256::digest(format!("{new:?} {former} {last:?} {day}")));
    stripe.create_checkout(&new, &format!("checkout:{name}")).await
}

/// Close the page that the user was sent to before, so that nobody pays on two. When
/// it has just been paid on, this page is closed instead.
async fn replace_former_page(
    app: &App,
    stripe: &Stripe,
    user: UserId,
    page: &CheckoutPage,
) -> Result<(), BillingError> {
    let (session, now) = (page.id.clone(), app.now());
    let former: Result<_, DbError> = app
        .db
        .transaction(async move |tx| {
            users::lock(&tx, user).await?;
            billing_checkouts::replace(&tx, user, &session, now).await
        })
        .await;
    let Some(former) = former? else { return Ok(()) };
    match stripe.expire_checkout(&former).await {
        Ok(()) | Err(StripeFailure::Missing { .. }) => Ok(()),
        // It has ended by itself, or somebody has paid on it.
        Err(StripeFailure::Refused { .. }) => refuse_if_paid(app, stripe, user, &former, &page.id).await,
        Err(problem) => {
            tracing::warn!(user.id = %user, %problem, "a former payment page stays open");
            Ok(())
        }
    }
}

async fn refuse_if_paid(
    app: &App,
    stripe: &Stripe,
    user: UserId,
    former: &str,
    page: &str,
) -> Result<(), BillingError> {
    let state = stripe.checkout(former).await?;
    if is_bought(&state, &subscriptions::list(&app.db, user).await?) {
        stripe.expire_checkout(page).await.ok();
        return Err(BillingError::Subscribed);
    }
    Ok(())
}

/// The page that the user was sent to last, and what has become of it.
async fn last_page(
    app: &App,
    stripe: &Stripe,
    user: UserId,
    known: &[Subscription],
) -> Result<Option<(String, CheckoutState)>, BillingError> {
    let Some(id) = billing_checkouts::of_user(&app.db, user).await? else { return Ok(None) };
    match stripe.checkout(&id).await {
        Ok(state) if is_bought(&state, known) => Err(BillingError::Subscribed),
        Ok(state) => Ok(Some((id, state))),
        Err(StripeFailure::Missing { .. }) => Ok(Some((id, CheckoutState::Expired))),
        Err(failure) => Err(failure.into()),
    }
}

/// Whether somebody has paid for something that has not ended since. Stripe may not
/// have told us of it yet.
fn is_bought(state: &CheckoutState, known: &[Subscription]) -> bool {
    let CheckoutState::Paid { subscription } = state else { return false };
    let ours = known.iter().find(|one| Some(&one.stripe_subscription_id) == subscription.as_ref());
    ours.is_none_or(|one| one.status.is_live())
}
