//! Watched prices are looked at when they are due, by one process at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::app::App;
use crate::db::{DbError, schedules, worker};
use crate::service::price_watches::{self, Tally};

/// How often is looked for due watches.
const TICK: Duration = Duration::from_secs(20);
/// A process that is not heard of for this long is no longer in charge.
const HELD: TimeDelta = TimeDelta::minutes(5);
/// One round takes no longer than this, so that the schedule is renewed in time.
const ROUND: Duration = Duration::from_secs(120);
/// So many watches are looked at in one round.
const MOST: u64 = 500;
const NAME: &str = "price-watches";

/// Look at due watches for ever, or return at once when the schedule is switched
/// off. Any number of processes may run this; one of them works.
pub async fn run(app: Arc<App>) {
    if price_watches::interval(&app).is_none() {
        tracing::info!("watched prices are looked at only when a merchant asks: WATCH_INTERVAL_MINUTES is 0");
        return;
    }
    loop {
        let worked = match round(&app).await {
            Ok(tally) => tally.checked,
            Err(error) => {
                tracing::warn!(%error, "watched prices were not looked at");
                0
            }
        };
        // As long as there is more to do, go on at once.
        let pause = if worked < MOST { TICK } else { Duration::ZERO };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Look at what is due now, if this process is in charge.
///
/// # Errors
/// When the database does not answer.
pub async fn round(app: &Arc<App>) -> Result<Tally, DbError> {
    let (now, holder) = (app.now(), app.queue.node().to_owned());
    let mine =
        app.db.transaction(async move |tx| schedules::hold(&tx, NAME, &holder, now, HELD).await).await?;
    if !mine {
        return Ok(Tally::default());
    }
    let due = worker::due_watches(&app.db, app.now(), MOST).await?;
    let tally = Box::pin(price_watches::check(app, due, Instant::now() + ROUND)).await;
    if tally.checked > 0 {
        tracing::info!(
            checked = tally.checked,
            changed = tally.changed,
            errors = tally.errors,
            "watched prices were looked at"
        );
    }
    Ok(tally)
}
