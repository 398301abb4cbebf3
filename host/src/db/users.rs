//! Accounts of merchants and administrators.

use std::fmt;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use secrecy::{ExposeSecret, SecretString};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;

use super::entity::users::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx, micros};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// As typed, with the domain in lower case.
    pub email: String,
    /// Whether it may log in.
    pub is_active: bool,
    /// Whether it may administer the installation.
    pub is_admin: bool,
    /// What it has subscribed to.
    pub plan: Plan,
    /// Seconds since 1970; tokens that were given out earlier count no more.
    pub token_epoch: i64,
    /// Who stands behind it.
    pub kind: UserKind,
    /// What the platform that provided it calls it.
    pub external_platform_id: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl User {
    /// Whether it is one of a program of the operator's.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.kind == UserKind::Service
    }
}

/// Who stands behind an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    /// Somebody who logs in.
    Person,
    /// A program of the operator's, which has only keys.
    Service,
}

impl UserKind {
    fn as_str(self) -> &'static str {
        match self {
            UserKind::Person => "person",
            UserKind::Service => "service",
        }
    }
}

/// An account with what proves its password.
pub struct Login {
    /// The account.
    pub user: User,
    /// The password's hash, in the form that names its own parameters.
    pub password_hash: SecretString,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user.id).finish_non_exhaustive()
    }
}

/// An account to be made.
pub struct NewUser {
    /// Unique by its exact text.
    pub email: String,
    /// Never the password itself.
    pub password_hash: SecretString,
    /// What it begins with.
    pub plan: Plan,
    /// Whether it may administer the installation.
    pub is_admin: bool,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// Make an account.
///
/// # Errors
/// [`super::Rule::UserEmail`] when the address is taken.
pub async fn create(tx: &Tx, new: NewUser, now: DateTime<Utc>) -> Result<User, DbError> {
    let NewUser { email, password_hash, plan, is_admin } = new;
    let now = micros(now);
    let user = User {
        id: UserId::generate(),
        email,
        is_active: true,
        is_admin,
        plan,
        token_epoch: 0,
        kind: UserKind::Person,
        external_platform_id: None,
        created_at: now,
    };
    let row = ActiveModel {
        id: Set(user.id.0),
        email: Set(user.email.clone()),
        password_hash: Set(password_hash.expose_secret().to_owned()),
        is_active: Set(true),
        is_admin: Set(is_admin),
        plan: Set(plan.as_str().to_owned()),
        token_epoch: Set(0),
        kind: Set(UserKind::Person.as_str().to_owned()),
        external_platform_id: Set(None),
        external_store_id: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(user)
}

/// The account, whether it is active or not.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find<R: Reads>(reads: &R, user: UserId) -> Result<Option<User>, DbError> {
    let row = Entity::find_by_id(user.0).one(reads.conn()).await?;
    row.map(|row| from_row(row).map(|login| login.user)).transpose()
}

/// The account with this exact address, to check a password against.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_login<R: Reads>(reads: &R, email: &str) -> Result<Option<Login>, DbError> {
    let row = Entity::find().filter(Column::Email.eq(email)).one(reads.conn()).await?;
    row.map(from_row).transpose()
}

/// The account, held until the transaction ends: what depends on "how many has
/// this user" is decided by one transaction at a time.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lock(tx: &Tx, user: UserId) -> Result<Option<User>, DbError> {
    let row = Entity::find_by_id(user.0).lock_exclusive().one(tx).await?;
    row.map(|row| from_row(row).map(|login| login.user)).transpose()
}

/// Replace the password's hash.
///
/// # Errors
/// When the database cannot be asked.
pub async fn set_password_hash(
    tx: &Tx,
    user: UserId,
    hash: &SecretString,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    change(tx, user, Column::PasswordHash, Expr::value(hash.expose_secret()), now).await
}

/// Subscribe the account to another plan.
///
/// # Errors
/// When the database cannot be asked.
pub async fn set_plan(tx: &Tx, user: UserId, plan: Plan, now: DateTime<Utc>) -> Result<bool, DbError> {
    change(tx, user, Column::Plan, Expr::value(plan.as_str()), now).await
}

