//! What merchants see happen while they look.

use serde_json::json;
use sourcepilot_domain::import_job::ImportJob;

use crate::app::App;

/// The name of the event that says how an import is doing.
pub const IMPORT: &str = "import";

/// Tell the merchant's open pages how an import is doing, in words.
pub fn import_changed(app: &App, job: &ImportJob, message: &str) {
    let data = json!({
        "id": job.id,
        "status": job.status(),
        "progress_percent": job.progress_percent,
        "message": message,
        "error_message": job.error_message(),
    });
    app.events.publish(job.user_id, IMPORT, data);
}
