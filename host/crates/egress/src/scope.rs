//! The rights, secrets and accounts of one plugin call.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::capture::CaptureRule;
use crate::credential::{Captured, CredentialSet};
use crate::error::EgressError;
use crate::fence::Fence;
use crate::origin::Origin;
use crate::pattern::HostPattern;
use crate::rate::RateRule;
use crate::secrets::SecretIndex;

/// How many refusals a report keeps.
const DENIALS_KEPT: usize = 32;

/// Limits of one call.
#[derive(Clone, Copy, Debug)]
pub struct ScopeLimits {
    /// Requests in the whole call.
    pub requests: u32,
    /// Bytes of one request body.
    pub request_body: u64,
    /// Bytes of one answer's body after decompression.
    pub response_body: u64,
    /// Bytes of all answers' bodies together.
    pub total_received: u64,
    /// Bytes of all header names and values of one request or answer.
    pub headers: u64,
    /// The longest one request may take.
    pub request_time: Duration,
    /// How long a request may wait for its rates before it is refused.
    pub rate_wait: Duration,
}

impl Default for ScopeLimits {
    fn default() -> Self {
        ScopeLimits {
            requests: 16,
            request_body: 2 << 20,
            response_body: 4 << 20,
            total_received: 32 << 20,
            headers: 64 << 10,
            request_time: Duration::from_secs(30),
            rate_wait: Duration::from_secs(5),
        }
    }
}

/// What a call has done.
#[derive(Clone, Debug, Default)]
pub struct ScopeReport {
    /// Requests begun.
    pub requests: u32,
    /// Bytes of request bodies and heads, roughly.
    pub bytes_sent: u64,
    /// Bytes of answers' bodies after decompression.
    pub bytes_received: u64,
    /// Time that requests waited for their rates.
    pub rate_waited: Duration,
    /// A request that may change something has left, or may have.
    pub write_sent: bool,
    /// Tokens taken out of answers, oldest first.
    pub captured: Vec<Captured>,
    /// Refusals and suspicious events, for the operator's log.
    pub denials: Vec<String>,
}

/// Everything that requests of one call are measured against. Cheap to clone.
#[derive(Clone)]
pub struct CallScope {
    inner: Arc<Inner>,
}

struct Inner {
    pool_key: String,
    allow: Vec<HostPattern>,
    connection_origin: Option<Origin>,
    /// The credentials as they were given.
    given: CredentialSet,
    /// The same with captured tokens in place.
    credentials: RwLock<CredentialSet>,
    /// Built when it is first needed: many calls send nothing.
    index: RwLock<Option<Arc<SecretIndex>>>,
    captures: Vec<CaptureRule>,
    limits: ScopeLimits,
    deadline: Instant,
    started: (Instant, Option<DateTime<Utc>>),
    fence: Option<Arc<dyn Fence>>,
    rates: Vec<RateRule>,
    /// Microseconds.
    rate_waited: AtomicU64,
    requests: AtomicU32,
    sent: AtomicU64,
    received: AtomicU64,
    writes: AtomicU32,
    captured: Mutex<Vec<Captured>>,
    denials: Mutex<Vec<String>>,
}

impl CallScope {
    /// A scope that allows nothing until told otherwise.
    pub fn builder() -> CallScopeBuilder {
        CallScopeBuilder::default()
    }

    /// True when the credential has a value, given or captured.
    pub fn has_credential(&self, name: &str) -> bool {
        self.with_credentials(|set| set.get(name).is_some_and(|credential| credential.value.is_some()))
    }

