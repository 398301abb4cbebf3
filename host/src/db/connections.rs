//! A merchant's shops. The first one becomes the default one.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use sourcepilot_domain::ids::{ConnectionId, UserId};

use super::entity::JsonText;
use super::entity::store_connections::{ActiveModel, Column, Entity, Model};
use super::facts::{Checked, Facts};
use super::{DbError, Reads, Sealed, Tx, micros, users};

/// A connected shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the merchant calls it.
    pub store_name: String,
    /// The shop software, as the merchant wrote it.
    pub platform: String,
    /// Its address.
    pub store_url: String,
    /// A sealed JSON object: credential names and values.
    pub credentials: Option<Sealed>,
    /// The plugin's settings.
    pub settings: Option<Value>,
    /// Whether imports without a shop go there.
    pub is_default: bool,
    /// What the last check found.
    pub facts: Facts,
    /// Raised whenever the credentials change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the merchant last changed it.
    pub updated_at: DateTime<Utc>,
}

/// A shop to be connected.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// Made by the caller, because the credentials are sealed for it.
    pub id: ConnectionId,
    /// What the merchant calls it.
    pub store_name: String,
    /// The shop software.
    pub platform: String,
    /// Its address.
    pub store_url: String,
    /// A sealed JSON object.
    pub credentials: Option<Sealed>,
    /// The plugin's settings.
    pub settings: Option<Value>,
}

/// A change; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct ConnectionChange {
    /// What the merchant calls it.
    pub store_name: Option<String>,
    /// Its address.
    pub store_url: Option<String>,
    /// A sealed JSON object.
    pub credentials: Option<Sealed>,
    /// The plugin's settings.
    pub settings: Option<Value>,
    /// Make it the default one, or no longer.
    pub is_default: Option<bool>,
}

