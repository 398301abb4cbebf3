//! The HTTP contract as transcripts: what goes over the wire, request by request, kept
//! as snapshots. Black box over real HTTP: `CONTRACT_BASE_URL` names another server to
//! talk to, one with the demo world and without a worker, so that imports stay
//! `pending` (`sourcepilot serve --demo --role api`).
//!
//! What takes an administrator, a service account, a worker or a look at a mail is done
//! on servers of the tests' own only.
//!
//! After an intended change: `INSTA_UPDATE=always` writes the snapshots anew.

mod accounts;
mod ai;
mod billing;
mod complete;
mod connecting;
mod conventions;
mod imports;
mod passwords;
mod services;
mod shops;
mod standing;
mod tables;
mod watches;
mod webhooks;
mod wire;

pub use wire::Wire;

use serde_json::{Value, json};

pub const ADDRESS: &str = "https://www.aliexpress.com/item/1005001111222605.html";
/// An id that nothing has.
pub const NOBODY: &str = "0195f3a0-1111-7abc-8def-0123456789ab";

pub fn import() -> Value {
    json!({"product_url": ADDRESS, "source": "aliexpress"})
}

/// The id in an answer.
pub fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
}
