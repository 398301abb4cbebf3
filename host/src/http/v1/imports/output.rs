use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, StoreProductId, UserId};
use sourcepilot_domain::import_job::{HistoryEntry, ImportJob, ImportStatus};
use sourcepilot_domain::raw_json::RawJson;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::time::Moment;
use crate::service::HistoryLine;
use crate::service::import_lists::Refused;

/// How far an import is.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described; the values are those of `ImportStatus`")]
pub enum Stage {
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    #[schema(value_type = Uuid)]
    id: ImportJobId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// The shop; absent until the import runs when none was chosen.
    #[schema(value_type = Option<Uuid>)]
    store_id: Option<ConnectionId>,
    /// The supplier's id.
    source: String,
    product_url: Option<String>,
    source_product_id: Option<String>,
    #[schema(value_type = Stage)]
    status: ImportStatus,
    /// The product as it was read, once it was.
    #[schema(value_type = Option<Object>)]
    product_data: Option<RawJson>,
    /// As it was sent.
    #[schema(value_type = Option<Object>)]
    config: Option<RawJson>,
    /// Why it failed, in one sentence.
    error_message: Option<String>,
    /// Our id of the product in the shop.
    #[schema(value_type = Option<Uuid>)]
    created_product_id: Option<StoreProductId>,
    #[schema(maximum = 100)]
    progress_percent: u8,
    created_at: Moment,
    updated_at: Moment,
    /// What is being done, or waited for, in words.
    progress_message: Option<String>,
    /// Where the product stands in the shop.
    store_product_url: Option<String>,
}

impl Job {
    pub fn new(job: ImportJob, links: &HashMap<StoreProductId, String>) -> Self {
        let (status, created_product_id) = (job.status(), job.created_product_id());
        let error_message = job.error_message().map(str::to_owned);
        let ImportJob {
            id,
            user_id,
            store_id,
            source,
            source_url,
            source_product_id,
            product_data,
            config,
            stage: _,
            progress_percent,
            progress_note,
            created_at,
            updated_at,
        } = job;
        Job {
            id,
            user_id,
            store_id,
            source,
            product_url: source_url,
            source_product_id,
            status,
            product_data,
            config,
            error_message,
            created_product_id,
            progress_percent,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
            progress_message: progress_note,
            store_product_url: created_product_id.and_then(|id| links.get(&id).cloned()),
        }
    }
}

/// A part of the merchant's imports.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList {
    pub items: Vec<Job>,
    /// How many there are with this filter.
    pub total: u64,
}

/// What happened to an import.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    pub items: Vec<HistoryItem>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryItem {
    id: Uuid,
    /// One word, such as `created`.
    action: String,
    #[schema(value_type = Object)]
    details: Value,
    created_at: Moment,
}

impl From<HistoryLine> for HistoryItem {
    fn from(line: HistoryLine) -> Self {
        let HistoryLine { id, entry: HistoryEntry { action, details }, created_at } = line;
        HistoryItem { id, action, details, created_at: created_at.into() }
    }
}

/// What became of a list: the imports in the order that was asked for, or, when it was
/// taken in part, a report.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BulkAnswer {
    All(Vec<Job>),
    Report(ImportReport),
}

/// What became of each entry of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    pub created: Vec<Job>,
    pub refused: Vec<RefusedItem>,
}

/// An entry that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedItem {
    /// Its place in the list, or its line, from 1.
    position: usize,
    product_url: String,
    /// One sentence for people.
    reason: String,
}

impl From<Refused> for RefusedItem {
    fn from(refused: Refused) -> Self {
        let Refused { position, product_url, reason } = refused;
        RefusedItem { position, product_url, reason }
    }
}
