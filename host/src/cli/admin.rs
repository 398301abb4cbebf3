//! Commands for the administrator.

use std::io::Read;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sourcepilot_domain::plan::Plan;

use super::args::{NewHouseAccount, NewUser};
use super::{CliError, say};
use crate::app::{self, App};
use crate::config::Config;
use crate::service::secrets::{self, Rewrapped};
use crate::service::{auth, house_accounts, provisioning};

const SHORTEST_PASSWORD: usize = 8;

/// `sourcepilot migrate`.
///
/// # Errors
/// When the database does not answer or a migration fails.
pub async fn migrate(config: &Config) -> Result<(), CliError> {
    config.check()?;
    let db = app::connect(config).await?;
    db.migrate().await.map_err(CliError::other)?;
    say("The schema is up to date.");
    db.close().await.map_err(CliError::other)
}

/// `sourcepilot user create`.
///
/// # Errors
/// When the address is taken, or the password too short.
pub async fn create_user(config: Config, new: NewUser) -> Result<(), CliError> {
    let NewUser { email, password, admin, plan } = new;
    let plan: Plan = plan.parse().map_err(CliError::other)?;
    let password = match password {
        Some(password) => password,
        None => SecretString::from(standard_input()?.trim_end_matches(['\r', '\n']).to_owned()),
    };
    if password.expose_secret().chars().count() < SHORTEST_PASSWORD {
        return Err(CliError::other(format!(
            "the password must have at least {SHORTEST_PASSWORD} characters"
        )));
    }
    let app = App::build(config).await?;
    let user = auth::create_user(&app, email, password, plan, admin).await.map_err(CliError::other)?;
    say(format!("{} {}", user.id, user.email));
    Ok(())
}

/// `sourcepilot service-account create`.
///
/// # Errors
/// When the name is taken or no name.
pub async fn create_service_account(config: Config, name: &str) -> Result<(), CliError> {
    let app = App::build(config).await?;
    let made = provisioning::create_service(&app, name).await.map_err(CliError::other)?;
    say(made.secret.expose_secret());
    Ok(())
}

/// `sourcepilot secrets rewrap`.
///
/// # Errors
/// When the database does not answer, or a secret cannot be read with any key.
pub async fn rewrap_secrets(config: Config) -> Result<(), CliError> {
    let app = App::build(config).await?;
    let Rewrapped { changed, current, unreadable } = secrets::rewrap(&app).await.map_err(CliError::other)?;
    say(format!("{changed} secrets were put under the current key, {current} were under it already."));
    match unreadable {
        0 => Ok(()),
        count => Err(CliError::other(format!(
            "{count} secrets cannot be read with any key of SOURCEPILOT_ENCRYPTION_KEY; keep the old keys in it"
        ))),
    }
}

/// `sourcepilot supplier house-account set`.
///
/// # Errors
/// When there is no such supplier or credential.
pub async fn set_house_account(config: Config, new: NewHouseAccount) -> Result<(), CliError> {
    let values: Map<String, Value> = serde_json::from_str(&standard_input()?)
        .map_err(|_| CliError::other("standard input must be a JSON object: credential names and values"))?;
    let app = App::build(config).await?;
    house_accounts::set(&app, &new.supplier, values).await.map_err(CliError::other)?;
    say(format!("The house account of {} is set.", new.supplier));
    Ok(())
}

fn standard_input() -> Result<String, CliError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(CliError::other)?;
    Ok(text)
}
