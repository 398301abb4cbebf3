//! When a catalogue is read again by itself, and from where.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId};
use sourcepilot_domain::{Effect, ErrorKind, Failure};

use super::{Place, RefreshFrom, feed, place_of, shop};
use crate::app::App;
use crate::db::catalogues::{self, Catalogue};
use crate::db::supplier_accounts;
use crate::plugins::Installed;
use crate::service::party::{Keeper, Party, unavailable};
use crate::service::supplier_accounts::AccountError;
use crate::service::turns::Turns;

/// The names of settings that this contract gives a meaning; a plugin with a
/// catalogue declares those that its merchants may use.
const FEED_URL: &str = "feed_url";
const SHOP: &str = "shop_connection_id";
const MAX_AGE: &str = "feed_max_age_hours";
/// The age at which a feed is read again, without a setting.
const USUAL_MAX_AGE: i64 = 24;
/// After a failure the address is left alone for so long.
const PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Reading again: one at a time per account, and not over and over when it fails.
#[derive(Debug, Default)]
pub struct Attempts {
    locks: Turns<SupplierAccountId>,
    failed: Mutex<HashMap<SupplierAccountId, DateTime<Utc>>>,
}

impl Attempts {
    pub(super) fn lock(&self, account: SupplierAccountId) -> Arc<tokio::sync::Mutex<()>> {
        self.locks.of(account)
    }

    pub(super) fn succeeded(&self, account: SupplierAccountId) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }

    fn failed(&self, account: SupplierAccountId, now: DateTime<Utc>) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, at| *at + PAUSE > now);
        failed.insert(account, now);
    }

    fn pauses(&self, account: SupplierAccountId, now: DateTime<Utc>) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(&account).is_some_and(|at| *at + PAUSE > now)
    }
}

/// Before a call: read the account's feed address again when what is known is too old,
/// or when there is nothing yet. A feed that cannot be read now changes nothing while
/// something is known: the plugin answers from it and says how old it is.
///
/// # Errors
/// Why the feed could not be read, when nothing was ever read from it.
pub async fn freshen(app: &App, supplier: &Installed, party: &Party) -> Result<(), Failure> {
    let Keeper::Supplier(user, id) = party.keeper else { return Ok(()) };
    if !supplier.manifest().uses_catalogue() || text(&party.settings, FEED_URL).is_none() {
        return Ok(());
    }
    let state = async || {
        let known = catalogues::find(&app.db, user, id).await.map_err(unavailable)?;
        let (now, is_empty) = (app.now(), known.is_none());
        // Whoever waits for the first reading is told what is wrong each time.
        let rests = !is_empty && app.catalogue_attempts.pauses(id, now);
        Ok::<_, Failure>((is_empty, !rests && due(known.as_ref(), &party.settings, now)))
    };
    if !state().await?.1 {
        return Ok(());
    }
    let lock = app.catalogue_attempts.lock(id);
    let _one_at_a_time = lock.lock().await;
    // Somebody else may have done it, or failed at it, meanwhile.
    let (is_empty, is_due) = state().await?;
    if !is_due {
        return Ok(());
    }
    let read = async {
        let account = supplier_accounts::find(&app.db, user, id).await?.ok_or(AccountError::NotFound)?;
        let mut place = place_of(app, account).await?;
        Box::pin(read_again(app, &mut place, RefreshFrom::default())).await
    };
    match read.await {
        Ok(_) => Ok(()),
        Err(AccountError::Failed(failure)) if is_empty => Err(failure.with_effect(Effect::None)),
        Err(AccountError::Db(error)) if is_empty => Err(unavailable(error)),
        Err(error) => {
            tracing::warn!(%error, account = %id, "a feed could not be read again");
            Ok(())
        }
    }
}

fn due(known: Option<&Catalogue>, settings: &Value, now: DateTime<Utc>) -> bool {
    let hours = settings.get(MAX_AGE).and_then(Value::as_i64).unwrap_or(USUAL_MAX_AGE).clamp(1, 24 * 365);
    known.is_none_or(|known| known.observed_at + TimeDelta::hours(hours) <= now)
}

/// Read from the shop that is named, else from the settings' address or shop.
///
/// # Errors
/// What stands in the way.
pub(super) async fn read_again(
    app: &App,
    place: &mut Place,
    from: RefreshFrom,
) -> Result<Catalogue, AccountError> {
    let id = place.account.id;
    let read = Box::pin(read(app, place, from)).await;
    if read.is_err() {
        app.catalogue_attempts.failed(id, app.now());
    }
    read
}

async fn read(app: &App, place: &mut Place, from: RefreshFrom) -> Result<Catalogue, AccountError> {
    let settings = place.party.settings.clone();
    if from.connection.is_none()
        && let Some(address) = text(&settings, FEED_URL)
    {
        let upload = feed::fetch(app, address).await?;
        let read = feed::parse(app, &place.supplier, &mut place.party, upload).await?;
        return feed::keep(app, &place.account, None, read).await;
    }
    let connection = match from.connection {
        Some(connection) => connection,
        None => configured_shop(&settings)?,
    };
    let chosen =
        |given: Option<String>, name: &str| given.or_else(|| text(&settings, name).map(str::to_owned));
    let from = RefreshFrom {
        connection: Some(connection),
        vendor: chosen(from.vendor, "shop_vendor"),
        tag: chosen(from.tag, "shop_tag"),
        collection: chosen(from.collection, "shop_collection"),
    };
    let read = Box::pin(shop::read(app, place, connection, &from)).await?;
    feed::keep(app, &place.account, Some(connection), read).await
}

fn configured_shop(settings: &Value) -> Result<ConnectionId, Failure> {
    let refuse = |message: &str| Failure::new(ErrorKind::InvalidInput, message);
    let Some(text) = text(settings, SHOP) else {
        return Err(refuse(
            "There is nothing to read from: give the account a feed address in its settings, name a connected shop, \
             or upload a file.",
        ));
    };
    text.parse().map(ConnectionId).map_err(|_| refuse("The setting `shop_connection_id` is no id of a shop."))
}

fn text<'a>(settings: &'a Value, name: &str) -> Option<&'a str> {
    settings.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sourcepilot_domain::catalogue::CatalogueSource;

    use super::*;

    #[test]
    fn a_catalogue_is_due_by_its_age() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let known = |hours| Catalogue {
            account_id: SupplierAccountId::generate(),
            source: CatalogueSource::Feed,
            connection_id: None,
            entries: 1,
            problems: Vec::new(),
            problem_count: 0,
            observed_at: now - TimeDelta::hours(hours),
        };
        assert!(due(None, &json!({}), now));
        assert!(!due(Some(&known(23)), &json!({}), now) && due(Some(&known(24)), &json!({}), now));
        assert!(due(Some(&known(2)), &json!({"feed_max_age_hours": 1}), now));
        assert!(!due(Some(&known(2)), &json!({"feed_max_age_hours": 3}), now));
    }

    #[test]
    fn a_failure_pauses_and_a_success_ends_the_pause() {
        let (attempts, id) = (Attempts::default(), SupplierAccountId::generate());
        let now = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        assert!(!attempts.pauses(id, now));
        attempts.failed(id, now);
        assert!(attempts.pauses(id, now) && attempts.pauses(id, now + TimeDelta::minutes(9)));
        assert!(!attempts.pauses(id, now + PAUSE) && !attempts.pauses(SupplierAccountId::generate(), now));
        attempts.succeeded(id);
        assert!(!attempts.pauses(id, now));
    }
}
