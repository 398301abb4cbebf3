//! One import: read the product, price it, put it into the shop.
//!
//! Two commits stand between the parts: before the first byte leaves for the shop
//! (`store_ops` says *sent*), and after the shop has answered. Wherever the
//! process dies, the next attempt knows whether to look before it creates.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use sourcepilot_domain::ids::ImportJobId;
use sourcepilot_domain::import_config::ImportConfig;
use sourcepilot_domain::import_job::{HistoryEntry, ImportJob, ImportStatus};
use sourcepilot_domain::listing::RemoteProduct;
use sourcepilot_domain::product::{Availability, Product};
use sourcepilot_domain::raw_json::RawJson;
use sourcepilot_domain::{Effect, ErrorKind, Failure};
use sourcepilot_egress::Fence;
use sourcepilot_plugin_runtime::manifest::Feature;
use tokio_util::sync::CancellationToken;

use super::progress::ImportProgress;
use crate::app::App;
use crate::db::connections::{self, Connection};
use crate::db::store_ops::{self, StoreOp, StoreOpStatus};
use crate::db::{self, imports};
use crate::plugins::Installed;
use crate::service::calls::{Circumstances, call};
use crate::service::pricing::Planned;
use crate::service::suppliers::{self, IMPORT_AGE, looking};
use crate::service::{catalogues, checks, events, party, pricing};

/// What writing into a shop may take: shops download pictures while we wait.
const STORE_DEADLINE: Duration = Duration::from_secs(280);
/// A request that a dead worker sent may still be running in the shop. Looking
/// for its product earlier than this after it was sent could miss it.
const SETTLE: TimeDelta = TimeDelta::seconds(20);

/// The right to work on one import.
#[derive(Clone)]
pub struct Permit {
    pub fence: Arc<dyn Fence>,
    pub cancelled: CancellationToken,
}

/// An import that stands in the shop, not yet written down.
pub struct Done {
    pub job: ImportJob,
    pub connection: Connection,
    pub op: StoreOp,
    pub product: Arc<Product>,
    pub planned: Planned,
    pub remote: RemoteProduct,
    pub source: Arc<Installed>,
}

/// What came of it.
pub enum Outcome {
    Done(Box<Done>),
    /// There is nothing (more) to do: it was cancelled, or ended meanwhile.
    Gone,
}

/// Everything that one attempt needs.
struct Attempt {
    app: Arc<App>,
    job: ImportJob,
    permit: Permit,
}

/// Work on an import until its product stands in the shop.
///
/// # Errors
/// What stands in the way, in a sentence for the merchant.
pub async fn process(app: &Arc<App>, id: ImportJobId, permit: Permit) -> Result<Outcome, Failure> {
    let Some(job) = begin(app, id).await? else { return Ok(Outcome::Gone) };
    let attempt = Attempt { app: app.clone(), job, permit };
    attempt.say(5, "Looking for the shop.");
    let connection = attempt.connection().await?;
    let (store, connection) = attempt.store(connection).await?;
    // Whatever a supplier was sent, the shop was not touched by it.
    let read = attempt.product(&connection).await.map_err(|failure| failure.with_effect(Effect::None));
    let (source, product) = read?;
    let notes = catalogues::notes_for(app, attempt.job.user_id, &source, &product, &connection).await;
    let notes = notes.map_err(|failure| failure.with_effect(Effect::None))?;
    let config = attempt.config()?;
    let planned = pricing::plan(app, &attempt.job, &source, &product, &config, &connection)?;
    let mut op = attempt.commit_to(&connection, &source, &product, &planned).await?;
    let mut remote = attempt.write(&store, &connection, &mut op, &planned).await?;
    remote.warnings.splice(0..0, notes);
    Ok(Outcome::Done(Box::new(Done { job: attempt.job, connection, op, product, planned, remote, source })))
}

/// Mark it running; `None` when it has ended, such as by a cancel.
async fn begin(app: &App, id: ImportJobId) -> Result<Option<ImportJob>, Failure> {
    let now = app.now();
    let begun = app
        .db
        .transaction(async move |tx| {
            let Some(job) = db::worker::lock_import(&tx, id).await? else { return Ok(None) };
            let from = job.status();
            match job.start(now) {
                Ok((job, entry)) => Ok(imports::record_step(&tx, from, &job, &entry).await?.then_some(job)),
                Err(_ended) => Ok(None),
            }
        })
        .await;
    begun.map_err(party::unavailable)
}

impl Attempt {
    fn say(&self, percent: u8, message: &str) {
        if self.permit.cancelled.is_cancelled() {
            return;
        }
        let job = ImportJob { progress_percent: percent, ..self.job.clone() };
        events::import_changed(&self.app, &job, message);
    }

    fn circumstances(&self, from: u8, to: u8) -> Circumstances {
        Circumstances {
            fence: Some(self.permit.fence.clone()),
            progress: Some(ImportProgress::new(
                &self.app,
                &self.job,
                (from, to),
                self.permit.cancelled.clone(),
            )),
            cancelled: Some(self.permit.cancelled.clone()),
            ..looking(&self.app)
        }
    }