/// Let the account log in, or no longer.
///
/// # Errors
/// When the database cannot be asked.
pub async fn set_active(tx: &Tx, user: UserId, active: bool, now: DateTime<Utc>) -> Result<bool, DbError> {
    change(tx, user, Column::IsActive, Expr::value(active), now).await
}

/// End every token that was given out up to now. Tokens know whole seconds, so those
/// that follow begin with the next one: the one after that when tokens were ended, and
/// given out for the next one, within this second already.
///
/// # Errors
/// When the database cannot be asked.
pub async fn end_tokens(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<bool, DbError> {
    use sea_orm::ExprTrait as _;
    let (epoch, now_second) = (Expr::col(Column::TokenEpoch), now.timestamp());
    let next = Expr::case(epoch.clone().gt(now_second), epoch.add(1_i64)).finally(now_second + 1);
    change(tx, user, Column::TokenEpoch, next, now).await
}

/// Make the account one of a program of the operator's.
///
/// # Errors
/// When the database cannot be asked.
pub async fn make_service(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<bool, DbError> {
    change(tx, user, Column::Kind, Expr::value(UserKind::Service.as_str()), now).await
}

/// Note what the platform calls the account and, when it is known, its shop.
///
/// # Errors
/// [`super::Rule::UserPlatform`] when another account is called so.
pub async fn link_platform(
    tx: &Tx,
    user: UserId,
    platform_id: &str,
    store_id: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    if let Some(store) = store_id {
        change(tx, user, Column::ExternalStoreId, Expr::value(store), now).await?;
    }
    change(tx, user, Column::ExternalPlatformId, Expr::value(platform_id), now).await
}

/// The account that the platform calls so.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_by_platform_id<R: Reads>(reads: &R, platform_id: &str) -> Result<Option<User>, DbError> {
    let row = Entity::find().filter(Column::ExternalPlatformId.eq(platform_id)).one(reads.conn()).await?;
    row.map(|row| from_row(row).map(|login| login.user)).transpose()
}

/// The ids of all service accounts, as a part of another query.
pub(super) fn services() -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Kind.eq(UserKind::Service.as_str()))
        .filter(Column::IsActive.eq(true))
        .into_query()
}

/// The service account of this name.
///
/// # Errors
/// When the database cannot be asked.
pub async fn find_service<R: Reads>(reads: &R, email: &str) -> Result<Option<User>, DbError> {
    let row = Entity::find()
        .filter(Column::Email.eq(email))
        .filter(Column::Kind.eq(UserKind::Service.as_str()))
        .one(reads.conn())
        .await?;
    row.map(|row| from_row(row).map(|login| login.user)).transpose()
}

async fn change(
    tx: &Tx,
    user: UserId,
    column: Column,
    value: impl Into<Expr>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = Entity::update_many()
        .col_expr(column, value.into())
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(user.0))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The account of a row.
pub(super) fn user_from_row(row: Model) -> Result<User, DbError> {
    from_row(row).map(|login| login.user)
}

fn from_row(row: Model) -> Result<Login, DbError> {
    let Model {
        id,
        email,
        password_hash,
        is_active,
        is_admin,
        plan,
        token_epoch,
        kind,
        external_platform_id,
        external_store_id: _,
        created_at,
        updated_at: _,
    } = row;
    let plan = plan.parse().map_err(|_| DbError::corrupt("users", "plan", id))?;
    let kind = [UserKind::Person, UserKind::Service].into_iter().find(|known| known.as_str() == kind);
    let user = User {
        id: UserId(id),
        email,
        is_active,
        is_admin,
        plan,
        token_epoch,
        kind: kind.ok_or_else(|| DbError::corrupt("users", "kind", id))?,
        external_platform_id,
        created_at,
    };
    Ok(Login { user, password_hash: SecretString::from(password_hash) })
}
