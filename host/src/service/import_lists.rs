//! Lists of products to import of which each is taken or refused by itself.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sourcepilot_domain::billing_month::BillingMonth;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId};
use sourcepilot_domain::import_job::ImportJob;
use sourcepilot_domain::plan::Allowance;

use super::events;
use super::imports::{ImportError, made_before, put};
use super::once::{self, Once, Turn};
use crate::app::App;
use crate::db::imports::NewImport;
use crate::db::usage::{self, Metric};
use crate::db::users::{self, User};

/// A list.
#[derive(Clone, Debug)]
pub struct ImportList {
    pub entries: Vec<Entry>,
    pub store_id: Option<ConnectionId>,
    pub config: Option<Value>,
}

/// One entry, or what is wrong with it already.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it stands in what was sent, from 1.
    pub position: usize,
    pub product_url: String,
    /// The id or alias of a supplier; without it the address tells.
    pub source: Option<String>,
    pub problem: Option<String>,
}

/// An entry that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Where it stands in what was sent, from 1.
    pub position: usize,
    pub product_url: String,
    /// One sentence.
    pub reason: String,
}

/// What became of a list.
#[derive(Clone, Debug)]
pub struct Report {
    pub created: Vec<ImportJob>,
    pub refused: Vec<Refused>,
}

/// Import what can be imported of a list, in its order, as far as the plan goes.
///
/// # Errors
/// When the database does not answer.
pub async fn create(
    app: &App,
    user: &User,
    list: ImportList,
    operation: &'static str,
    once: Option<Once>,
) -> Result<Report, ImportError> {
    let ImportList { entries, store_id, config } = list;
    let (good, mut refused) = sort(app, entries);
    let (id, now, queue) = (user.id, app.now(), app.queue.clone());
    let report = app
        .db
        .transaction(async move |tx| {
            let turn: Turn<(Vec<ImportJobId>, Vec<Refused>)> =
                once::begin::<_, ImportError>(&tx, id, operation, once.as_ref(), now).await?;
            let promise = match turn {
                Turn::Repeat((ids, refused)) => {
                    return Ok(Report { created: made_before(&tx, id, ids).await?, refused });
                }
                Turn::First(promise) => promise,
            };
            // Nobody else uses the plan until the transaction ends.
            let user = users::lock(&tx, id).await?.ok_or(ImportError::NotFound)?;
            let month = BillingMonth::of(now);
            let wanted = u32::try_from(good.len()).unwrap_or(u32::MAX);
            let room = match user.plan.terms().max_items {
                Allowance::Unlimited => wanted,
                Allowance::AtMost(most) => {
                    let used = usage::used(&*tx, id, Metric::Imports, month).await?;
                    wanted.min(u32::try_from(u64::from(most).saturating_sub(used)).unwrap_or(0))
                }
            };
            if room > 0
                && !usage::take(&tx, id, Metric::Imports, month, user.plan.terms().max_items, room).await?
            {
                return Err(ImportError::LimitReached(user.plan));
            }
            let mut good = VecDeque::from(good);
            let over = good.split_off(usize::try_from(room).unwrap_or(usize::MAX).min(good.len()));
            let reason = ImportError::LimitReached(user.plan).to_string();
            refused.extend(over.into_iter().map(|(entry, _)| refusal(&entry, reason.clone())));
            refused.sort_by_key(|entry| entry.position);
            let mut created = Vec::with_capacity(good.len());
            for (entry, source) in good {
                let source_url = entry.product_url;
                let new = NewImport { store_id, source, source_url, config: config.clone(), bulk: true };
                created.push(put(&tx, &queue, id, new, now).await?);
            }
            let ids: Vec<ImportJobId> = created.iter().map(|job| job.id).collect();
            promise.keep(&tx, &(ids, refused.clone())).await?;
            Ok::<_, ImportError>(Report { created, refused })
        })
        .await?;
    app.queue.wake();
    for job in &report.created {
        events::import_changed(app, job, "Waiting for a worker.");
    }
    Ok(report)
}

/// What can be imported with which supplier, and what cannot.
fn sort(app: &App, entries: Vec<Entry>) -> (Vec<(Entry, String)>, Vec<Refused>) {
    let catalogue = app.plugins.catalogue();
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for entry in entries {
        if let Some(problem) = entry.problem.clone() {
            refused.push(refusal(&entry, problem));
            continue;
        }
        let source = match entry.source.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => catalogue.supplier(name).map(|supplier| supplier.id().to_owned()),
            None => catalogue.suppliers_for(&entry.product_url).first().map(|found| found.id().to_owned()),
        };
        match source {
            Some(source) => good.push((entry, source)),
            None => {
                let name: String =
                    entry.source.as_deref().unwrap_or("of this address").chars().take(50).collect();
                let reason = ImportError::InvalidSource { name, known: catalogue.source_ids() }.to_string();
                refused.push(refusal(&entry, reason));
            }
        }
    }
    (good, refused)
}

fn refusal(entry: &Entry, reason: String) -> Refused {
    let product_url = entry.product_url.chars().take(2000).collect();
    Refused { position: entry.position, product_url, reason }
}
