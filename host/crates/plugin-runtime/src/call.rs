//! What goes into a call, and what comes out beside its result.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sourcepilot_domain::catalogue::{CatalogueEntry, CataloguePage, CatalogueSummary};
use sourcepilot_domain::product::Attribute;
use sourcepilot_domain::{Currency, Failure};
use sourcepilot_egress::{Captured, Fence};
use tokio_util::sync::CancellationToken;

/// Hears how far a call has come.
pub trait ProgressSink: Send + Sync {
    /// `percent` is 0 to 100; `note` is one line of plain text. Must not block.
    fn report(&self, percent: u8, note: &str);
}

/// The catalogue that a merchant supplied for the account of a call. The host makes
/// one for exactly this account; a plugin has no other way to data of merchants.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// How it is; `None` when nothing was supplied yet.
    ///
    /// # Errors
    /// When the host's store does not answer.
    async fn describe(&self) -> Result<Option<CatalogueSummary>, Failure>;
    /// Entries with every word of `text`; `page` counts from 1.
    ///
    /// # Errors
    /// When the host's store does not answer.
    async fn find(&self, text: &str, page: u32, page_size: u32) -> Result<CataloguePage, Failure>;
    /// One answer per id, in the same order.
    ///
    /// # Errors
    /// When the host's store does not answer.
    async fn get(&self, ids: &[String]) -> Result<Vec<Option<CatalogueEntry>>, Failure>;
}

/// Everything that a call may depend on.
#[derive(Clone)]
pub struct Call {
    /// Appears in logs on both sides.
    pub call_id: String,
    /// Names plugin and account or shop: calls with different keys share neither
    /// connections nor places, and their rates are counted apart.
    pub pool_key: String,
    /// BCP 47, such as `en-US`.
    pub locale: String,
    /// In which prices are wanted.
    pub currency: Currency,
    /// Where goods are shipped to, ISO 3166-1 alpha-2.
    pub country: String,
    /// The address of the connected shop or account.
    pub base_url: Option<String>,
    /// An object that fits the manifest's schema.
    pub settings: serde_json::Value,
    /// What the plugin reported at an earlier check of the same connection
    /// (`account.extra`), handed back to it in `context.extra`.
    pub extra: Vec<Attribute>,
    /// Values by the names of the manifest; other names are ignored.
    pub credentials: BTreeMap<String, SecretString>,
    /// The longest the whole call may take, waiting for its turn included. The
    /// plugin's own limit may be shorter.
    pub deadline: Duration,
    /// The lease that has to hold as bytes leave.
    pub fence: Option<Arc<dyn Fence>>,
    /// What the merchant supplied for the account, when the plugin works from it.
    pub catalogue: Option<Arc<dyn Catalogue>>,
    /// Hears about progress.
    pub progress: Option<Arc<dyn ProgressSink>>,
    /// Set when the merchant cancels.
    pub cancelled: Option<CancellationToken>,
    /// The time of the call.
    pub now: DateTime<Utc>,
}

impl Call {
    /// A call without connection, credentials, settings and extras.
    #[must_use]
    pub fn new(call_id: impl Into<String>, now: DateTime<Utc>) -> Self {
        Call {
            call_id: call_id.into(),
            pool_key: String::new(),
            locale: "en-US".into(),
            currency: Currency::USD,
            country: "US".into(),
            base_url: None,
            settings: serde_json::json!({}),
            extra: Vec::new(),
            credentials: BTreeMap::new(),
            deadline: Duration::from_secs(15),
            fence: None,
            catalogue: None,
            progress: None,
            cancelled: None,
            now,
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("call_id", &self.call_id)
            .field("pool_key", &self.pool_key)
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials.keys().collect::<Vec<_>>())
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// What a call has used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Waiting for a turn.
    pub waited: Duration,
    /// From the turn to the result.
    pub duration: Duration,
    /// Processor time, guest and host together.
    pub cpu: Duration,
    /// Waiting for the rates that the service allows; part of `duration`.
    pub rate_waited: Duration,
    /// Requests begun.
    pub requests: u32,
    /// Bytes of requests.
    pub bytes_sent: u64,
    /// Bytes of answers, unpacked.
    pub bytes_received: u64,
    /// The most memory in use at a time, in bytes.
    pub peak_memory: usize,
    /// Log lines written, dropped ones included.
    pub log_lines: u32,
    /// Whether a request that may change something has left.
    pub write_sent: bool,
    /// What was refused, in sentences.
    pub denials: Vec<String>,
}

/// The result of a call with everything that happened on the way.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The checked answer, or what to do about the failure.
    pub result: Result<T, Failure>,
    /// What it used.
    pub usage: Usage,
    /// Tokens that the host took out of answers; to be stored even when the call
    /// failed afterwards, for the old ones may be void.
    pub captured: Vec<Captured>,
}

impl<T> Outcome<T> {
    /// The call was not even begun.
    pub(crate) fn refused(failure: Failure) -> Self {
        Outcome { result: Err(failure), usage: Usage::default(), captured: Vec::new() }
    }

    /// The same outcome with another answer.
    pub(crate) fn and_then<U>(self, next: impl FnOnce(T) -> Result<U, Failure>) -> Outcome<U> {
        Outcome { result: self.result.and_then(next), usage: self.usage, captured: self.captured }
    }
}

/// The part of a call that a plugin sees, in no version's own types.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) call_id: String,
    pub(crate) now_unix_ms: u64,
    pub(crate) deadline_ms: u32,
    pub(crate) locale: String,
    pub(crate) currency: Currency,
    pub(crate) country: String,
    pub(crate) base_url: Option<String>,
    pub(crate) settings: String,
    pub(crate) extra: Vec<Attribute>,
}

impl Context {
    pub(crate) fn of(call: &Call, deadline: Duration) -> Self {
        Context {
            call_id: call.call_id.clone(),
            now_unix_ms: u64::try_from(call.now.timestamp_millis()).unwrap_or(0),
            deadline_ms: u32::try_from(deadline.as_millis()).unwrap_or(u32::MAX),
            locale: call.locale.clone(),
            currency: call.currency,
            country: call.country.clone(),
            base_url: call.base_url.as_deref().map(|url| url.trim_end_matches('/').to_owned()),
            settings: call.settings.to_string(),
            extra: call.extra.clone(),
        }
    }
}
