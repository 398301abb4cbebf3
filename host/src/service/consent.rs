//! Consent in a supplier's or shop's own pages (OAuth): the merchant is sent
//! there, comes back with a code, and the plugin trades the code for tokens that
//! only the host ever sees.

use std::time::Duration;

use moka::future::Cache;
use rand::Rng;
use rand::distr::Alphanumeric;
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::ids::{SupplierAccountId, UserId};
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::EgressConfig;
use sourcepilot_plugin_runtime::manifest::Feature;

use super::calls::call;
use super::checks::no_plugin;
use super::party::{self, unavailable};
use super::suppliers::looking;
use crate::app::App;
use crate::db::supplier_accounts::{self, SupplierAccount};

/// The credential under which a plugin finds the code.
const CODE: &str = "authorization_code";
/// How long a merchant may take on the other side's pages.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Who was sent away, by the state that comes back with them.
#[derive(Clone, Debug)]
pub struct Consents(Cache<String, Visit>);

#[derive(Clone, Debug)]
struct Visit {
    user: UserId,
    account: SupplierAccountId,
    redirect_uri: String,
}

impl Default for Consents {
    fn default() -> Self {
        Consents(Cache::builder().max_capacity(10_000).time_to_live(PATIENCE).build())
    }
}

/// Where to send the merchant's browser.
///
/// # Errors
/// When the supplier has no such pages, or its plugin says no.
pub async fn begin(app: &App, account: &SupplierAccount, redirect_uri: &str) -> Result<String, Failure> {
    let catalogue = app.plugins.catalogue();
    let installed = catalogue.supplier(&account.platform).ok_or_else(|| no_plugin(&account.platform))?;
    let supplier = installed.plugin.supplier().ok_or_else(|| no_plugin(&account.platform))?;
    if !installed.plugin.offers(Feature::Authorization) {
        return Err(Failure::new(
            ErrorKind::Unsupported,
            format!("{} is connected by entering credentials, not by consent.", installed.manifest().name),
        ));
    }
    let state: String = rand::rng().sample_iter(Alphanumeric).take(43).map(char::from).collect();
    let mut party = party::of_account(app, &installed, account).await?;
    let url = call(app, &installed, &mut party, &looking(app), |call| {
        supplier.consent_url(call, redirect_uri, &state)
    })
    .await?;
    let visit = Visit { user: account.user_id, account: account.id, redirect_uri: redirect_uri.to_owned() };
    app.consents.0.insert(state, visit).await;
    Ok(for_browser(app, url))
}

/// The merchant's browser does not pass through the egress layer, so in the demo
/// world it is sent where that layer would have sent it.
fn for_browser(app: &App, url: String) -> String {
    if app.config.demo.is_none() {
        return url;
    }
    let map = EgressConfig::parse_map(&app.config.egress.map).unwrap_or_default();
    let moved =
        map.iter().find_map(|pair| Some(format!("{}{}", pair.to, url.strip_prefix(&pair.from.to_string())?)));
    moved.unwrap_or(url)
}

/// The merchant came back: trade the code. A state works once.
///
/// # Errors
/// When the state is unknown or used, or the supplier refuses the code.
pub async fn finish(app: &App, state: &str, code: &str) -> Result<GrantInfo, Failure> {
    let unknown = || {
        Failure::new(
            ErrorKind::InvalidInput,
            "This consent was not asked for, or was used, or is older than 15 minutes. Begin again.",
        )
    };
    let visit = app.consents.0.remove(state).await.ok_or_else(unknown)?;
    let found = supplier_accounts::find(&app.db, visit.user, visit.account).await.map_err(unavailable)?;
    let account = found.ok_or_else(unknown)?;
    let catalogue = app.plugins.catalogue();
    let installed = catalogue.supplier(&account.platform).ok_or_else(|| no_plugin(&account.platform))?;
    let supplier = installed.plugin.supplier().ok_or_else(|| no_plugin(&account.platform))?;
    let mut party = party::of_account(app, &installed, &account).await?;
    party.lend(CODE, code);
    call(app, &installed, &mut party, &looking(app), |call| supplier.exchange_code(call, &visit.redirect_uri))
        .await
}