    /// The text with every secret of this call replaced by `[redacted:NAME]`.
    /// Values shorter than six bytes are left, for they occur in innocent text.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.index().redact_str(text)
    }

    /// What has happened so far.
    pub fn report(&self) -> ScopeReport {
        let inner = &self.inner;
        ScopeReport {
            requests: inner.requests.load(Ordering::Acquire),
            bytes_sent: inner.sent.load(Ordering::Acquire),
            bytes_received: inner.received.load(Ordering::Acquire),
            rate_waited: Duration::from_micros(inner.rate_waited.load(Ordering::Acquire)),
            write_sent: inner.writes.load(Ordering::Acquire) > 0,
            captured: lock(&inner.captured).clone(),
            denials: lock(&inner.denials).clone(),
        }
    }

    pub(crate) fn pool_key(&self) -> &str {
        &self.inner.pool_key
    }

    pub(crate) fn allow(&self) -> &[HostPattern] {
        &self.inner.allow
    }

    pub(crate) fn connection_origin(&self) -> Option<&Origin> {
        self.inner.connection_origin.as_ref()
    }

    pub(crate) fn captures(&self) -> &[CaptureRule] {
        &self.inner.captures
    }

    pub(crate) fn limits(&self) -> &ScopeLimits {
        &self.inner.limits
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.inner.deadline
    }

    pub(crate) fn fence(&self) -> Option<&Arc<dyn Fence>> {
        self.inner.fence.as_ref()
    }

    pub(crate) fn rates(&self) -> &[RateRule] {
        &self.inner.rates
    }

    pub(crate) fn add_rate_wait(&self, wait: Duration) {
        let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
        self.inner.rate_waited.fetch_add(micros, Ordering::AcqRel);
    }

    /// The wall clock, reckoned from the time that the call was given.
    pub(crate) fn now(&self) -> Option<DateTime<Utc>> {
        let (instant, date) = self.inner.started;
        date?.checked_add_signed(TimeDelta::from_std(instant.elapsed()).ok()?)
    }

    pub(crate) fn with_credentials<T>(&self, read: impl FnOnce(&CredentialSet) -> T) -> T {
        read(&self.inner.credentials.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn index(&self) -> Arc<SecretIndex> {
        let known = self.inner.index.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.unwrap_or_else(|| {
            let built = self.build_index(&lock(&self.inner.captured));
            let mut place = self.inner.index.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(place.get_or_insert(built))
        })
    }

    /// Over the values that were given and all that were captured, so that a
    /// replaced token stays hidden too.
    fn build_index(&self, captured: &[Captured]) -> Arc<SecretIndex> {
        let tokens = captured.iter().map(|token| (token.credential.as_str(), &token.value));
        Arc::new(SecretIndex::new(self.inner.given.secrets().chain(tokens)))
    }

    /// Counts a request against the budget.
    pub(crate) fn begin_request(&self) -> Result<(), EgressError> {
        let limit = self.inner.limits.requests;
        let more = |count: u32| (count < limit).then_some(count + 1);
        match self.inner.requests.fetch_update(Ordering::AcqRel, Ordering::Acquire, more) {
            Ok(_) => Ok(()),
            Err(_) => Err(EgressError::BudgetExhausted { limit }),
        }
    }

    pub(crate) fn add_sent(&self, bytes: u64) {
        self.inner.sent.fetch_add(bytes, Ordering::AcqRel);
    }

    /// Counts received bytes; fails when the call has had its share.
    pub(crate) fn add_received(&self, bytes: u64) -> Result<(), EgressError> {
        let total = self.inner.received.fetch_add(bytes, Ordering::AcqRel).saturating_add(bytes);
        let limit = self.inner.limits.total_received;
        if total > limit { Err(EgressError::TooLarge { what: "sum of all answers", limit }) } else { Ok(()) }
    }

    /// Notes that a write is about to leave; see [`WriteMark`].
    pub(crate) fn mark_write(&self) -> WriteMark {
        self.inner.writes.fetch_add(1, Ordering::AcqRel);
        WriteMark { scope: self.clone() }
    }

    pub(crate) fn note(&self, sentence: impl Into<String>) {
        let mut denials = lock(&self.inner.denials);
        if denials.len() < DENIALS_KEPT {
            denials.push(sentence.into());
        }
    }

    /// Makes captured tokens usable in this call and known to redaction.
    pub(crate) fn keep(&self, captured: Vec<Captured>) {
        if captured.is_empty() {
            return;
        }
        let mut credentials = self.inner.credentials.write().unwrap_or_else(PoisonError::into_inner);
        for token in &captured {
            credentials.set_value(&token.credential, token.value.clone());
        }
        drop(credentials);
        let mut all = lock(&self.inner.captured);
        all.extend(captured);
        let index = self.build_index(&all);
        *self.inner.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
    }
}

impl fmt::Debug for CallScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallScope")
            .field("allow", &self.inner.allow)
            .field("connection_origin", &self.inner.connection_origin)
            .field("limits", &self.inner.limits)
            .finish_non_exhaustive()
    }
}

