//! Watched prices: which products a merchant watches, and looking at them.

mod check;
mod quotes;

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sourcepilot_domain::ids::{ConnectionId, PriceWatchId, UserId};
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::price_watch::{Threshold, WatchedPrice};

pub use check::{Tally, check};
pub use quotes::Watching;

use super::once::{self, KeyReused, Once, Turn};
use super::suppliers;
use crate::app::App;
use crate::db::price_watches::{self, PriceWatch, SeenPrice};
use crate::db::users::{self, User};
use crate::db::{DbError, Tx};

/// At most so many watches are looked at in one go; the rest are due all the same.
const MOST_AT_ONCE: u64 = 5000;
/// So many of the prices that were seen are shown.
const MOST_PRICES: u64 = 1000;

/// A product to watch.
#[derive(Clone, Debug)]
pub struct NewWatch {
    pub product_url: String,
    /// The id or alias of a supplier; any other name is kept as it is.
    pub source: String,
    pub threshold: Threshold,
    pub store_id: Option<ConnectionId>,
}

/// A change of a watch; what is absent stays.
#[derive(Clone, Copy, Debug)]
pub struct WatchChange {
    pub threshold: Option<Threshold>,
    /// `false` pauses it.
    pub is_active: Option<bool>,
}

/// Why a watch was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error("Price watch limit reached for {0} plan. Upgrade your plan for more price watches.")]
    LimitReached(Plan),
    #[error("Price watch not found")]
    NotFound,
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Watch a product. It is looked at soon; the answer holds no price yet.
///
/// # Errors
/// `LimitReached` when the plan allows no more.
pub async fn create(
    app: &App,
    user: &User,
    new: NewWatch,
    once: Option<Once>,
) -> Result<PriceWatch, WatchError> {
    let watch = begin(app, user.id, new).await;
    let (user, now) = (user.id, app.now());
    app.db
        .transaction(async move |tx| {
            let turn: Turn<PriceWatchId> =
                once::begin::<_, WatchError>(&tx, user, "price-watches", once.as_ref(), now).await?;
            let promise = match turn {
                Turn::Repeat(id) => {
                    return price_watches::find(&*tx, user, id).await?.ok_or(WatchError::NotFound);
                }
                Turn::First(promise) => promise,
            };
            make_room(&tx, user).await?;
            price_watches::create(&tx, &watch).await?;
            promise.keep(&tx, &watch.id).await?;
            Ok(watch)
        })
        .await
}

async fn begin(app: &App, user: UserId, new: NewWatch) -> PriceWatch {
    let NewWatch { product_url, source, threshold, store_id } = new;
    let now = app.now();
    let supplier = app.plugins.catalogue().supplier(&source);
    // Only what the address itself tells; the network is asked when prices are.
    let known = match &supplier {
        Some(supplier) => suppliers::recognise(supplier, &product_url).await,
        None => None,
    };
    PriceWatch {
        id: PriceWatchId::generate(),
        user_id: user,
        store_id,
        source: supplier.map_or(source, |supplier| supplier.id().to_owned()),
        threshold,
        is_active: true,
        source_product_id: known.as_ref().map(|reference| reference.id.clone()),
        source_url: known.map(|reference| reference.url.unwrap_or_else(|| product_url.clone())),
        product_url,
        price: WatchedPrice::default(),
        changed_at: None,
        last_checked_at: None,
        problem: None,
        failures: 0,
        due_at: now,
        created_at: now,
        updated_at: now,
    }
}

/// Nobody else makes a watch of this user until the transaction ends, and the plan
/// is the one of this moment.
async fn make_room(tx: &Tx, user: UserId) -> Result<(), WatchError> {
    let user = users::lock(tx, user).await?.ok_or(WatchError::NotFound)?;
    let used = price_watches::count(tx, user.id).await?;
    match user.plan.terms().max_secondary.admits(used, 1) {
        true => Ok(()),
        false => Err(WatchError::LimitReached(user.plan)),
    }
}

/// The merchant's watches, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &App,
    user: UserId,
    store: Option<ConnectionId>,
) -> Result<Vec<PriceWatch>, WatchError> {
    Ok(price_watches::list(&app.db, user, store).await?)
}

/// Change a watch. One that is taken up again is looked at soon.
///
/// # Errors
/// `NotFound` when it is not there or somebody else's.
pub async fn update(
    app: &App,
    user: UserId,
    id: PriceWatchId,
    change: WatchChange,
) -> Result<PriceWatch, WatchError> {
    let now = app.now();
    app.db
        .transaction(async move |tx| {
            let mut watch = price_watches::lock(&tx, user, id).await?.ok_or(WatchError::NotFound)?;
            let WatchChange { threshold, is_active } = change;
            let resumes = is_active == Some(true) && !watch.is_active;
            watch.threshold = threshold.unwrap_or(watch.threshold);
            watch.is_active = is_active.unwrap_or(watch.is_active);
            watch.updated_at = now;
            if resumes {
                (watch.due_at, watch.failures) = (now, 0);
            }
            price_watches::save(&tx, &watch).await?;
            Ok(watch)
        })
        .await
}

/// Watch a product no longer.
///
/// # Errors
/// `NotFound` when it is not there or somebody else's.
pub async fn delete(app: &App, user: UserId, id: PriceWatchId) -> Result<(), WatchError> {
    let gone = app.db.transaction(async move |tx| price_watches::delete(&tx, user, id).await).await?;
    if gone { Ok(()) } else { Err(WatchError::NotFound) }
}

/// The prices that a watch has seen, newest first.
///
/// # Errors
/// `NotFound` when it is not there or somebody else's.
pub async fn history(app: &App, user: UserId, id: PriceWatchId) -> Result<Vec<SeenPrice>, WatchError> {
    price_watches::seen(&app.db, user, id, MOST_PRICES).await?.ok_or(WatchError::NotFound)
}

/// Look at all of a merchant's active watches now. What does not fit into `time`
/// is left to the schedule and not counted.
///
/// # Errors
/// When the database does not answer.
pub async fn sync(app: &App, user: UserId, time: Duration) -> Result<Tally, WatchError> {
    let until = Instant::now() + time;
    let watches = price_watches::active(&app.db, user, MOST_AT_ONCE).await?;
    Ok(Box::pin(check(app, watches, until)).await)
}

/// How long prices stay unwatched between two looks, and `None` when the operator
/// has switched the schedule off.
pub fn interval(app: &App) -> Option<TimeDelta> {
    match app.config.watches.interval_minutes {
        0 => None,
        minutes => Some(TimeDelta::minutes(i64::from(minutes))),
    }
}

/// The next look at a watch after one that succeeded.
fn next_look(app: &App, watch: &PriceWatch, now: DateTime<Utc>) -> DateTime<Utc> {
    sourcepilot_domain::price_watch::next_look(now, interval_or_day(app), &product_key(watch))
}

fn interval_or_day(app: &App) -> TimeDelta {
    interval(app).unwrap_or(TimeDelta::days(1))
}

/// The same for everybody who watches the same product.
fn product_key(watch: &PriceWatch) -> String {
    let product = watch.source_product_id.as_deref().unwrap_or(&watch.product_url);
    format!("{}|{product}", watch.source)
}
