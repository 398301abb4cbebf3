//! What has expired is removed now and then.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::db::worker;

const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Remove expired rows and mails that were written into files long ago, at once and
/// every hour. Never returns. Several processes may do it side by side.
pub async fn run(app: Arc<App>) {
    loop {
        let now = app.now();
        match app.db.transaction(async move |tx| worker::remove_expired(&tx, now).await).await {
            Ok(rows) => tracing::debug!(rows, "expired rows were removed"),
            Err(error) => tracing::warn!(%error, "expired rows were not removed"),
        }
        app.mailer.tidy(now).await;
        tokio::time::sleep(INTERVAL).await;
    }
}