/// A write that counts as sent unless it is taken back. A request that is
/// dropped in flight stays counted: nobody knows how far it came.
pub(crate) struct WriteMark {
    scope: CallScope,
}

impl WriteMark {
    /// The write has certainly not left.
    pub(crate) fn take_back(self) {
        self.scope.inner.writes.fetch_sub(1, Ordering::AcqRel);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Builds a [`CallScope`].
#[derive(Default)]
#[must_use]
pub struct CallScopeBuilder {
    pool_key: String,
    allow: Vec<HostPattern>,
    connection_origin: Option<Origin>,
    credentials: CredentialSet,
    captures: Vec<CaptureRule>,
    limits: ScopeLimits,
    deadline: Option<Instant>,
    started: Option<DateTime<Utc>>,
    fence: Option<Arc<dyn Fence>>,
    rates: Vec<RateRule>,
}

impl CallScopeBuilder {
    /// Calls with different keys never share a connection: name the plugin and
    /// the account or tenant.
    pub fn pool_key(mut self, key: impl Into<String>) -> Self {
        self.pool_key = key.into();
        self
    }

    /// The hosts that may be reached.
    pub fn allow(mut self, allow: Vec<HostPattern>) -> Self {
        self.allow = allow;
        self
    }

    /// What `{connection.origin}` means.
    pub fn connection_origin(mut self, origin: Option<Origin>) -> Self {
        self.connection_origin = origin;
        self
    }

    /// The secrets.
    pub fn credentials(mut self, credentials: CredentialSet) -> Self {
        self.credentials = credentials;
        self
    }

    /// The tokens to take out of answers.
    pub fn captures(mut self, captures: Vec<CaptureRule>) -> Self {
        self.captures = captures;
        self
    }

    /// The limits.
    pub fn limits(mut self, limits: ScopeLimits) -> Self {
        self.limits = limits;
        self
    }

    /// When everything must be over. Without it: one request time from now.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The wall-clock time of the call's beginning, from which the end of
    /// captured tokens is reckoned. Without it `expires_in` means nothing.
    pub fn started(mut self, now: DateTime<Utc>) -> Self {
        self.started = Some(now);
        self
    }

    /// The lease that has to hold as bytes leave.
    pub fn fence(mut self, fence: Option<Arc<dyn Fence>>) -> Self {
        self.fence = fence;
        self
    }

    /// The rates that hold for its requests. The slowest ones should come first: a
    /// request that a later one refuses has drawn from the earlier ones already.
    pub fn rates(mut self, rates: Vec<RateRule>) -> Self {
        self.rates = rates;
        self
    }

    /// The finished scope.
    pub fn build(self) -> CallScope {
        let now = Instant::now();
        CallScope {
            inner: Arc::new(Inner {
                pool_key: self.pool_key,
                allow: self.allow,
                connection_origin: self.connection_origin,
                given: self.credentials.clone(),
                credentials: RwLock::new(self.credentials),
                index: RwLock::new(None),
                captures: self.captures,
                limits: self.limits,
                deadline: self.deadline.unwrap_or(now + self.limits.request_time),
                started: (now, self.started),
                fence: self.fence,
                rates: self.rates,
                rate_waited: AtomicU64::new(0),
                requests: AtomicU32::new(0),
                sent: AtomicU64::new(0),
                received: AtomicU64::new(0),
                writes: AtomicU32::new(0),
                captured: Mutex::new(Vec::new()),
                denials: Mutex::new(Vec::new()),
            }),
        }
    }
}

impl fmt::Debug for CallScopeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallScopeBuilder")
            .field("allow", &self.allow)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
