//! Changing the installation's key: every secret at rest goes under the current one.

use std::sync::Arc;

use crate::app::App;
use crate::db::{DbError, sealed};

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Put under the current key.
    pub changed: usize,
    /// Were under it already, or were replaced meanwhile by something that is.
    pub current: usize,
    /// Cannot be read with any key of the ring.
    pub unreadable: usize,
}

/// Put every secret under the first key of `SOURCEPILOT_ENCRYPTION_KEY`. It may be
/// repeated, also beside running hosts that have the same keys.
///
/// # Errors
/// When the database does not answer; what was done until then stays.
pub async fn rewrap(app: &App) -> Result<Rewrapped, DbError> {
    let mut outcome = Rewrapped::default();
    for kept in sealed::all(&app.db).await? {
        if !app.keys.is_outdated(&kept.sealed) {
            outcome.current += 1;
            continue;
        }
        let keys = Arc::clone(&app.keys);
        let Ok(new) = keys.rewrap(kept.slot, &kept.sealed) else {
            tracing::warn!(slot = ?kept.slot, "a secret cannot be read with any key that is set");
            outcome.unreadable += 1;
            continue;
        };
        match app.db.transaction(async move |tx| sealed::replace(&tx, kept, new).await).await? {
            true => outcome.changed += 1,
            false => outcome.current += 1,
        }
    }
    Ok(outcome)
}
