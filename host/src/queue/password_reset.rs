//! "Send an e-mail with which a password can be set anew."

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use sourcepilot_jobs_engine::{EngineError, Enqueued, NewJob, Queue};
use uuid::Uuid;

use crate::db::Tx;

/// The name in the queue. Rows with it may be older than this program.
pub const KIND: &str = "password-reset-mail";

/// Tried this often, over some minutes.
const ATTEMPTS: u32 = 5;

/// The payload: an address, because whether it has an account is found out by who
/// does the job.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordReset {
    pub email: String,
}

impl fmt::Debug for PasswordReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordReset")
    }
}

/// Put it into the queue, unless it waits there already.
pub async fn enqueue(queue: &Queue, tx: &Tx, email: String) -> Result<Enqueued, EngineError> {
    let new = NewJob {
        max_attempts: ATTEMPTS,
        unique_key: Some(format!("password-reset:{}", hex::encode(Sha256::digest(&email)))),
        ..NewJob::new(KIND, Uuid::nil(), json!(PasswordReset { email }))
    };
    queue.enqueue(tx, new).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every form that was ever written stays readable.
    #[test]
    fn payloads_of_all_releases_are_read() {
        let stored = r#"{"email":"anna@example.com"}"#;
        let payload: PasswordReset = serde_json::from_str(stored).expect("readable");
        assert_eq!(payload.email, "anna@example.com");
        assert!(!format!("{payload:?}").contains("anna"));
    }
}
