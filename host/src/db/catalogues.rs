//! What merchants supply for their accounts with suppliers.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use sourcepilot_domain::catalogue::{CatalogueSource, FeedProblem};
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId, UserId};

use super::catalogue_items::{self, NewItem};
use super::entity::JsonText;
use super::entity::catalogues::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, micros};

/// A catalogue without its items.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// Of which account.
    pub account_id: SupplierAccountId,
    /// Where it was read.
    pub source: CatalogueSource,
    /// In which shop, when it was one.
    pub connection_id: Option<ConnectionId>,
    /// How many products.
    pub entries: u64,
    /// What could not be used, the first of them.
    pub problems: Vec<FeedProblem>,
    /// How many problems there were in all.
    pub problem_count: u64,
    /// When it was read.
    pub observed_at: DateTime<Utc>,
}

/// A catalogue to be kept in place of an older one.
#[derive(Clone, Debug)]
pub struct NewCatalogue {
    /// Where it was read.
    pub source: CatalogueSource,
    /// In which shop.
    pub connection_id: Option<ConnectionId>,
    /// In their order.
    pub items: Vec<NewItem>,
    /// What could not be used, the first of them.
    pub problems: Vec<FeedProblem>,
    /// How many problems there were in all.
    pub problem_count: u64,
    /// When it was read.
    pub observed_at: DateTime<Utc>,
}

/// The catalogue of one of the user's accounts.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    account: SupplierAccountId,
) -> Result<Option<Catalogue>, DbError> {
    let row = Entity::find_by_id(account.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// Put a catalogue in place of the account's older one. The account must be the
/// user's; the caller has looked.
///
/// # Errors
/// [`DbError::MissingReference`] when the account is gone.
pub async fn replace(
    tx: &Tx,
    user: UserId,
    account: SupplierAccountId,
    new: NewCatalogue,
) -> Result<Catalogue, DbError> {
    delete(tx, user, account).await?;
    let NewCatalogue { source, connection_id, items, problems, problem_count, observed_at } = new;
    let catalogue = Catalogue {
        account_id: account,
        source,
        connection_id,
        entries: items.len() as u64,
        problems,
        problem_count,
        observed_at: micros(observed_at),
    };
    let row = ActiveModel {
        account_id: Set(account.0),
        user_id: Set(user.0),
        source: Set(source.as_str().to_owned()),
        connection_id: Set(connection_id.map(|id| id.0)),
        entries: Set(as_row(catalogue.entries)),
        problems: Set(JsonText(
            serde_json::to_value(&catalogue.problems).unwrap_or(Value::Array(Vec::new())),
        )),
        problem_count: Set(as_row(problem_count)),
        observed_at: Set(catalogue.observed_at),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    catalogue_items::insert(tx, user, account, items).await?;
    Ok(catalogue)
}

/// Remove a catalogue with its items; `false` when there is none.
///
/// # Errors
/// When the database cannot be asked.
pub async fn delete(tx: &Tx, user: UserId, account: SupplierAccountId) -> Result<bool, DbError> {
    let gone = Entity::delete_many()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected == 1)
}

fn as_row(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn from_row(row: Model) -> Result<Catalogue, DbError> {
    let Model {
        account_id,
        user_id: _,
        source,
        connection_id,
        entries,
        problems,
        problem_count,
        observed_at,
    } = row;
    let corrupt = |column| DbError::corrupt("catalogues", column, account_id);
    Ok(Catalogue {
        account_id: SupplierAccountId(account_id),
        source: source.parse().map_err(|_| corrupt("source"))?,
        connection_id: connection_id.map(ConnectionId),
        entries: u64::try_from(entries).unwrap_or_default(),
        problems: serde_json::from_value(problems.0).map_err(|_| corrupt("problems"))?,
        problem_count: u64::try_from(problem_count).unwrap_or_default(),
        observed_at,
    })
}
