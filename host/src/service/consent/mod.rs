//! Consent in a supplier's or shop's own pages (OAuth): the merchant is sent
//! there, comes back with a code, and the plugin trades the code for tokens that
//! only the host ever sees.
//!
//! Whoever comes back must be who was sent away: the same browser, by a value that was
//! given to it and to nobody else, or the same merchant, signed in. Otherwise a stranger
//! could send a merchant the address of a consent and receive the merchant's tokens.

mod proof;

use std::sync::Arc;

use chrono::TimeDelta;
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
use subtle::ConstantTimeEq;
use tracing::Instrument;

use super::calls::{ask_once, stopped};
use super::checks::{self, no_plugin};
use super::party::{self, Party, unavailable};
use super::suppliers::looking;
use crate::app::App;
use crate::db::connections::{self, Connection};
use crate::db::supplier_accounts::{self, SupplierAccount};
use crate::plugins::Installed;

/// The credential under which a plugin finds the code.
const CODE: &str = "authorization_code";
/// How long a merchant may take on the other side's pages.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Who was sent away, by the state that comes back with them.
#[derive(Clone, Debug)]
pub struct Consents(Cache<String, Visit>);

#[derive(Clone, Debug)]
struct Visit {
    user: UserId,
    from: Origin,
    redirect_uri: String,
    binding: SecretString,
}

impl Visit {
    fn new(user: UserId, from: Origin, redirect_uri: &str) -> Self {
        Visit { user, from, redirect_uri: redirect_uri.to_owned(), binding: random().into() }
    }
}

/// A consent that was begun.
#[derive(Debug)]
pub struct Begun {
    /// Where to send the merchant's browser.
    pub url: String,
    pub state: String,
    /// For the browser in which it begins, and for nobody else.
    pub binding: SecretString,
}

/// What comes back from the other side's pages, and with whom.
#[derive(Debug)]
pub struct Return {
    pub state: String,
    pub code: SecretString,
    /// All parameters as they were sent.
    pub query: SecretString,
    /// What the browser was given when the consent began there.
    pub binding: Option<SecretString>,
    /// Who is signed in.
    pub user: Option<UserId>,
}

/// For what the merchant was sent away.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Account(SupplierAccountId),
    Connection(ConnectionId),
}

impl Default for Consents {
    fn default() -> Self {
        Consents(
            Cache::builder().max_capacity(10_000).time_to_live(PATIENCE.to_std().unwrap_or_default()).build(),
        )
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
pub async fn begin(app: &App, account: &SupplierAccount, redirect_uri: &str) -> Result<Begun, Failure> {
    let catalogue = app.plugins.catalogue();
    let installed = catalogue.supplier(&account.platform).ok_or_else(|| no_plugin(&account.platform))?;
    let party = party::of_account(app, &installed, account).await?;
    let visit = Visit::new(account.user_id, Origin::Account(account.id), redirect_uri);
    send(app, &installed, party, visit).await
}

/// Where to send the merchant's browser to connect a shop.
///
/// # Errors
/// When the platform has no such pages, or its plugin says no.
pub async fn begin_for_shop(app: &App, shop: &Connection, redirect_uri: &str) -> Result<Begun, Failure> {
    let catalogue = app.plugins.catalogue();
    let installed = catalogue.store(&shop.platform).ok_or_else(|| no_plugin(&shop.platform))?;
    let party = party::of_connection(app, &installed, shop).await?;
    let visit = Visit::new(shop.user_id, Origin::Connection(shop.id), redirect_uri);
    send(app, &installed, party, visit).await
}

async fn send(app: &App, installed: &Installed, mut party: Party, visit: Visit) -> Result<Begun, Failure> {
    if !installed.plugin.offers(Feature::Authorization) {
        return Err(Failure::new(
            ErrorKind::Unsupported,
            format!("{} is connected by entering credentials, not by consent.", installed.manifest().name),
        ));
    }
    let side = Side::of(installed)?;
    let state = random();
    let url = ask_once(app, installed, &mut party, &looking(app), &|call| {
        side.consent_url(call, &visit.redirect_uri, &state)
    })
    .await?;
    let begun = Begun { url: for_browser(app, url), state: state.clone(), binding: visit.binding.clone() };
    app.consents.0.insert(state, visit).await;
    Ok(begun)
}

/// 256 bits, unguessable.
fn random() -> String {
    rand::rng().sample_iter(Alphanumeric).take(43).map(char::from).collect()
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
/// When the state is unknown or used, somebody else came back, the other side did not
/// send them, or it refuses the code.
pub async fn finish(app: &Arc<App>, back: Return) -> Result<GrantInfo, Failure> {
    let visit = app.consents.0.remove(&back.state).await.ok_or_else(unknown)?;
    if !is_same(&visit, &back) {
        return Err(somebody_else());
    }
    // A code works once: whoever goes away now still gets the tokens.
    let shared = Arc::clone(app);
    let work = async move {
        let granted = exchange(&shared, &visit, &back).await?;
        Box::pin(look(&shared, &visit)).await;
        Ok(granted)
    };
    app.tasks.spawn(work.in_current_span()).await.map_err(|_| stopped())?
}

/// The browser in which it began, or the merchant for whom it began.
fn is_same(visit: &Visit, back: &Return) -> bool {
    let same_browser = back.binding.as_ref().is_some_and(|binding| {
        bool::from(binding.expose_secret().as_bytes().ct_eq(visit.binding.expose_secret().as_bytes()))
    });
    same_browser || back.user == Some(visit.user)
}

async fn exchange(app: &App, visit: &Visit, back: &Return) -> Result<GrantInfo, Failure> {
    let (installed, mut party) = come_back(app, visit).await?;
    proof::check(installed.manifest(), &party, back.query.expose_secret(), app.now())?;
    let side = Side::of(&installed)?;
    party.lend(CODE, back.code.expose_secret());
    // Nothing is renewed around it: what the other side says of the code is what counts.
    let exchange = |call| side.exchange_code(call, &visit.redirect_uri);
    ask_once(app, &installed, &mut party, &looking(app), &exchange).await
}

/// What was wrong before is over, and other things may be wrong now. What is found is
/// kept on the account or shop; the consent itself is done.
async fn look(app: &App, visit: &Visit) {
    let found = match visit.from {
        Origin::Account(id) => match supplier_accounts::find(&app.db, visit.user, id).await {
            Ok(Some(account)) => checks::supplier_account(app, &account).await,
            Ok(None) => return,
            Err(error) => Err(unavailable(error)),
        },
        Origin::Connection(id) => match connections::find(&app.db, visit.user, id).await {
            Ok(Some(shop)) => checks::connection(app, &shop, &looking(app)).await,
            Ok(None) => return,
            Err(error) => Err(unavailable(error)),
        },
    };
    if let Err(failure) = found {
        tracing::info!(message = failure.message, "connected by consent, but the check fails");
    }
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

fn somebody_else() -> Failure {
    Failure::new(
        ErrorKind::InvalidInput,
        "This consent was begun in another browser or by somebody else, so nothing was connected. Begin again in \
         this browser, or sign in here first; a program sends its own token with the state and the code.",
    )
}