/// Connect a shop.
///
/// # Errors
/// [`super::Rule::ConnectionUrl`] when the address is connected already,
/// [`DbError::MissingReference`] when the user is gone.
pub async fn create(
    tx: &Tx,
    user: UserId,
    new: NewConnection,
    now: DateTime<Utc>,
) -> Result<Connection, DbError> {
    let NewConnection { id, store_name, platform, store_url, credentials, settings } = new;
    let now = micros(now);
    users::lock(tx, user).await?.ok_or(DbError::MissingReference)?;
    let is_default = Entity::find().filter(Column::UserId.eq(user.0)).count(tx).await? == 0;
    let connection = Connection {
        id,
        user_id: user,
        store_name,
        platform,
        store_url,
        credentials,
        settings,
        is_default,
        facts: Facts::default(),
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let row = ActiveModel {
        id: Set(id.0),
        user_id: Set(user.0),
        store_name: Set(connection.store_name.clone()),
        platform: Set(connection.platform.clone()),
        store_url: Set(connection.store_url.clone()),
        credentials: Set(connection.credentials.clone().map(Sealed::into_row)),
        settings: Set(connection.settings.clone().map(JsonText)),
        is_default: Set(is_default),
        version: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(connection)
}

/// The user's shops: the default one first, then by name.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list<R: Reads>(reads: &R, user: UserId) -> Result<Vec<Connection>, DbError> {
    let rows = Entity::find().filter(Column::UserId.eq(user.0)).all(reads.conn()).await?;
    let mut connections = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    // Here rather than in SQL: databases order text in ways of their own.
    connections
        .sort_by(|a, b| (!a.is_default, &a.store_name, a.id).cmp(&(!b.is_default, &b.store_name, b.id)));
    Ok(connections)
}

/// One of the user's shops.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(
    reads: &R,
    user: UserId,
    id: ConnectionId,
) -> Result<Option<Connection>, DbError> {
    let row = Entity::find_by_id(id.0).filter(Column::UserId.eq(user.0)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// The user's default shop.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_default<R: Reads>(reads: &R, user: UserId) -> Result<Option<Connection>, DbError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::IsDefault.eq(true))
        .one(reads.conn())
        .await?;
    row.map(from_row).transpose()
}

/// Change a shop; `None` when the user has no such shop. With another address or other
/// credentials, what the last check found is forgotten.
///
/// # Errors
/// [`super::Rule::ConnectionUrl`] when the new address is connected already.
pub async fn update(
    tx: &Tx,
    user: UserId,
    id: ConnectionId,
    change: ConnectionChange,
    now: DateTime<Utc>,
) -> Result<Option<Connection>, DbError> {
    users::lock(tx, user).await?;
    let Some(current) = find(tx, user, id).await? else { return Ok(None) };
    let ConnectionChange { store_name, store_url, credentials, settings, is_default } = change;
    let mut row = ActiveModel { updated_at: Set(micros(now)), ..ActiveModel::default() };
    if credentials.is_some() || store_url.as_ref().is_some_and(|url| *url != current.store_url) {
        forget_facts(&mut row);
    }
    if let Some(store_name) = store_name {
        row.store_name = Set(store_name);
    }
    if let Some(store_url) = store_url {
        row.store_url = Set(store_url);
    }
    if let Some(credentials) = credentials {
        row.credentials = Set(Some(credentials.into_row()));
        row.version = Set(current.version + 1);
    }
    if let Some(settings) = settings {
        row.settings = Set(Some(JsonText(settings)));
    }
    if let Some(is_default) = is_default {
        if is_default {
            clear_default(tx, user).await?;
        }
        row.is_default = Set(is_default);
    }
    write(tx, user, id, row).await?;
    find(tx, user, id).await
}

/// Make a shop the default one; `false` when the user has no such shop.
///
/// # Errors
/// When the database cannot be asked.
pub async fn set_default(
    tx: &Tx,
    user: UserId,
    id: ConnectionId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let change = ConnectionChange { is_default: Some(true), ..ConnectionChange::default() };
    Ok(update(tx, user, id, change, now).await?.is_some())
}

/// Remove a shop; `false` when the user has no such shop. When it was the default
/// one, the oldest of the others takes its place.
///
/// # Errors
/// When the database cannot be asked.
pub async fn delete(tx: &Tx, user: UserId, id: ConnectionId) -> Result<bool, DbError> {
    users::lock(tx, user).await?;
    let Some(connection) = find(tx, user, id).await? else { return Ok(false) };
    Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::UserId.eq(user.0)).exec(tx).await?;
    if connection.is_default {
        promote_oldest(tx, user).await?;
    }
    Ok(true)
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
    id: ConnectionId,
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
    id: ConnectionId,
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

/// What a check found was about another address or account: the shop is asked anew
/// before the next import.
fn forget_facts(row: &mut ActiveModel) {
    row.remote_id = Set(None);
    row.remote_label = Set(None);
    row.remote_currency = Set(None);
    row.remote_extra = Set(None);
    row.problem = Set(None);
    row.checked_at = Set(None);
}

async fn clear_default(tx: &Tx, user: UserId) -> Result<(), DbError> {
    Entity::update_many()
        .col_expr(Column::IsDefault, Expr::value(false))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::IsDefault.eq(true))
        .exec(tx)
        .await?;
    Ok(())
}

async fn promote_oldest(tx: &Tx, user: UserId) -> Result<(), DbError> {
    let oldest = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .one(tx)
        .await?;
    let Some(oldest) = oldest else { return Ok(()) };
    let row = ActiveModel { is_default: Set(true), ..ActiveModel::default() };
    write(tx, user, ConnectionId(oldest.id), row).await?;
    Ok(())
}

async fn write(tx: &Tx, user: UserId, id: ConnectionId, row: ActiveModel) -> Result<bool, DbError> {
    let written = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}

fn from_row(row: Model) -> Result<Connection, DbError> {
    let Model {
        id,
        user_id,
        store_name,
        platform,
        store_url,
        credentials,
        settings,
        is_default,
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
        .map_err(|_| DbError::corrupt("store_connections", "remote_currency", id))?;
    let facts = Facts {
        remote_id,
        label: remote_label,
        currency,
        extra: remote_extra.map(|json| json.0),
        problem,
        checked_at,
    };
    Ok(Connection {
        id: ConnectionId(id),
        user_id: UserId(user_id),
        store_name,
        platform,
        store_url,
        credentials: credentials.map(Sealed::from_row),
        settings: settings.map(|json| json.0),
        is_default,
        facts,
        version,
        created_at,
        updated_at,
    })
}
