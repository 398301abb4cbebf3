//! Recurring work of which one process at a time is in charge.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::entity::schedules::{ActiveModel, Column, Entity};
use super::{DbError, Tx, micros};

/// Take a schedule, or keep it: `true` when `holder` is in charge for `time` from
/// now on. One that is not kept falls to whoever asks next after its time.
///
/// # Errors
/// When the database cannot be asked.
pub async fn hold(
    tx: &Tx,
    name: &str,
    holder: &str,
    now: DateTime<Utc>,
    time: TimeDelta,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        name: Set(name.to_owned()),
        holder: Set(holder.to_owned()),
        held_until: Set(micros(now + time)),
    };
    let free = Condition::any().add(Column::HeldUntil.lte(micros(now))).add(Column::Holder.eq(holder));
    let taken =
        Entity::update_many().set(row.clone()).filter(Column::Name.eq(name)).filter(free).exec(tx).await?;
    if taken.rows_affected == 1 {
        return Ok(true);
    }
    let once = OnConflict::column(Column::Name).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(tx).await? == 1)
}
