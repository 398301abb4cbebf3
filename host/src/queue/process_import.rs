//! "Put this import's product into its shop."

use serde::{Deserialize, Serialize};
use serde_json::json;
use sourcepilot_domain::ids::ImportJobId;
use sourcepilot_domain::import_job::ImportJob;
use sourcepilot_jobs_engine::{EngineError, Enqueued, JobId, Lane, NewJob, Queue};

use crate::db::Tx;

/// The name in the queue. Rows with it may be older than this program.
pub const KIND: &str = "process-import";

/// Tried this often, over some minutes, before the import fails.
const ATTEMPTS: u32 = 5;

/// The payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessImport {
    pub import_id: ImportJobId,
}

/// Put an import into the queue, in the transaction that makes or revives it. A
/// list's imports wait behind single ones.
pub async fn enqueue(
    queue: &Queue,
    tx: &Tx,
    import: &ImportJob,
    bulk: bool,
) -> Result<Enqueued, EngineError> {
    let new = NewJob {
        // Without a shop of its own it goes to the merchant's default one.
        lane: Some(Lane::new(import.store_id.map_or_else(|| "default".to_owned(), |id| id.to_string()))),
        priority: i32::from(bulk),
        max_attempts: ATTEMPTS,
        unique_key: Some(unique_key(import.id)),
        ..NewJob::new(KIND, import.user_id.0, json!(ProcessImport { import_id: import.id }))
    };
    queue.enqueue(tx, new).await
}

/// Take an import out of the queue, also from whoever works on it.
pub async fn cancel(queue: &Queue, tx: &Tx, import: ImportJobId) -> Result<Option<JobId>, EngineError> {
    queue.cancel_by_key(tx, &unique_key(import)).await
}

fn unique_key(import: ImportJobId) -> String {
    format!("import:{import}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every form that was ever written stays readable.
    #[test]
    fn payloads_of_all_releases_are_read() {
        let stored = [r#"{"import_id":"0193a000-0000-7000-8000-000000000001"}"#];
        for text in stored {
            let payload: ProcessImport = serde_json::from_str(text).expect("readable");
            assert_eq!(payload.import_id.to_string(), "0193a000-0000-7000-8000-000000000001");
        }
    }
}
