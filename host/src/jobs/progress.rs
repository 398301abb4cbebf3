//! Showing how far an import is: at once to open pages, now and then in the row.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use sourcepilot_domain::import_job::ImportJob;
use sourcepilot_plugin_runtime::ProgressSink;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::db::imports;
use crate::service::events;

/// Between two writes of progress; each is a commit.
const WRITE_EVERY: TimeDelta = TimeDelta::seconds(2);

/// Maps a plugin's 0 to 100 onto its part of the import.
pub struct ImportProgress {
    app: Arc<App>,
    job: ImportJob,
    from: u8,
    to: u8,
    written: Mutex<DateTime<Utc>>,
    cancelled: CancellationToken,
}

impl ImportProgress {
    /// Progress of the part between two percentages, until `cancelled`.
    pub fn new(app: &Arc<App>, job: &ImportJob, part: (u8, u8), cancelled: CancellationToken) -> Arc<Self> {
        let (written, (from, to)) = (Mutex::new(app.now()), part);
        Arc::new(ImportProgress { app: app.clone(), job: job.clone(), from, to, written, cancelled })
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let due = now - *written >= WRITE_EVERY;
        if due {
            *written = now;
        }
        due
    }

    fn write(&self, percent: u8, note: String) {
        let (app, user, id) = (self.app.clone(), self.job.user_id, self.job.id);
        tokio::spawn(async move {
            let now = app.now();
            let write = app.db.transaction(async move |tx| {
                imports::record_progress(&tx, user, id, percent, Some(&note), now).await
            });
            if let Err(error) = write.await {
                tracing::warn!(import.id = %id, %error, "progress was not kept");
            }
        });
    }
}

impl ProgressSink for ImportProgress {
    fn report(&self, percent: u8, note: &str) {
        // What was cancelled is not shown as running again.
        if self.cancelled.is_cancelled() {
            return;
        }
        let span = u16::from(self.to.saturating_sub(self.from));
        let part = u8::try_from(span * u16::from(percent.min(100)) / 100).unwrap_or(0);
        let shown = self.from + part;
        let job = ImportJob { progress_percent: shown, ..self.job.clone() };
        events::import_changed(&self.app, &job, note);
        if self.is_due(self.app.now()) {
            self.write(shown, note.to_owned());
        }
    }
}
