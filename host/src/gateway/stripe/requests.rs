//! What is asked of Stripe.

use std::collections::HashMap;

use stripe_billing::billing_portal_session::CreateBillingPortalSession;
use stripe_billing::subscription::RetrieveSubscription;
use stripe_checkout::CheckoutSessionMode;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionSubscriptionData,
    ExpireCheckoutSession, RetrieveCheckoutSession,
};
use stripe_core::customer::CreateCustomer;

/// The name under which users find us among their customer's metadata.
const SERVICE: &str = "sourcepilot";

/// A page to be made on which a merchant pays for a plan.
#[derive(Clone, Copy, Debug)]
pub struct NewCheckout<'a> {
    pub customer: &'a str,
    pub user: &'a str,
    pub plan: &'a str,
    pub price: &'a str,
    /// Where Stripe sends the merchant afterwards.
    pub success_url: &'a str,
    pub cancel_url: &'a str,
    /// Days without payment; none when zero.
    pub trial_days: u32,
}

pub(super) fn customer(user: &str, email: &str) -> CreateCustomer {
    let metadata = pairs([("service", SERVICE), ("user_id", user)]);
    CreateCustomer::new().email(email).metadata(metadata)
}

/// The metadata stand twice because Stripe does not copy them to the subscription.
pub(super) fn checkout(new: &NewCheckout<'_>) -> CreateCheckoutSession {
    let NewCheckout { customer, user, plan, price, success_url, cancel_url, trial_days } = *new;
    let metadata = pairs([("user_id", user), ("plan", plan)]);
    let mut subscription = CreateCheckoutSessionSubscriptionData::new();
    subscription.metadata = Some(metadata.clone());
    subscription.trial_period_days = (trial_days > 0).then_some(trial_days);
    let item = CreateCheckoutSessionLineItems {
        price: Some(price.to_owned()),
        quantity: Some(1),
        ..CreateCheckoutSessionLineItems::new()
    };
    CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Subscription)
        .customer(customer)
        .client_reference_id(user)
        .line_items(vec![item])
        .success_url(success_url)
        .cancel_url(cancel_url)
        .metadata(metadata)
        .subscription_data(subscription)
}

pub(super) fn expire(session: &str) -> ExpireCheckoutSession {
    ExpireCheckoutSession::new(session)
}

pub(super) fn retrieve_checkout(session: &str) -> RetrieveCheckoutSession {
    RetrieveCheckoutSession::new(session)
}

pub(super) fn portal(customer: &str, back: &str) -> CreateBillingPortalSession {
    CreateBillingPortalSession::new().customer(customer).return_url(back)
}

pub(super) fn subscription(id: &str) -> RetrieveSubscription {
    RetrieveSubscription::new(id)
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> HashMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