    fn config(&self) -> Result<ImportConfig, Failure> {
        ImportConfig::read(self.job.config.as_ref().map(RawJson::value).as_ref()).map_err(|error| {
            Failure::new(
                ErrorKind::InvalidInput,
                format!("This import's {error}. Correct it and import again."),
            )
        })
    }

    /// The shop asked for, if it is the merchant's own, else the default one.
    async fn connection(&self) -> Result<Connection, Failure> {
        let (db, user) = (&self.app.db, self.job.user_id);
        match self.job.store_id {
            Some(id) => connections::find(db, user, id).await.map_err(party::unavailable)?.ok_or_else(|| {
                Failure::new(
                    ErrorKind::NotFound,
                    "The shop chosen for this import is not connected. Connect it, or import again into another shop.",
                )
            }),
            None => connections::find_default(db, user).await.map_err(party::unavailable)?.ok_or_else(|| {
                Failure::new(
                    ErrorKind::NotFound,
                    "No store is connected, so there is nowhere to put the product. Connect a store and make it the default, then retry this import.",
                )
            }),
        }
    }

    /// The plugin of the shop. A shop that was never asked is asked now, because
    /// only it knows in which currency it reckons.
    async fn store(&self, connection: Connection) -> Result<(Arc<Installed>, Connection), Failure> {
        let catalogue = self.app.plugins.catalogue();
        let store =
            catalogue.store(&connection.platform).ok_or_else(|| checks::no_plugin(&connection.platform))?;
        if connection.facts.currency.is_some() {
            return Ok((store, connection));
        }
        self.say(8, "Asking the shop for its currency.");
        let account = checks::connection(&self.app, &connection, &self.circumstances(5, 10)).await?;
        let again = connections::find(&self.app.db, connection.user_id, connection.id).await;
        let mut connection = again.map_err(party::unavailable)?.unwrap_or(connection);
        connection.facts.currency = connection.facts.currency.or(account.currency);
        Ok((store, connection))
    }

    async fn product(&self, connection: &Connection) -> Result<(Arc<Installed>, Arc<Product>), Failure> {
        let catalogue = self.app.plugins.catalogue();
        let source = catalogue.supplier(&self.job.source).ok_or_else(|| {
            Failure::new(
                ErrorKind::Unsupported,
                format!("The supplier '{}' is not enabled any more.", self.job.source),
            )
        })?;
        let name = &source.manifest().name;
        self.say(10, &format!("Reading the product from {name}."));
        let mut circumstances = self.circumstances(10, 40);
        circumstances.currency = connection.facts.currency.unwrap_or(circumstances.currency);
        let (user, app) = (self.job.user_id, &self.app);
        let url = self.job.source_url.as_deref().unwrap_or_default();
        let found = suppliers::find(app, user, url, Some(&source), &circumstances).await?;
        let entry = self.config()?.product;
        let product = suppliers::product(app, user, &found, entry, IMPORT_AGE, &circumstances).await?;
        available(&product, name)?;
        self.say(40, &format!("Read “{}” with {} variants.", product.title, product.variants.len()));
        Ok((source, product))
    }

    /// Write down what is about to happen. After this commit bytes may leave.
    async fn commit_to(
        &self,
        connection: &Connection,
        source: &Installed,
        product: &Arc<Product>,
        planned: &Planned,
    ) -> Result<StoreOp, Failure> {
        let data = pricing::product_data(source, product, planned);
        let (user, id, store, now) = (self.job.user_id, self.job.id, connection.id, self.app.now());
        let (key, product_id) = (planned.key.clone(), product.reference.id.clone());
        let op = self
            .app
            .db
            .transaction(async move |tx| {
                let running = imports::record_product(&tx, user, id, &product_id, &data, now).await?
                    && imports::record_store(&tx, user, id, store, now).await?;
                if !running {
                    return Ok(None);
                }
                let Some(op) = store_ops::claim(&tx, user, id, store, &key, now).await? else {
                    return Ok(Some(None));
                };
                store_ops::mark_sent(&tx, &op, None, now).await?;
                imports::record_progress(&tx, user, id, 50, Some("Writing the product into the shop."), now)
                    .await?;
                Ok::<_, db::DbError>(Some(Some(op)))
            })
            .await
            .map_err(party::unavailable)?;
        match op {
            None => Err(Failure::new(ErrorKind::Cancelled, "The import was cancelled.")),
            Some(None) => Err(taken()),
            Some(Some(op)) => Ok(op),
        }
    }

