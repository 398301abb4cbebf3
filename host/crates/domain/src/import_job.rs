//! The life of an import: pending, running, and one of three ends. A failed or
//! cancelled import may begin again.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids::{ConnectionId, ImportJobId, StoreProductId, UserId};
use crate::raw_json::RawJson;

/// The stage of an import without the data of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStatus {
    /// Waits for a worker.
    Pending,
    /// A worker is at it.
    Running,
    /// The product stands in the shop.
    Completed,
    /// It ended without a product.
    Failed,
    /// The merchant ended it.
    Cancelled,
}

impl ImportStatus {
    /// All of them, in the order of a life.
    pub const ALL: [ImportStatus; 5] = [
        ImportStatus::Pending,
        ImportStatus::Running,
        ImportStatus::Completed,
        ImportStatus::Failed,
        ImportStatus::Cancelled,
    ];

    /// The name used in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ImportStatus::Pending => "pending",
            ImportStatus::Running => "running",
            ImportStatus::Completed => "completed",
            ImportStatus::Failed => "failed",
            ImportStatus::Cancelled => "cancelled",
        }
    }

    /// Whether nothing will happen any more unless the merchant asks for it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, ImportStatus::Pending | ImportStatus::Running)
    }
}

impl fmt::Display for ImportStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no status of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the status of an import")]
pub struct UnknownStatus(String);

impl FromStr for ImportStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        ImportStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.chars().take(40).collect()))
    }
}

/// The stage of an import with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waits for a worker.
    Pending,
    /// A worker is at it.
    Running,
    /// The product stands in the shop.
    Completed {
        /// Our id of the product.
        product: StoreProductId,
    },
    /// It ended without a product.
    Failed {
        /// One sentence for the merchant.
        reason: String,
    },
    /// The merchant ended it.
    Cancelled,
}

impl Stage {
    /// Its name.
    #[must_use]
    pub fn status(&self) -> ImportStatus {
        match self {
            Stage::Pending => ImportStatus::Pending,
            Stage::Running => ImportStatus::Running,
            Stage::Completed { .. } => ImportStatus::Completed,
            Stage::Failed { .. } => ImportStatus::Failed,
            Stage::Cancelled => ImportStatus::Cancelled,
        }
    }
}

/// An import, as the merchant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportJob {
    /// Its id.
    pub id: ImportJobId,
    /// Whose it is.
    pub user_id: UserId,
    /// Where to; the default shop when absent.
    pub store_id: Option<ConnectionId>,
    /// The plugin that reads the product.
    pub source: String,
    /// The product's page: `product_url` of the HTTP API.
    pub source_url: Option<String>,
    /// The supplier's id of the product, once known.
    pub source_product_id: Option<String>,
    /// The product as it was read.
    pub product_data: Option<RawJson>,
    /// What the merchant asked for, as sent.
    pub config: Option<RawJson>,
    /// How far it is.
    pub stage: Stage,
    /// 0 to 100.
    pub progress_percent: u8,
    /// What is being done, or waited for, in words.
    pub progress_note: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What can be asked of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A worker begins, or begins again after another one died.
    Start,
    /// The worker gives it back to try later.
    Postpone,
    /// The product stands in the shop.
    Complete,
    /// There will be no product.
    Fail,
    /// The merchant ends it.
    Cancel,
    /// The merchant wants it once more.
    Retry,
}

/// The import is in a stage from which the step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransitionError {
    /// What was asked.
    pub step: Step,
    /// Where the import is.
    pub status: ImportStatus,
}

impl std::error::Error for TransitionError {}

impl fmt::Display for TransitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, which, done) = match self.step {
            Step::Start => ("start", "pending or running", "started"),
            Step::Postpone => ("postpone", "running", "postponed"),
            Step::Complete => ("complete", "running", "completed"),
            Step::Fail => ("fail", "pending or running", "failed"),
            Step::Cancel => ("cancel", "pending or running", "cancelled"),
            Step::Retry => ("retry", "failed or cancelled", "retried"),
        };
        let status = self.status;
        write!(f, "Cannot {verb} job in '{status}' status. Only {which} jobs can be {done}.")
    }
}

/// What is remembered of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// One word, such as `created`.
    pub action: String,
    /// What belongs to it.
    pub details: Value,
}

