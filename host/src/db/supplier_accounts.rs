//! A merchant's accounts with suppliers.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use sourcepilot_domain::ids::{SupplierAccountId, UserId};

use super::entity::JsonText;
use super::entity::supplier_accounts::{ActiveModel, Column, Entity, Model};
use super::facts::{Checked, Facts};
use super::{DbError, Reads, Sealed, Tx, micros, users};

/// An account with a supplier.
#[derive(Clone, Debug, PartialEq)]
pub struct SupplierAccount {
    /// Its id.
    pub id: SupplierAccountId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the merchant calls it.
    pub name: String,
    /// The supplier, as the merchant wrote it.
    pub platform: String,
    /// A sealed JSON object.
    pub credentials: Option<Sealed>,
    /// The plugin's settings.
    pub settings: Option<Value>,
    /// Whether it may be used.
    pub is_active: bool,
    /// When something was last read through it.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// What the last check found.
    pub facts: Facts,
    /// Raised whenever the credentials change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the merchant last changed it.
    pub updated_at: DateTime<Utc>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewSupplierAccount {
    /// Made by the caller, because the credentials are sealed for it.
    pub id: SupplierAccountId,
    /// What the merchant calls it.
    pub name: String,
    /// The supplier.
    pub platform: String,
    /// A sealed JSON object.
    pub credentials: Option<Sealed>,
    /// The plugin's settings.
    pub settings: Option<Value>,
}

/// A change; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct SupplierAccountChange {
    /// What the merchant calls it.
    pub name: Option<String>,
    /// The supplier.
    pub platform: Option<String>,
    /// A sealed JSON object.
    pub credentials: Option<Sealed>,
    /// The plugin's settings.
    pub settings: Option<Value>,
    /// Whether it may be used.
    pub is_active: Option<bool>,
}

/// Make an account.
///
/// # Errors
/// [`super::Rule::SupplierAccountName`] when name and platform are taken.
pub async fn create(
    tx: &Tx,
    user: UserId,
    new: NewSupplierAccount,
    now: DateTime<Utc>,
) -> Result<SupplierAccount, DbError> {
    let NewSupplierAccount { id, name, platform, credentials, settings } = new;
    let now = micros(now);
    let account = SupplierAccount {
        id,
        user_id: user,
        name,
        platform,
        credentials,
        settings,
        is_active: true,
        last_synced_at: None,
        facts: Facts::default(),
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let row = ActiveModel {
        id: Set(id.0),
        user_id: Set(user.0),
        name: Set(account.name.clone()),
        platform: Set(account.platform.clone()),
        credentials: Set(account.credentials.clone().map(Sealed::into_row)),
        settings: Set(account.settings.clone().map(JsonText)),
        is_active: Set(true),
        version: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(account)
}

/// The user's accounts by platform, then name.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R, user: UserId) -> Result<Vec<SupplierAccount>, DbError> {
    let rows = Entity::find().filter(Column::UserId.eq(user.0)).all(reads.conn()).await?;
    let mut accounts = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    // Here rather than in SQL: databases order text in ways of their own.
    accounts.sort_by(|a, b| (&a.platform, &a.name, a.id).cmp(&(&b.platform, &b.name, b.id)));
    Ok(accounts)
}

/// One of the user's accounts.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    id: SupplierAccountId,
) -> Result<Option<SupplierAccount>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// The user's active accounts with a supplier, under any of its names; those that
/// work before those with a problem, then the oldest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn usable<R: Reads>(
    reads: &R,
    user: UserId,
    platforms: &[String],
) -> Result<Vec<SupplierAccount>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::IsActive.eq(true))
        .filter(Column::Platform.is_in(platforms))
        .all(reads.conn())
        .await?;
    let mut accounts = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    accounts.sort_by_key(|account| (account.facts.problem.is_some(), account.created_at, account.id));
    Ok(accounts)
}

/// The active accounts with a supplier that service accounts keep for every merchant,
/// the oldest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn shared<R: Reads>(reads: &R, platforms: &[String]) -> Result<Vec<SupplierAccount>, DbError> {
    let rows = Entity::find()
        .filter(Column::UserId.in_subquery(users::services()))
        .filter(Column::IsActive.eq(true))
        .filter(Column::Platform.is_in(platforms))
        .all(reads.conn())
        .await?;
    let mut accounts = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    accounts.sort_by_key(|account| (account.created_at, account.id));
    Ok(accounts)
}

