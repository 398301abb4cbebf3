//! Whether this host can do its work.

use crate::app::App;

/// Whether the database answers.
pub async fn is_ready(app: &App) -> bool {
    match app.db.ping().await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            false
        }
    }
}
