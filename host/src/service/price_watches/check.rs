//! One look at many watches: sort them by who can be asked together, ask, and
//! write down what was seen.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use chrono::TimeDelta;
use futures::StreamExt;
use futures::stream;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::price_watch::next_try;
use sourcepilot_domain::product::ProductRef;
use sourcepilot_domain::{ErrorKind, Failure};

use super::quotes::{Asker, Seen};
use super::{interval_or_day, next_look, product_key};
use crate::app::App;
use crate::db::price_watches::{self, PriceWatch};
use crate::plugins::Installed;
use crate::service::{events, party, suppliers};

/// So many accounts are asked at a time.
const ACCOUNTS_AT_ONCE: usize = 6;

/// What came of a look at watches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were looked at, failed ones included.
    pub checked: u64,
    /// How many of them have a price that moved by the threshold.
    pub changed: u64,
    /// Of how many the price could not be read.
    pub errors: u64,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.checked += other.checked;
        self.changed += other.changed;
        self.errors += other.errors;
    }
}

/// Products that are asked for with the same account, and who watches each.
struct Lot {
    asker: Asker,
    products: BTreeMap<String, (ProductRef, Vec<PriceWatch>)>,
}

/// A price, or why there is none.
type Look = Result<Seen, Failure>;

/// Look at watches of any merchants until `until`; what is not reached then stays
/// due and is not counted.
pub async fn check(app: &App, watches: Vec<PriceWatch>, until: Instant) -> Tally {
    let (lots, mut tally) = Box::pin(sort(app, watches)).await;
    let mut looks =
        stream::iter(lots).map(|lot| Box::pin(check_lot(app, lot, until))).buffer_unordered(ACCOUNTS_AT_ONCE);
    while let Some(part) = looks.next().await {
        tally.add(part);
    }
    tally
}

/// Who is asked for what. Watches that nobody can be asked for end here.
async fn sort(app: &App, watches: Vec<PriceWatch>) -> (Vec<Lot>, Tally) {
    let mut lots: HashMap<(String, String), Lot> = HashMap::new();
    let mut askers: HashMap<(UserId, String), Result<Asker, Failure>> = HashMap::new();
    let mut hopeless = Vec::new();
    for watch in watches {
        let who = (watch.user_id, watch.source.clone());
        if !askers.contains_key(&who) {
            askers.insert(who.clone(), asker(app, watch.user_id, &watch.source).await);
        }
        let found = match &askers[&who] {
            Ok(asker) => reference(app, &watch, asker).await.map(|product| (copy(asker), product)),
            Err(failure) => Err(failure.clone()),
        };
        match found {
            Ok((asker, product)) => {
                let place = (asker.supplier.id().to_owned(), asker.context.clone());
                let lot = lots.entry(place).or_insert_with(|| Lot { asker, products: BTreeMap::new() });
                let entry = lot.products.entry(product.id.clone()).or_insert_with(|| (product, Vec::new()));
                entry.1.push(watch);
            }
            Err(failure) => hopeless.push((watch, Err(failure))),
        }
    }
    (lots.into_values().collect(), record(app, hopeless).await)
}

async fn asker(app: &App, user: UserId, source: &str) -> Result<Asker, Failure> {
    let catalogue = app.plugins.catalogue();
    let supplier = catalogue.supplier(source).ok_or_else(|| {
        let known = catalogue.source_ids().join(", ");
        let name: String = source.chars().take(50).collect();
        Failure::new(
            ErrorKind::Unsupported,
            format!(
                "There is no source '{name}'; the sources are {known}. Remove this watch and make a new one."
            ),
        )
    })?;
    let circumstances = suppliers::looking(app);
    let party = party::for_supplier(app, user, &supplier).await?;
    let context = suppliers::cache_context(&supplier, &party, &circumstances);
    Ok(Asker { user, supplier, party, circumstances, context })
}

fn copy(asker: &Asker) -> Asker {
    let Asker { user, supplier, party, circumstances, context } = asker;
    Asker {
        user: *user,
        supplier: Arc::clone(supplier),
        party: party.clone(),
        circumstances: circumstances.clone(),
        context: context.clone(),
    }
}

/// The supplier's id of a watched product.
async fn reference(app: &App, watch: &PriceWatch, asker: &Asker) -> Result<ProductRef, Failure> {
    if let Some(id) = &watch.source_product_id {
        let url = watch.source_url.clone().or_else(|| Some(watch.product_url.clone()));
        return Ok(ProductRef { id: id.clone(), url, variant: None });
    }
    let supplier: &Arc<Installed> = &asker.supplier;
    let circumstances = &asker.circumstances;
    let found =
        Box::pin(suppliers::find(app, watch.user_id, &watch.product_url, Some(supplier), circumstances));
    found.await.map(|found| found.reference)
}

