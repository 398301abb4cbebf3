//! What the demo world needs in the database: a login, its shop, a house account.

use secrecy::SecretString;
use sourcepilot_domain::plan::Plan;

use super::CliError;
use crate::app::App;
use crate::service::auth::{self, AuthError};
use crate::service::connections::{self, ConnectionError, NewShop, Secrets};
use crate::service::house_accounts;

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
    for store in &facts.stores {
        let shop = NewShop {
            store_name: "Demo shop".to_owned(),
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
