//! Subscriptions of users. Whoever changes one holds its user
//! ([`super::users::lock`]), so that changes happen one after the other.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sourcepilot_domain::ids::{SubscriptionId, UserId};
use sourcepilot_domain::subscription::{Stamp, Subscription, SubscriptionStatus};

use super::entity::subscriptions::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, micros};

/// The user's subscriptions: those in force first, then the newest.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R, user: UserId) -> Result<Vec<Subscription>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(reads.conn())
        .await?;
    let mut all = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    // Stable: the newest stay in front among equals.
    all.sort_by_key(|subscription| !subscription.status.is_live());
    Ok(all)
}

/// Add a subscription, or change it when nobody did meanwhile; `false` when somebody
/// did.
///
/// # Errors
/// [`super::Rule::SubscriptionStripeId`] when it is another user's.
pub async fn save(tx: &Tx, subscription: &Subscription) -> Result<bool, DbError> {
    let row = to_row(subscription);
    if subscription.version == 0 {
        Entity::insert(row).exec_without_returning(tx).await?;
        return Ok(true);
    }
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(subscription.id.0))
        .filter(Column::UserId.eq(subscription.user_id.0))
        .filter(Column::Version.eq(subscription.version))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

fn to_row(subscription: &Subscription) -> ActiveModel {
    let s = subscription.clone();
    let time = |time: Option<DateTime<Utc>>| Set(time.map(micros));
    ActiveModel {
        id: Set(s.id.0),
        user_id: Set(s.user_id.0),
        stripe_subscription_id: Set(s.stripe_subscription_id),
        stripe_price_id: Set(s.stripe_price_id),
        plan: Set(s.plan.map(|plan| plan.as_str().to_owned())),
        plan_as_of: Set(s.plan_as_of.as_str().to_owned()),
        status: Set(s.status.as_str().to_owned()),
        has_granted: Set(s.has_granted),
        current_period_start: Set(micros(s.current_period_start)),
        current_period_end: Set(micros(s.current_period_end)),
        cancel_at_period_end: Set(s.cancel_at_period_end),
        cancel_at: time(s.cancel_at),
        trial_start: time(s.trial_start),
        trial_end: time(s.trial_end),
        as_of: Set(s.as_of.as_str().to_owned()),
        version: Set(s.version + 1),
        created_at: Set(micros(s.created_at)),
        updated_at: Set(micros(s.updated_at)),
    }
}

fn from_row(row: Model) -> Result<Subscription, DbError> {
    let Model {
        id,
        user_id,
        stripe_subscription_id,
        stripe_price_id,
        plan,
        plan_as_of,
        status,
        has_granted,
        current_period_start,
        current_period_end,
        cancel_at_period_end,
        cancel_at,
        trial_start,
        trial_end,
        as_of,
        version,
        created_at,
        updated_at,
    } = row;
    let plan = plan.map(|plan| plan.parse()).transpose();
    let stamp = |text: String| text.parse::<Stamp>().unwrap_or(Stamp::NEVER);
    Ok(Subscription {
        id: SubscriptionId(id),
        user_id: UserId(user_id),
        stripe_subscription_id,
        stripe_price_id,
        plan: plan.map_err(|_| DbError::corrupt("subscriptions", "plan", id))?,
        plan_as_of: stamp(plan_as_of),
        status: SubscriptionStatus::of(&status),
        has_granted,
        current_period_start,
        current_period_end,
        cancel_at_period_end,
        cancel_at,
        trial_start,
        trial_end,
        as_of: stamp(as_of),
        version,
        created_at,
        updated_at,
    })
}