/// Change an account; `None` when the user has no such account.
///
/// # Errors
/// [`super::Rule::SupplierAccountName`] when the new name and platform are taken.
pub async fn update(
    tx: &Tx,
    user: UserId,
    id: SupplierAccountId,
    change: SupplierAccountChange,
    now: DateTime<Utc>,
) -> Result<Option<SupplierAccount>, DbError> {
    let Some(current) = find(tx, user, id).await? else { return Ok(None) };
    let SupplierAccountChange { name, platform, credentials, settings, is_active } = change;
    let mut row = ActiveModel { updated_at: Set(micros(now)), ..ActiveModel::default() };
    if let Some(name) = name {
        row.name = Set(name);
    }
    if let Some(platform) = platform {
        row.platform = Set(platform);
    }
    if let Some(credentials) = credentials {
        row.credentials = Set(Some(credentials.into_row()));
        row.version = Set(current.version + 1);
        row.problem = Set(None);
    }
    if let Some(settings) = settings {
        row.settings = Set(Some(JsonText(settings)));
    }
    if let Some(is_active) = is_active {
        row.is_active = Set(is_active);
    }
    write(tx, user, id, row).await?;
    find(tx, user, id).await
}

/// Remove an account; `false` when the user has no such account.
///
/// # Errors
/// When the database cannot be asked.
pub async fn delete(tx: &Tx, user: UserId, id: SupplierAccountId) -> Result<bool, DbError> {
    let gone =
        Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::UserId.eq(user.0)).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// Put new credentials in place of those of `version`, as when a token was
/// renewed. `false` when somebody else changed them meanwhile; nothing is written
/// then. They were issued a moment ago, so what was wrong with the old ones says nothing
/// any more.
///
/// # Errors
/// When the database cannot be asked.
pub async fn replace_credentials(
    tx: &Tx,
    user: UserId,
    id: SupplierAccountId,
    version: i64,
    credentials: Sealed,
) -> Result<bool, DbError> {
    let replaced = Entity::update_many()
        .col_expr(Column::Credentials, Expr::value(credentials.into_row()))
        .col_expr(Column::Version, Expr::value(version + 1))
        .col_expr(Column::Problem, Expr::value(None::<String>))
        .filter(Column::Id.eq(id.0))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(replaced.rows_affected == 1)
}

/// Remember what a check found.
///
/// # Errors
/// When the database cannot be asked.
pub async fn record_check(
    tx: &Tx,
    user: UserId,
    id: SupplierAccountId,
    checked: Checked,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let mut row = ActiveModel { checked_at: Set(Some(micros(now))), ..ActiveModel::default() };
    match checked {
        Checked::Works { remote_id, label, currency, extra } => {
            row.remote_id = Set(Some(remote_id));
            row.remote_label = Set(Some(label));
            row.remote_currency = Set(currency.map(String::from));
            row.remote_extra = Set(Some(JsonText(extra)));
            row.problem = Set(None);
        }
        Checked::Fails { problem } => row.problem = Set(Some(problem)),
    }
    write(tx, user, id, row).await
}

/// Remember that something was read through the account just now.
///
/// # Errors
/// When the database cannot be asked.
pub async fn touch(
    tx: &Tx,
    user: UserId,
    id: SupplierAccountId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row = ActiveModel { last_synced_at: Set(Some(micros(now))), ..ActiveModel::default() };
    write(tx, user, id, row).await
}

async fn write(tx: &Tx, user: UserId, id: SupplierAccountId, row: ActiveModel) -> Result<bool, DbError> {
    let written = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}

fn from_row(row: Model) -> Result<SupplierAccount, DbError> {
    let Model {
        id,
        user_id,
        name,
        platform,
        credentials,
        settings,
        is_active,
        last_synced_at,
        remote_id,
        remote_label,
        remote_currency,
        remote_extra,
        problem,
        checked_at,
        version,
        created_at,
        updated_at,
    } = row;
    let currency = remote_currency
        .map(|code| code.parse())
        .transpose()
        .map_err(|_| DbError::corrupt("supplier_accounts", "remote_currency", id))?;
    let facts = Facts {
        remote_id,
        label: remote_label,
        currency,
        extra: remote_extra.map(|json| json.0),
        problem,
        checked_at,
    };
    Ok(SupplierAccount {
        id: SupplierAccountId(id),
        user_id: UserId(user_id),
        name,
        platform,
        credentials: credentials.map(Sealed::from_row),
        settings: settings.map(|json| json.0),
        is_active,
        last_synced_at,
        facts,
        version,
        created_at,
        updated_at,
    })
}