async fn check_lot(app: &App, lot: Lot, until: Instant) -> Tally {
    let Lot { mut asker, products } = lot;
    let mut tally = Tally::default();
    let mut verdict: Option<Failure> = None;
    let mut left = products.into_values();
    loop {
        let batch: Vec<(ProductRef, Vec<PriceWatch>)> = left.by_ref().take(asker.batch()).collect();
        if batch.is_empty() || Instant::now() >= until || app.stopping.is_cancelled() {
            return tally;
        }
        let products: Vec<ProductRef> = batch.iter().map(|(product, _)| product.clone()).collect();
        let answers = match &verdict {
            Some(failure) => Err(failure.clone()),
            None => Box::pin(asker.ask(app, &products, until)).await,
        };
        if let Some(failure) = answers.as_ref().err().or_else(|| single(answers.as_deref().ok()))
            && concerns_the_account(failure.kind, &asker)
        {
            verdict = Some(failure.clone());
        }
        let looks = batch.into_iter().enumerate().flat_map(|(at, (product, watches))| {
            let look = match &answers {
                Ok(answers) => answers[at].clone(),
                Err(failure) => Err(failure.clone()),
            };
            watches.into_iter().map(move |watch| (learned(watch, &product), look.clone()))
        });
        tally.add(record(app, looks.collect()).await);
    }
}

/// The failure of a batch of one, which says as much as one of the whole call.
fn single(answers: Option<&[Look]>) -> Option<&Failure> {
    match answers {
        Some([Err(failure)]) => Some(failure),
        _ => None,
    }
}

/// Whether asking for other products with the same account is no use now. Where there
/// is no account, products have nothing in common; and a product that is read whole may
/// stand on a page of its own, whose trouble tells nothing of the others.
fn concerns_the_account(kind: ErrorKind, asker: &Asker) -> bool {
    match kind {
        ErrorKind::AuthRequired | ErrorKind::QuotaExhausted => asker.has_account(),
        ErrorKind::Forbidden | ErrorKind::RateLimited | ErrorKind::Unavailable => {
            asker.has_account() && asker.asks_for_prices()
        }
        _ => false,
    }
}

fn learned(mut watch: PriceWatch, product: &ProductRef) -> PriceWatch {
    watch.source_product_id.get_or_insert_with(|| product.id.clone());
    let page = product.url.clone().unwrap_or_else(|| watch.product_url.clone());
    watch.source_url.get_or_insert(page);
    watch
}

/// Write down what was seen. A watch that was removed or paused meanwhile is left
/// alone.
async fn record(app: &App, mut looks: Vec<(PriceWatch, Look)>) -> Tally {
    if looks.is_empty() {
        return Tally::default();
    }
    // Everybody locks in the same order, so nobody waits for each other.
    looks.sort_by_key(|(watch, _)| watch.id);
    let (number, failed) =
        (looks.len() as u64, looks.iter().filter(|(_, look)| look.is_err()).count() as u64);
    let (now, interval) = (app.now(), interval_or_day(app));
    let due: Vec<_> = looks.iter().map(|(watch, _)| next_look(app, watch, now)).collect();
    let written = app
        .db
        .transaction(async move |tx| {
            let mut raised = Vec::new();
            for ((seen, look), due) in looks.into_iter().zip(due) {
                let locked = price_watches::lock(&tx, seen.user_id, seen.id).await?;
                let Some(mut watch) = locked.filter(|watch| watch.is_active) else { continue };
                watch.source_product_id = seen.source_product_id;
                watch.source_url = seen.source_url;
                watch.updated_at = now;
                match look {
                    Ok(seen) => {
                        if watch.price.current != Some(seen.price.amount)
                            || watch.price.currency != Some(seen.price.currency)
                        {
                            price_watches::remember(&tx, watch.id, seen.price, seen.in_stock, now).await?;
                        }
                        watch.price = watch.price.observe(seen.price, watch.threshold);
                        watch.last_checked_at = Some(now);
                        (watch.problem, watch.failures, watch.due_at) = (None, 0, due);
                        if watch.price.changed {
                            watch.changed_at = Some(now);
                            raised.push(watch.clone());
                        }
                    }
                    Err(failure) => {
                        watch.failures = watch.failures.saturating_add(1);
                        let told = failure.retry_after.and_then(|told| TimeDelta::from_std(told).ok());
                        watch.due_at = next_try(now, interval, &product_key(&watch), watch.failures, told);
                        watch.problem = Some(failure.message.chars().take(500).collect());
                    }
                }
                price_watches::save(&tx, &watch).await?;
            }
            Ok::<_, crate::db::DbError>(raised)
        })
        .await;
    match written {
        Ok(raised) => {
            raised.iter().for_each(|watch| events::price_changed(app, watch));
            Tally { checked: number, changed: raised.len() as u64, errors: failed }
        }
        Err(error) => {
            tracing::error!(%error, "what watches saw was not written down");
            Tally { checked: number, changed: 0, errors: number }
        }
    }
}