    /// Put the product into the shop. What an earlier attempt may have left there
    /// is looked for first and finished, never made a second time.
    async fn write(
        &self,
        store: &Arc<Installed>,
        connection: &Connection,
        op: &mut StoreOp,
        planned: &Planned,
    ) -> Result<RemoteProduct, Failure> {
        let plugin = store.plugin.store().ok_or_else(|| checks::no_plugin(&connection.platform))?;
        let mut party = party::of_connection(&self.app, store, connection).await?;
        let circumstances = Circumstances { deadline: STORE_DEADLINE, ..self.circumstances(50, 95) };
        self.say(50, &format!("Writing the product into {}.", connection.store_name));
        if op.status != StoreOpStatus::Planned {
            self.settle(op).await?;
            let key = op.external_key.clone();
            let found = call(&self.app, store, &mut party, &circumstances, |call| {
                plugin.find_by_key(call, key.clone())
            })
            .await?;
            if op.status == StoreOpStatus::Confirmed {
                match found.filter(|remote| is_whole(store, remote)) {
                    Some(remote) => return Ok(already_there(remote)),
                    None => self.begin_anew(op).await?,
                }
            }
        }
        let (key, listing) = (op.external_key.clone(), planned.plan.listing.clone());
        call(&self.app, store, &mut party, &circumstances, |call| {
            plugin.create(call, key.clone(), listing.clone())
        })
        .await
    }

    /// What an earlier import confirmed is gone, or not whole. Were the operation left
    /// confirmed, a later attempt would take what this one leaves half built for whole.
    async fn begin_anew(&self, op: &mut StoreOp) -> Result<(), Failure> {
        let (held, now) = (op.clone(), self.app.now());
        let reopened =
            self.app.db.transaction(async move |tx| store_ops::reopen(&tx, &held, now).await).await;
        match reopened.map_err(party::unavailable)? {
            true => op.status = StoreOpStatus::Sent,
            false => return Err(taken()),
        }
        Ok(())
    }

    async fn settle(&self, op: &StoreOp) -> Result<(), Failure> {
        if op.status != StoreOpStatus::Sent {
            return Ok(());
        }
        let wait = (op.updated_at + SETTLE - self.app.now()).to_std().unwrap_or_default();
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            () = self.permit.cancelled.cancelled() => Err(Failure::new(ErrorKind::Cancelled, "The import was cancelled.")),
        }
    }
}

/// The import was cancelled, or taken from us, while the shop was answering. A
/// cancelled import leaves no product: take it out again if the shop's plugin can.
/// An import that somebody else does now stays as it is; they find the product.
pub async fn undo(app: &Arc<App>, done: &Done) {
    let now_is = db::worker::find_import(&app.db, done.job.id).await;
    let cancelled = matches!(&now_is, Ok(Some(job)) if job.status() == ImportStatus::Cancelled);
    if !cancelled || done.op.status == StoreOpStatus::Confirmed {
        return;
    }
    let removed = remove(app, done).await;
    let (action, details) = match &removed {
        Ok(()) => ("removed", json!({"remote_id": done.remote.id})),
        Err(failure) => ("left_in_store", json!({"remote_id": done.remote.id, "reason": failure.message})),
    };
    let (id, now) = (done.job.id, app.now());
    let entry = HistoryEntry { action: action.to_owned(), details };
    let written =
        app.db.transaction(async move |tx| db::import_history::append(&tx, id, &entry, now).await).await;
    if let Err(error) = written {
        tracing::warn!(import.id = %id, %error, "the undoing of a cancelled import was not recorded");
    }
}

async fn remove(app: &App, done: &Done) -> Result<(), Failure> {
    let platform = &done.connection.platform;
    let store = app.plugins.catalogue().store(platform).ok_or_else(|| checks::no_plugin(platform))?;
    let plugin = store.plugin.store().ok_or_else(|| checks::no_plugin(platform))?;
    if !store.plugin.offers(Feature::Upkeep) {
        return Err(Failure::new(ErrorKind::Unsupported, "The shop's plugin cannot remove products."));
    }
    let mut party = party::of_connection(app, &store, &done.connection).await?;
    let circumstances = Circumstances { deadline: STORE_DEADLINE, ..looking(app) };
    let (id, key) = (done.remote.id.clone(), done.op.external_key.clone());
    call(app, &store, &mut party, &circumstances, |call| plugin.remove(call, id.clone(), key.clone())).await
}

fn available(product: &Product, supplier: &str) -> Result<(), Failure> {
    let sentence = match product.availability {
        Availability::Available | Availability::SoldOut | Availability::Unknown => return Ok(()),
        Availability::UnavailableInCountry => {
            format!("{supplier} does not sell this product to the chosen country.")
        }
        Availability::Discontinued => format!("{supplier} does not sell this product any more."),
    };
    Err(Failure::new(ErrorKind::UnavailableItem, sentence))
}

/// Another import holds the operation.
fn taken() -> Failure {
    let mut busy = Failure::new(
        ErrorKind::RateLimited,
        "Another import is putting the same product into this shop just now.",
    );
    busy.retry_after = Some(Duration::from_secs(5));
    busy
}

/// Whether everything of a product is there. A plugin that builds in steps says in the
/// attribute `x-<plugin>.state` that it is still `building`.
fn is_whole(store: &Installed, remote: &RemoteProduct) -> bool {
    let name = format!("x-{}.state", store.id());
    !remote.extra.iter().any(|fact| fact.name == name && fact.value == "building")
}

/// An earlier import put the same product into the same shop: it stays one.
fn already_there(mut remote: RemoteProduct) -> RemoteProduct {
    remote.warnings.push("This product was in the shop already; nothing was changed.".to_owned());
    remote
}
