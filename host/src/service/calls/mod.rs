//! Calling a plugin for somebody: collect what the call may use, keep the tokens
//! that come back, renew and ask once more when a token has ended.

mod renewals;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use sourcepilot_domain::{Currency, ErrorKind, Failure};
use sourcepilot_egress::{Captured, Fence};
use sourcepilot_plugin_runtime::manifest::{Feature, Kind};
use sourcepilot_plugin_runtime::{Call, Outcome, ProgressSink};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use super::catalogues;
use super::party::{Keeper, Party, open, unavailable};
use crate::app::App;
use crate::db::{self, DbError};
use crate::plugins::Installed;
use crate::service::credentials::Credentials;

pub use renewals::Renewals;

/// How often somebody else may change the credentials under our hands.
const WRITE_TRIES: usize = 5;

/// The circumstances of a call.
#[derive(Clone)]
pub struct Circumstances {
    pub locale: String,
    pub currency: Currency,
    pub country: String,
    pub deadline: Duration,
    pub fence: Option<Arc<dyn Fence>>,
    pub progress: Option<Arc<dyn ProgressSink>>,
    pub cancelled: Option<CancellationToken>,
}

impl fmt::Debug for Circumstances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Circumstances")
            .field("currency", &self.currency)
            .field("country", &self.country)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// Call a plugin. What the merchant supplied for the account is read again first
/// when it is too old. A token about to end is renewed first; a refused one is
/// renewed, and the call made once more. Captured tokens are stored before the
/// result is looked at.
///
/// # Errors
/// What the plugin or the host says.
pub async fn call<T, F, Fut>(
    app: &App,
    plugin: &Installed,
    party: &mut Party,
    circumstances: &Circumstances,
    function: F,
) -> Result<T, Failure>
where
    F: Fn(Call) -> Fut,
    Fut: Future<Output = Outcome<T>>,
{
    Box::pin(catalogues::freshen(app, plugin, party)).await?;
    ask(app, plugin, party, circumstances, function).await
}

/// The same, with what was supplied as it is.
///
/// # Errors
/// What the plugin or the host says.
pub async fn ask<T, F, Fut>(
    app: &App,
    plugin: &Installed,
    party: &mut Party,
    circumstances: &Circumstances,
    function: F,
) -> Result<T, Failure>
where
    F: Fn(Call) -> Fut,
    Fut: Future<Output = Outcome<T>>,
{
    let renews = plugin.plugin.offers(Feature::TokenRenewal);
    let mut renewed = false;
    if renews && renewals::is_due(plugin.manifest(), &party.credentials, app.now()) {
        // The token may well be good for a few minutes more.
        renewed = renew(app, plugin, party, circumstances).await.is_ok();
    }
    let mut result = ask_once(app, plugin, party, circumstances, &function).await;
    if renews && !renewed && matches!(&result, Err(failure) if failure.kind == ErrorKind::AuthRequired) {
        result = match renew(app, plugin, party, circumstances).await {
            Ok(()) => ask_once(app, plugin, party, circumstances, &function).await,
            // There is nothing to renew with: what was said first is what helps.
            Err(failure) if failure.kind == ErrorKind::Unsupported => result,
            Err(failure) => Err(failure),
        };
    }
    if let Err(failure) = &result
        && failure.kind == ErrorKind::AuthRequired
    {
        record_problem(app, party, &failure.message).await;
    }
    result
}

/// The same without any renewal.
///
/// # Errors
/// What the plugin or the host says.
pub async fn ask_once<T, F, Fut>(
    app: &App,
    plugin: &Installed,
    party: &mut Party,
    circumstances: &Circumstances,
    function: &F,
) -> Result<T, Failure>
where
    F: Fn(Call) -> Fut,
    Fut: Future<Output = Outcome<T>>,
{
    let Outcome { result, usage, captured } = function(build(app, plugin, party, circumstances)).await;
    tracing::debug!(plugin.id = plugin.id(), ?usage, ok = result.is_ok(), "a plugin was called");
    keep(app, party, captured).await?;
    result
}

fn build(app: &App, plugin: &Installed, party: &Party, circumstances: &Circumstances) -> Call {
    let Circumstances { locale, currency, country, deadline, fence, progress, cancelled } =
        circumstances.clone();
    Call {
        call_id: Uuid::now_v7().to_string(),
        pool_key: party.pool_key(plugin.id()),
        locale,
        currency,
        country,
        base_url: party.base_url.clone(),
        settings: party.settings.clone(),
        extra: party.facts.clone(),
        credentials: party.secrets(),
        deadline,
        fence,
        catalogue: catalogues::of_call(app, plugin, party),
        progress,
        cancelled,
        now: app.now(),
    }
}

/// Renew in a task of its own: the new pair often voids the old one, so it is stored
/// even when the caller goes away in the middle.
async fn renew(
    app: &App,
    plugin: &Installed,
    party: &mut Party,
    circumstances: &Circumstances,
) -> Result<(), Failure> {
    let shared = app.shared().ok_or_else(stopped)?;
    let (plugin, mut theirs) = (plugin.clone(), party.clone());
    let circumstances = Circumstances { progress: None, cancelled: None, ..circumstances.clone() };
    let work = async move {
        let result = renew_and_keep(&shared, &plugin, &mut theirs, &circumstances).await;
        (theirs, result)
    };
    let (renewed, result) = app.tasks.spawn(work.in_current_span()).await.map_err(|_| stopped())?;
    *party = renewed;
    result
}

