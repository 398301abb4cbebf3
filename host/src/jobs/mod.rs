//! What workers run: one file per job, and the list of all of them.

mod fence;
pub mod housekeeping;
mod import_handler;
mod password_reset;
mod process_import;
mod progress;
mod verdict;
pub mod watch_schedule;

use std::sync::{Arc, Weak};

use sourcepilot_jobs_engine::Registry;

use crate::app::App;
use crate::queue;

/// Every kind of job and who does it.
pub fn registry(app: &Arc<App>) -> Registry {
    let weak: Weak<App> = Arc::downgrade(app);
    Registry::new()
        .with(queue::process_import::KIND, import_handler::ImportHandler(Weak::clone(&weak)))
        .with(queue::password_reset::KIND, password_reset::PasswordResetHandler(weak))
}
