//! What users have used of their plans. Taking is a conditional update of one row,
//! so parallel requests cannot pass the limit together.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sourcepilot_domain::billing_month::BillingMonth;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Allowance;

use super::entity::import_jobs;
use super::entity::usage_counters::{ActiveModel, Column, Entity};
use super::{DbError, Reads, Tx};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Imports asked for in the month, however they ended.
    Imports,
}

impl Metric {
    fn as_str(self) -> &'static str {
        match self {
            Metric::Imports => "imports",
        }
    }
}

/// Take `wanted` more; `false` when they do not all fit, and nothing is taken then.
/// What was taken comes back when the transaction is undone.
///
/// # Errors
/// When the database cannot be asked.
pub async fn take(
    tx: &Tx,
    user: UserId,
    metric: Metric,
    month: BillingMonth,
    allowance: Allowance,
    wanted: u32,
) -> Result<bool, DbError> {
    let key = (user.0, metric.as_str().to_owned(), month.to_string());
    if Entity::find_by_id(key.clone()).one(tx).await?.is_none() {
        begin_month(tx, user, metric, month).await?;
    }
    let mut raise = Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).add(i64::from(wanted)))
        .filter(Column::UserId.eq(key.0))
        .filter(Column::Metric.eq(key.1))
        .filter(Column::Month.eq(key.2));
    if let Allowance::AtMost(most) = allowance {
        raise = raise.filter(Column::Used.lte(i64::from(most) - i64::from(wanted)));
    }
    Ok(raise.exec(tx).await?.rows_affected == 1)
}

/// How many were taken.
///
/// # Errors
/// When the database cannot be asked.
pub async fn used<R: Reads>(
    reads: &R,
    user: UserId,
    metric: Metric,
    month: BillingMonth,
) -> Result<u64, DbError> {
    let key = (user.0, metric.as_str().to_owned(), month.to_string());
    match Entity::find_by_id(key).one(reads.conn()).await? {
        Some(row) => Ok(u64::try_from(row.used).unwrap_or(0)),
        None => count(reads, user, metric, month).await,
    }
}

/// The row of a month begins with what is there, as after taking over the data of
/// an older installation.
async fn begin_month(tx: &Tx, user: UserId, metric: Metric, month: BillingMonth) -> Result<(), DbError> {
    let used = count(tx, user, metric, month).await?;
    let row = ActiveModel {
        user_id: Set(user.0),
        metric: Set(metric.as_str().to_owned()),
        month: Set(month.to_string()),
        used: Set(i64::try_from(used).unwrap_or(i64::MAX)),
    };
    let once = OnConflict::columns([Column::UserId, Column::Metric, Column::Month]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

async fn count<R: Reads>(
    reads: &R,
    user: UserId,
    metric: Metric,
    month: BillingMonth,
) -> Result<u64, DbError> {
    match metric {
        Metric::Imports => Ok(import_jobs::Entity::find()
            .filter(import_jobs::Column::UserId.eq(user.0))
            .filter(import_jobs::Column::QuotaMonth.eq(month.to_string()))
            .count(reads.conn())
            .await?),
    }
}
