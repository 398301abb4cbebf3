//! What a check of a connection found behind it, kept beside the connection.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sourcepilot_domain::Currency;

/// What the last check found. All empty before the first one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The remote side's id.
    pub remote_id: Option<String>,
    /// What a merchant would call it.
    pub label: Option<String>,
    /// In which it reckons.
    pub currency: Option<Currency>,
    /// Whatever else the plugin reported.
    pub extra: Option<Value>,
    /// One sentence for the merchant when the last check, or the last use, failed.
    pub problem: Option<String>,
    /// When that was.
    pub checked_at: Option<DateTime<Utc>>,
}

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// It works.
    Works {
        /// The remote side's id.
        remote_id: String,
        /// What a merchant would call it.
        label: String,
        /// In which it reckons.
        currency: Option<Currency>,
        /// Whatever else the plugin reported.
        extra: Value,
    },
    /// It does not. What was known before stays.
    Fails {
        /// One sentence for the merchant.
        problem: String,
    },
}
