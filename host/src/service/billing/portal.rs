use super::BillingError;
use crate::app::App;
use crate::config::BillingMode;
use crate::db::billing_customers;
use crate::db::users::User;

/// The address of a page on which the user manages payments.
///
/// # Errors
/// `NoCustomer` when the user has never paid, or that Stripe does not answer.
pub async fn portal(app: &App, user: &User) -> Result<String, BillingError> {
    let settings = &app.config.stripe;
    let customer = billing_customers::of_user(&app.db, user.id).await?.ok_or(BillingError::NoCustomer)?;
    match &app.stripe {
        Some(stripe) => Ok(stripe.create_portal(&customer, &settings.billing_success_url).await?),
        None if settings.mode() == BillingMode::Mock => Ok(settings.billing_success_url.clone()),
        None => Err(BillingError::Off("BILLING_ENABLED is false.")),
    }
}
