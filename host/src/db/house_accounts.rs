//! The installation's own accounts with suppliers. They belong to no merchant.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use sourcepilot_domain::ids::HouseAccountId;

use super::entity::JsonText;
use super::entity::house_accounts::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Sealed, Tx, micros};

/// A house account.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseAccount {
    /// Its id.
    pub id: HouseAccountId,
    /// The plugin's id.
    pub platform: String,
    /// A sealed JSON object.
    pub credentials: Sealed,
    /// The plugin's settings.
    pub settings: Option<Value>,
    /// One sentence for the administrator when the last use failed.
    pub problem: Option<String>,
    /// When it was last checked.
    pub checked_at: Option<DateTime<Utc>>,
    /// Raised whenever the credentials change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// The account of a platform.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(reads: &R, platform: &str) -> Result<Option<HouseAccount>, DbError> {
    let row = Entity::find().filter(Column::Platform.eq(platform)).one(reads.conn()).await?;
    Ok(row.map(from_row))
}

/// All of them by platform.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R) -> Result<Vec<HouseAccount>, DbError> {
    let mut accounts: Vec<_> = Entity::find().all(reads.conn()).await?.into_iter().map(from_row).collect();
    accounts.sort_by(|a, b| a.platform.cmp(&b.platform));
    Ok(accounts)
}

/// Make the account of a platform. Its credentials are sealed for `id`.
///
/// # Errors
/// [`super::Rule::HouseAccountPlatform`] when the platform has one.
pub async fn create(
    tx: &Tx,
    id: HouseAccountId,
    platform: &str,
    credentials: Sealed,
    settings: Option<Value>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let now = micros(now);
    let row = ActiveModel {
        id: Set(id.0),
        platform: Set(platform.to_owned()),
        credentials: Set(credentials.into_row()),
        settings: Set(settings.map(JsonText)),
        problem: Set(None),
        checked_at: Set(None),
        version: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Put new credentials in place of those of `version`. `false` when somebody else
/// changed them meanwhile; nothing is written then.
///
/// # Errors
/// When the database cannot be asked.
pub async fn replace_credentials(
    tx: &Tx,
    id: HouseAccountId,
    version: i64,
    credentials: Sealed,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        credentials: Set(credentials.into_row()),
        version: Set(version + 1),
        problem: Set(None),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    let replaced = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .filter(Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(replaced.rows_affected == 1)
}

/// Replace the plugin's settings.
///
/// # Errors
/// When the database cannot be asked.
pub async fn set_settings(
    tx: &Tx,
    id: HouseAccountId,
    settings: Option<Value>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel {
        settings: Set(settings.map(JsonText)),
        updated_at: Set(micros(now)),
        ..ActiveModel::default()
    };
    let written = Entity::update_many().set(row).filter(Column::Id.eq(id.0)).exec(tx).await?;
    Ok(written.rows_affected == 1)
}

/// Remember whether the account works.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record_check(
    tx: &Tx,
    id: HouseAccountId,
    problem: Option<String>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let written = Entity::update_many()
        .col_expr(Column::Problem, Expr::value(problem))
        .col_expr(Column::CheckedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}

/// Remove the account of a platform; `false` when there is none.
///
/// # Errors
/// When the database cannot be asked.
pub async fn delete(tx: &Tx, platform: &str) -> Result<bool, DbError> {
    let gone = Entity::delete_many().filter(Column::Platform.eq(platform)).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

fn from_row(row: Model) -> HouseAccount {
    let Model { id, platform, credentials, settings, problem, checked_at, version, created_at, updated_at } =
        row;
    HouseAccount {
        id: HouseAccountId(id),
        platform,
        credentials: Sealed::from_row(credentials),
        settings: settings.map(|json| json.0),
        problem,
        checked_at,
        version,
        created_at,
        updated_at,
    }
}