pub(super) fn stopped() -> Failure {
    Failure::new(ErrorKind::Unavailable, "The service is being stopped; try again in a moment.")
}

async fn renew_and_keep(
    app: &App,
    plugin: &Installed,
    party: &mut Party,
    circumstances: &Circumstances,
) -> Result<(), Failure> {
    let lock = app.renewals.of(party.keeper);
    let _one_at_a_time = lock.lock().await;
    // Somebody else may have done it while this call waited for its turn.
    let before = party.version;
    refresh(app, party).await?;
    if party.version != before {
        return Ok(());
    }
    if let Some(refusal) = app.renewals.refusal(party, app.now()) {
        return Err(refusal);
    }
    let call = build(app, plugin, party, circumstances);
    let outcome = match plugin.plugin.kind() {
        Kind::Supplier => match plugin.plugin.supplier() {
            Some(supplier) => supplier.renew(call).await,
            None => return Ok(()),
        },
        Kind::Store => match plugin.plugin.store() {
            Some(store) => store.renew(call).await,
            None => return Ok(()),
        },
    };
    keep(app, party, outcome.captured).await?;
    let result = outcome.result;
    // A disturbance may be over at the next call.
    if let Err(failure) = &result
        && failure.kind == ErrorKind::AuthRequired
    {
        app.renewals.refuse(party, failure.clone(), app.now());
    }
    result
}

/// Read the stored credentials again.
async fn refresh(app: &App, party: &mut Party) -> Result<(), Failure> {
    if let Some((version, credentials)) = stored(app, party.keeper).await? {
        party.version = version;
        party.credentials = credentials;
    }
    Ok(())
}

async fn stored(app: &App, keeper: Keeper) -> Result<Option<(i64, Credentials)>, Failure> {
    let Some(slot) = keeper.slot() else { return Ok(None) };
    let (version, sealed) = match keeper {
        Keeper::Nobody => return Ok(None),
        Keeper::Supplier(user, id) => {
            let Some(account) = db::supplier_accounts::find(&app.db, user, id).await.map_err(unavailable)?
            else {
                return Ok(None);
            };
            (account.version, account.credentials)
        }
        Keeper::Store(user, id) => {
            let Some(connection) = db::connections::find(&app.db, user, id).await.map_err(unavailable)?
            else {
                return Ok(None);
            };
            (connection.version, connection.credentials)
        }
        Keeper::House(id) => {
            let all = db::house_accounts::list(&app.db).await.map_err(unavailable)?;
            let Some(house) = all.into_iter().find(|house| house.id == id) else { return Ok(None) };
            (house.version, Some(house.credentials))
        }
    };
    Ok(Some((version, open(app, slot, sealed.as_ref())?)))
}

/// Store tokens that an answer carried. They are written on top of whatever the
/// merchant may have changed meanwhile.
async fn keep(app: &App, party: &mut Party, captured: Vec<Captured>) -> Result<(), Failure> {
    if captured.is_empty() {
        return Ok(());
    }
    for _ in 0..WRITE_TRIES {
        for token in &captured {
            party.credentials.set(&token.credential, token.value.expose_secret(), token.expires_at);
        }
        if write(app, party).await? {
            party.version += 1;
            return Ok(());
        }
        refresh(app, party).await?;
    }
    Err(Failure::new(
        ErrorKind::Unavailable,
        "The account is being changed by somebody else; try again in a moment.",
    ))
}

async fn write(app: &App, party: &Party) -> Result<bool, Failure> {
    let (keeper, version, now) = (party.keeper, party.version, app.now());
    let Some(slot) = keeper.slot() else { return Ok(true) };
    let sealed = app.keys.seal_json(slot, &party.credentials).map_err(|error| {
        tracing::error!(?slot, %error, "credentials cannot be sealed");
        Failure::new(ErrorKind::Internal, "The account's new token could not be stored.")
    })?;
    app.db
        .transaction(async move |tx| match keeper {
            Keeper::Nobody => Ok(true),
            Keeper::Supplier(user, id) => {
                db::supplier_accounts::replace_credentials(&tx, user, id, version, sealed).await
            }
            Keeper::Store(user, id) => {
                db::connections::replace_credentials(&tx, user, id, version, sealed).await
            }
            Keeper::House(id) => db::house_accounts::replace_credentials(&tx, id, version, sealed, now).await,
        })
        .await
        .map_err(unavailable)
}

/// Tell the merchant, on the account or shop, that it has to be connected again.
async fn record_problem(app: &App, party: &Party, sentence: &str) {
    let (keeper, now, problem) = (party.keeper, app.now(), sentence.to_owned());
    let recorded = app
        .db
        .transaction(async move |tx| {
            let failed = db::facts::Checked::Fails { problem: problem.clone() };
            match keeper {
                Keeper::Nobody => Ok::<_, DbError>(true),
                Keeper::Supplier(user, id) => {
                    db::supplier_accounts::record_check(&tx, user, id, failed, now).await
                }
                Keeper::Store(user, id) => db::connections::record_check(&tx, user, id, failed, now).await,
                Keeper::House(id) => db::house_accounts::record_check(&tx, id, Some(problem), now).await,
            }
        })
        .await;
    if let Err(error) = recorded {
        tracing::warn!(%error, "a connection's problem could not be recorded");
    }
}