impl HistoryEntry {
    /// The first entry of every import.
    #[must_use]
    pub fn created(source_url: &str, source: &str, bulk: bool) -> Self {
        let mut details = json!({"source_url": source_url, "source": source});
        if bulk {
            details["bulk"] = Value::Bool(true);
        }
        HistoryEntry { action: "created".to_owned(), details }
    }

    fn step(action: &str, previous: ImportStatus) -> Self {
        HistoryEntry { action: action.to_owned(), details: json!({"previous_status": previous}) }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details[name] = value.into();
        self
    }
}

/// An import after a step, and what to remember of the step.
pub type Stepped = Result<(ImportJob, HistoryEntry), TransitionError>;

impl ImportJob {
    /// The name of its stage.
    #[must_use]
    pub fn status(&self) -> ImportStatus {
        self.stage.status()
    }

    /// `error_message` of the HTTP API.
    #[must_use]
    pub fn error_message(&self) -> Option<&str> {
        match &self.stage {
            Stage::Failed { reason } => Some(reason),
            Stage::Pending | Stage::Running | Stage::Completed { .. } | Stage::Cancelled => None,
        }
    }

    /// `created_product_id` of the HTTP API.
    #[must_use]
    pub fn created_product_id(&self) -> Option<StoreProductId> {
        match &self.stage {
            Stage::Completed { product } => Some(*product),
            Stage::Pending | Stage::Running | Stage::Failed { .. } | Stage::Cancelled => None,
        }
    }

    /// A worker begins. Beginning again is legal: the former worker may have died.
    ///
    /// # Errors
    /// When the import has ended.
    pub fn start(self, now: DateTime<Utc>) -> Stepped {
        let previous = self.allow(Step::Start, &[ImportStatus::Pending, ImportStatus::Running])?;
        Ok((self.at(Stage::Running, 0, None, now), HistoryEntry::step("started", previous)))
    }

    /// The worker gives it back, to be tried later.
    ///
    /// # Errors
    /// When it is not running.
    pub fn postpone(self, reason: &str, now: DateTime<Utc>) -> Stepped {
        let previous = self.allow(Step::Postpone, &[ImportStatus::Running])?;
        let entry = HistoryEntry::step("postponed", previous).with("reason", reason);
        Ok((self.at(Stage::Pending, 0, Some(reason.to_owned()), now), entry))
    }

    /// The product stands in the shop.
    ///
    /// # Errors
    /// When it is not running.
    pub fn complete(self, product: StoreProductId, now: DateTime<Utc>) -> Stepped {
        let previous = self.allow(Step::Complete, &[ImportStatus::Running])?;
        let entry = HistoryEntry::step("completed", previous).with("product_id", product.to_string());
        Ok((self.at(Stage::Completed { product }, 100, None, now), entry))
    }

    /// There will be no product.
    ///
    /// # Errors
    /// When the import has ended already.
    pub fn fail(self, reason: &str, now: DateTime<Utc>) -> Stepped {
        let previous = self.allow(Step::Fail, &[ImportStatus::Pending, ImportStatus::Running])?;
        let entry = HistoryEntry::step("failed", previous).with("reason", reason);
        let progress = self.progress_percent;
        Ok((self.at(Stage::Failed { reason: reason.to_owned() }, progress, None, now), entry))
    }

    /// The merchant ends it.
    ///
    /// # Errors
    /// When the import has ended already.
    pub fn cancel(self, now: DateTime<Utc>) -> Stepped {
        let previous = self.allow(Step::Cancel, &[ImportStatus::Pending, ImportStatus::Running])?;
        let progress = self.progress_percent;
        Ok((self.at(Stage::Cancelled, progress, None, now), HistoryEntry::step("cancelled", previous)))
    }

    /// The merchant wants it once more.
    ///
    /// # Errors
    /// Unless it failed or was cancelled.
    pub fn retry(self, now: DateTime<Utc>) -> Stepped {
        let previous = self.allow(Step::Retry, &[ImportStatus::Failed, ImportStatus::Cancelled])?;
        Ok((self.at(Stage::Pending, 0, None, now), HistoryEntry::step("retried", previous)))
    }

    fn allow(&self, step: Step, from: &[ImportStatus]) -> Result<ImportStatus, TransitionError> {
        let status = self.status();
        if from.contains(&status) { Ok(status) } else { Err(TransitionError { step, status }) }
    }

    fn at(
        self,
        stage: Stage,
        progress_percent: u8,
        progress_note: Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        ImportJob { stage, progress_percent, progress_note, updated_at: now, ..self }
    }
}
