//! What the demo world needs in the database: a login, its shop, a house account.

use secrecy::SecretString;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;

use super::CliError;
use crate::app::App;
use crate::config::DemoMerchantAccount;
use crate::service::auth::{self, AuthError};
use crate::service::catalogues::{self, RefreshFrom};
use crate::service::connections::{self, ConnectionError, NewShop, Secrets};
use crate::service::supplier_accounts::{self, AccountChange, AccountError, NewAccount};
use crate::service::{house_accounts, provisioning};

/// Add what is missing. Starting again changes nothing that is there.
///
/// # Errors
/// When the database does not answer.
pub async fn furnish(app: &App) -> Result<(), CliError> {
    let Some(facts) = &app.config.demo else { return Ok(()) };
    for account in &facts.supplier_accounts {
        let set = house_accounts::set(app, &account.platform, account.credentials.clone()).await;
        if let Err(error) = set {
            tracing::warn!(%error, "the demo's house account was not set");
        }
    }
    let password = SecretString::from(facts.login.password.clone());
    let made =
        auth::create_user(app, facts.login.email.clone(), password.clone(), Plan::Enterprise, true).await;
    let user = match made {
        Ok(user) => user,
        Err(AuthError::EmailTaken) => {
            auth::login(app, &facts.login.email, password).await.map_err(CliError::other)?.user
        }
        Err(error) => return Err(CliError::other(error)),
    };
    for account in &facts.merchant_accounts {
        supply(app, user.id, account).await?;
    }
    let key = SecretString::from(facts.service_key.clone());
    let service = provisioning::ensure_service(app, "demo", key).await.map_err(CliError::other)?;
    // What merchants without an account of their own see.
    for account in &facts.merchant_accounts {
        supply(app, service, account).await?;
    }
    // The first one becomes the default one.
    for (number, store) in facts.stores.iter().enumerate() {
        let store_name = match number {
            0 => "Demo shop".to_owned(),
            _ => format!("Demo shop ({})", store.platform),
        };
        let shop = NewShop {
            store_name,
            platform: store.platform.clone(),
            store_url: store.store_url.clone(),
            secrets: Secrets { api_key: Some(SecretString::from(store.api_key.clone())), credentials: None },
            settings: None,
        };
        match connections::create(app, user.id, shop, None).await {
            Ok(_) | Err(ConnectionError::Exists { .. }) => {}
            Err(error) => return Err(CliError::other(error)),
        }
    }
    Ok(())
}

/// An account of the merchant's own, filled from its feed.
async fn supply(app: &App, user: UserId, account: &DemoMerchantAccount) -> Result<(), CliError> {
    let DemoMerchantAccount { platform, name, settings } = account.clone();
    let known = supplier_accounts::list(app, user).await.map_err(CliError::other)?;
    let known = known.into_iter().find(|view| view.account.platform == platform && view.account.name == name);
    let id = match known {
        Some(view) => {
            // The world may listen elsewhere than the last time.
            let change = AccountChange { settings: Some(settings), ..AccountChange::default() };
            supplier_accounts::update(app, user, view.account.id, change).await.map_err(CliError::other)?;
            view.account.id
        }
        None => {
            let new = NewAccount { name, platform, credentials: None, settings: Some(settings) };
            match supplier_accounts::create(app, user, new, None).await {
                Ok(view) => view.account.id,
                Err(error @ AccountError::Db(_)) => return Err(CliError::other(error)),
                Err(error) => {
                    tracing::warn!(%error, "the demo merchant's account was not added");
                    return Ok(());
                }
            }
        }
    };
    if let Err(error) = Box::pin(catalogues::refresh(app, user, id, RefreshFrom::default())).await {
        tracing::warn!(%error, "the demo merchant's feed was not read");
    }
    Ok(())
}
