//! Consent in a supplier's or shop's own pages (OAuth): the merchant is sent
//! there, comes back with a code, and the plugin trades the code for tokens that
//! only the host ever sees.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use rand::Rng;
use rand::distr::Alphanumeric;
use secrecy::{ExposeSecret, SecretString};
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId, UserId};
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::EgressConfig;
use sourcepilot_plugin_runtime::manifest::Feature;
use sourcepilot_plugin_runtime::{Call, Outcome, Store, Supplier};
use tracing::Instrument;

use super::calls::{ask_once, stopped};
use super::checks::no_plugin;
use super::party::{self, Party, unavailable};
use super::suppliers::looking;
use crate::app::App;
use crate::db::connections::{self, Connection};
use crate::db::supplier_accounts::{self, SupplierAccount};
use crate::plugins::Installed;

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
    from: Origin,
    redirect_uri: String,
}

/// For what the merchant was sent away.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Account(SupplierAccountId),
    Connection(ConnectionId),
}

impl Default for Consents {
    fn default() -> Self {
        Consents(Cache::builder().max_capacity(10_000).time_to_live(PATIENCE).build())
    }
}

/// A supplier or a shop platform, of which consent asks the same.
enum Side {
    Supplier(Supplier),
    Store(Store),
}

impl Side {
    fn of(installed: &Installed) -> Result<Side, Failure> {
        let supplier = installed.plugin.supplier().map(Side::Supplier);
        let side = supplier.or_else(|| installed.plugin.store().map(Side::Store));
        side.ok_or_else(|| no_plugin(installed.id()))
    }

    async fn consent_url(&self, call: Call, redirect_uri: &str, state: &str) -> Outcome<String> {
        match self {
            Side::Supplier(supplier) => supplier.consent_url(call, redirect_uri, state).await,
            Side::Store(store) => store.consent_url(call, redirect_uri, state).await,
        }
    }

    async fn exchange_code(&self, call: Call, redirect_uri: &str) -> Outcome<GrantInfo> {
        match self {
            Side::Supplier(supplier) => supplier.exchange_code(call, redirect_uri).await,
            Side::Store(store) => store.exchange_code(call, redirect_uri).await,
        }
    }
}

/// Where to send the merchant's browser to connect an account with a supplier.
///
/// # Errors
/// When the supplier has no such pages, or its plugin says no.
pub async fn begin(app: &App, account: &SupplierAccount, redirect_uri: &str) -> Result<String, Failure> {
    let catalogue = app.plugins.catalogue();
    let installed = catalogue.supplier(&account.platform).ok_or_else(|| no_plugin(&account.platform))?;
    let party = party::of_account(app, &installed, account).await?;
    let visit = Visit {
        user: account.user_id,
        from: Origin::Account(account.id),
        redirect_uri: redirect_uri.to_owned(),
    };
    send(app, &installed, party, visit).await
}

/// Where to send the merchant's browser to connect a shop.
///
/// # Errors
/// When the platform has no such pages, or its plugin says no.
pub async fn begin_for_shop(app: &App, shop: &Connection, redirect_uri: &str) -> Result<String, Failure> {
    let catalogue = app.plugins.catalogue();
    let installed = catalogue.store(&shop.platform).ok_or_else(|| no_plugin(&shop.platform))?;
    let party = party::of_connection(app, &installed, shop).await?;
    let visit = Visit {
        user: shop.user_id,
        from: Origin::Connection(shop.id),
        redirect_uri: redirect_uri.to_owned(),
    };
    send(app, &installed, party, visit).await
}

async fn send(app: &App, installed: &Installed, mut party: Party, visit: Visit) -> Result<String, Failure> {
    if !installed.plugin.offers(Feature::Authorization) {
        return Err(Failure::new(
            ErrorKind::Unsupported,
            format!("{} is connected by entering credentials, not by consent.", installed.manifest().name),
        ));
    }
    let side = Side::of(installed)?;
    let state: String = rand::rng().sample_iter(Alphanumeric).take(43).map(char::from).collect();
    let url = ask_once(app, installed, &mut party, &looking(app), &|call| {
        side.consent_url(call, &visit.redirect_uri, &state)
    })
    .await?;
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
/// When the state is unknown or used, or the other side refuses the code.
pub async fn finish(app: &Arc<App>, state: &str, code: &str) -> Result<GrantInfo, Failure> {
    let visit = app.consents.0.remove(state).await.ok_or_else(unknown)?;
    // A code works once: whoever goes away now still gets the tokens.
    let (shared, code) = (Arc::clone(app), SecretString::from(code));
    let work = async move { exchange(&shared, &visit, &code).await };
    app.tasks.spawn(work.in_current_span()).await.map_err(|_| stopped())?
}

async fn exchange(app: &App, visit: &Visit, code: &SecretString) -> Result<GrantInfo, Failure> {
    let (installed, mut party) = come_back(app, visit).await?;
    let side = Side::of(&installed)?;
    party.lend(CODE, code.expose_secret());
    // Nothing is renewed around it: what the other side says of the code is what counts.
    let exchange = |call| side.exchange_code(call, &visit.redirect_uri);
    ask_once(app, &installed, &mut party, &looking(app), &exchange).await
}

async fn come_back(app: &App, visit: &Visit) -> Result<(Arc<Installed>, Party), Failure> {
    let catalogue = app.plugins.catalogue();
    match visit.from {
        Origin::Account(id) => {
            let found = supplier_accounts::find(&app.db, visit.user, id).await.map_err(unavailable)?;
            let account = found.ok_or_else(unknown)?;
            let installed =
                catalogue.supplier(&account.platform).ok_or_else(|| no_plugin(&account.platform))?;
            let party = party::of_account(app, &installed, &account).await?;
            Ok((installed, party))
        }
        Origin::Connection(id) => {
            let found = connections::find(&app.db, visit.user, id).await.map_err(unavailable)?;
            let shop = found.ok_or_else(unknown)?;
            let installed = catalogue.store(&shop.platform).ok_or_else(|| no_plugin(&shop.platform))?;
            let party = party::of_connection(app, &installed, &shop).await?;
            Ok((installed, party))
        }
    }
}

fn unknown() -> Failure {
    Failure::new(
        ErrorKind::InvalidInput,
        "This consent was not asked for, or was used, or is older than 15 minutes. Begin again.",
    )
}
