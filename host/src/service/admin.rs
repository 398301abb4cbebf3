//! What administrators of the installation may do. Every use case takes an
//! [`Administrator`], which only a session of one becomes.

use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_plugin_runtime::PluginState;

use super::Page;
use super::auth::{self, Session};
use crate::app::App;
use crate::db::users::{self, User};
use crate::db::{DbError, admin};
use crate::plugins::{Problem, RegistryError};

/// Somebody who may administer the installation.
#[derive(Clone, Debug)]
pub struct Administrator(UserId);

impl Administrator {
    /// Of a session, if it is one of an administrator.
    #[must_use]
    pub fn of(session: &Session) -> Option<Self> {
        session.user.is_admin.then_some(Administrator(session.user.id))
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("User not found")]
    NoUser,
    #[error("Plugin not found")]
    NoPlugin,
    #[error("You cannot deactivate yourself; let another administrator do it.")]
    Yourself,
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A change of an account; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserChange {
    pub is_active: Option<bool>,
    pub plan: Option<Plan>,
}

/// A plugin as an administrator sees it.
#[derive(Clone, Debug)]
pub struct PluginStatus {
    pub id: String,
    pub version: String,
    pub kind: String,
    pub digest: String,
    pub is_pinned: bool,
    /// Why it is quarantined, if it is.
    pub quarantined: Option<String>,
}

/// All plugins and what keeps others from running.
#[derive(Clone, Debug)]
pub struct PluginReport {
    pub plugins: Vec<PluginStatus>,
    pub problems: Vec<Problem>,
}

/// A part of all accounts, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_users(
    app: &App,
    _: &Administrator,
    skip: u64,
    limit: u64,
) -> Result<Page<User>, AdminError> {
    Ok(admin::users(&app.db, skip, limit).await?)
}

/// Change an account. One that is deactivated is logged out everywhere at once.
///
/// # Errors
/// `NoUser`, or `Yourself`.
pub async fn change_user(
    app: &App,
    by: &Administrator,
    user: UserId,
    change: UserChange,
) -> Result<User, AdminError> {
    let UserChange { is_active, plan } = change;
    if by.0 == user && is_active == Some(false) {
        return Err(AdminError::Yourself);
    }
    let now = app.now();
    app.db
        .transaction(async move |tx| {
            users::lock(&tx, user).await?.ok_or(AdminError::NoUser)?;
            if let Some(plan) = plan {
                users::set_plan(&tx, user, plan, now).await?;
            }
            if let Some(is_active) = is_active {
                users::set_active(&tx, user, is_active, now).await?;
                if !is_active {
                    auth::end_sessions(&tx, user, None, now).await?;
                }
            }
            Ok::<_, AdminError>(())
        })
        .await?;
    tracing::info!(admin.id = %by.0, user.id = %user, ?change, "an administrator changed a user");
    users::find(&app.db, user).await?.ok_or(AdminError::NoUser)
}

/// All plugins of this process.
pub fn plugins(app: &App, _: &Administrator) -> PluginReport {
    let catalogue = app.plugins.catalogue();
    let status = |plugin: &std::sync::Arc<crate::plugins::Installed>| PluginStatus {
        id: plugin.id().to_owned(),
        version: plugin.manifest().version.to_string(),
        kind: plugin.plugin.kind().to_string(),
        digest: plugin.digest.clone(),
        is_pinned: plugin.entry.digest.is_some(),
        quarantined: match plugin.plugin.state() {
            PluginState::Serving => None,
            PluginState::Quarantined { reason } => Some(reason),
        },
    };
    PluginReport {
        plugins: catalogue.installed().iter().map(status).collect(),
        problems: catalogue.problems().to_vec(),
    }
}

/// Read the registry again.
///
/// # Errors
/// When it cannot be read; then nothing changes.
pub async fn reload_plugins(app: &App, by: &Administrator) -> Result<PluginReport, AdminError> {
    app.plugins.reload().await?;
    tracing::info!(admin.id = %by.0, "an administrator had the plugins read again");
    Ok(plugins(app, by))
}

/// Let a quarantined plugin serve again in this process. One that serves is no harm.
///
/// # Errors
/// `NoPlugin`.
pub fn release_plugin(app: &App, by: &Administrator, id: &str) -> Result<PluginReport, AdminError> {
    let plugin = app.plugins.catalogue().by_id(id).ok_or(AdminError::NoPlugin)?;
    plugin.plugin.release();
    tracing::info!(admin.id = %by.0, plugin.id = %id, "an administrator released a plugin");
    Ok(plugins(app, by))
}
