//! How much of a plan is used.

use sourcepilot_domain::billing_month::BillingMonth;
use sourcepilot_domain::plan::Plan;

use crate::app::App;
use crate::db::DbError;
use crate::db::price_watches;
use crate::db::usage::{self, Metric};
use crate::db::users::User;

/// What a user has used in a calendar month, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub plan: Plan,
    pub month: BillingMonth,
    /// Imports asked for, however they ended.
    pub imports: u64,
    /// Price watches that there are, paused ones included.
    pub watches: u64,
}

/// What the user has used this month.
///
/// # Errors
/// When the database does not answer.
pub async fn now(app: &App, user: &User) -> Result<Usage, DbError> {
    let month = BillingMonth::of(app.now());
    let imports = usage::used(&app.db, user.id, Metric::Imports, month).await?;
    let watches = price_watches::count(&app.db, user.id).await?;
    Ok(Usage { plan: user.plan, month, imports, watches })
}
