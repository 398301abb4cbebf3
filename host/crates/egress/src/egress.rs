//! The gate: every request of host and plugins passes through [`Egress::send`].

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};

use crate::capture;
use crate::config::EgressConfig;
use crate::error::{ConfigError, EgressError, Phase};
use crate::fill;
use crate::flight::Flight;
use crate::headers;
use crate::pool::Pools;
use crate::resolve::{Resolver, SystemResolver};
use crate::scope::CallScope;
use crate::secrets::SecretIndex;
use crate::target::Target;
use crate::tls;
use crate::transport::{self, Answer, Prepared};

/// From this size on a body is searched on a thread that may block.
const HEAVY: usize = 128 << 10;

/// The only way to the network. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    inner: Arc<Inner>,
}

struct Inner {
    config: Arc<EgressConfig>,
    resolver: Arc<dyn Resolver>,
    pools: Pools,
    permits: Semaphore,
}

impl Egress {
    /// A gate with the system's resolver.
    ///
    /// # Errors
    /// When the certificate file cannot be used. Reads that file, so call it at
    /// start-up rather than on an async thread.
    pub fn new(config: EgressConfig) -> Result<Self, ConfigError> {
        Self::with_resolver(config, Arc::new(SystemResolver))
    }

    /// A gate with a resolver of one's own.
    pub fn with_resolver(config: EgressConfig, resolver: Arc<dyn Resolver>) -> Result<Self, ConfigError> {
        let config = Arc::new(config);
        let tls = tls::client_config(config.extra_ca.as_deref())?;
        let pools = Pools::new(Arc::clone(&config), tls)?;
        let permits = Semaphore::new(config.max_in_flight);
        Ok(Egress { inner: Arc::new(Inner { config, resolver, pools, permits }) })
    }

    /// The settings in force.
    pub fn config(&self) -> &EgressConfig {
        &self.inner.config
    }

    /// Sends one request under the rules of `scope` and returns the whole answer.
    ///
    /// Redirects are answers like any other. The answer's body is decompressed;
    /// tokens are replaced by placeholders and secrets by `[redacted:NAME]`.
    ///
    /// # Errors
    /// Whenever a rule, a limit or the network stands in the way. After an error
    /// [`ScopeReport::write_sent`](crate::ScopeReport::write_sent) tells whether
    /// a write may have left.
    pub async fn send(
        &self,
        scope: &CallScope,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, EgressError> {
        let (method, begun) = (request.method().clone(), Instant::now());
        let host = request.uri().host().map(str::to_owned).unwrap_or_default();
        let result = Box::pin(self.pass(scope, request)).await;
        let duration_ms = begun.elapsed().as_millis() as u64;
        match &result {
            Ok(answer) => {
                let status = answer.status().as_u16();
                tracing::debug!(%method, host, status, duration_ms, "request answered");
            }
            Err(error) => {
                if error.is_refusal() {
                    scope.note(error.to_string());
                }
                tracing::debug!(%method, host, duration_ms, %error, "request failed");
            }
        }
        result
    }

    async fn pass(&self, scope: &CallScope, request: Request<Bytes>) -> Result<Response<Bytes>, EgressError> {
        scope.begin_request()?;
        let target = Target::of(&request)?;
        let flight = Arc::new(self.flight(scope, &target)?);
        target.permit(scope, &self.inner.config)?;
        let (parts, body) = request.into_parts();
        let limits = scope.limits();
        if body.len() as u64 > limits.request_body {
            return Err(EgressError::TooLarge { what: "request body", limit: limits.request_body });
        }
        let guest_headers = headers::outgoing(&parts.headers, &target.origin, limits.headers)?;
        let index = scope.index();
        search_request(&index, &target, &guest_headers, &body).await?;
        wait_for_rates(scope, &flight, &target).await?;
        let answer = self.exchange(scope, &flight, &target, &guest_headers, body).await?;
        finish(scope, &target, answer).await
    }

    fn flight(&self, scope: &CallScope, target: &Target) -> Result<Flight, EgressError> {
        let now = Instant::now();
        let ends = scope.deadline().min(now + scope.limits().request_time);
        if ends <= now {
            return Err(EgressError::Timeout {
                origin: target.origin.to_string(),
                phase: Phase::Deadline,
                limit: std::time::Duration::ZERO,
            });
        }
        let (config, resolver) = (Arc::clone(&self.inner.config), Arc::clone(&self.inner.resolver));
        Ok(Flight::new(target.origin.clone(), ends, config, resolver, scope.fence().cloned()))
    }

    async fn exchange(
        &self,
        scope: &CallScope,
        flight: &Arc<Flight>,
        target: &Target,
        guest_headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answer, EgressError> {
        let pool = self.inner.pools.get(scope.pool_key()).await.map_err(|error| EgressError::Connect {
            origin: target.origin.to_string(),
            reason: error.to_string(),
        })?;
        let begun = Instant::now();
        let permits = async { (pool.permits.acquire().await, self.inner.permits.acquire().await) };
        let _permits = timeout_at(flight.ends, permits)
            .await
            .map_err(|_| transport::timeout(flight, Phase::Permit, begun))?;
        // A permit that came free at the last moment is of no use.
        if flight.ends <= Instant::now() {
            return Err(transport::timeout(flight, Phase::Permit, begun));
        }
        let (url, headers, body) = fill::fill(scope, target, guest_headers, body)?;
        let is_write = target.is_write();
        let prepared = Prepared { method: target.method.clone(), url, headers, body, is_write };
        transport::within(flight, transport::exchange(&pool.client, scope, flight, prepared)).await
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

/// A guest that knows a secret did not get it from us; where it stands in the
/// open nobody checks audience or use, so it does not leave.
async fn search_request(
    index: &Arc<SecretIndex>,
    target: &Target,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(), EgressError> {
    let head = std::iter::once(target.url.as_str().as_bytes())
        .chain(headers.iter().flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]));
    let mut found = head.filter_map(|text| index.find(text)).next().map(str::to_owned);
    if found.is_none() {
        let (index, body) = (Arc::clone(index), body.clone());
        found = heavy(body.len(), move || index.find(&body).map(str::to_owned)).await;
    }
    match found {
        None => Ok(()),
        Some(name) => {
            let reason =
                format!("the request carries its value in the open; write {{{{credential:{name}}}}} instead");
            Err(EgressError::credential(name, reason))
        }
    }
}

/// Draws from every rate that holds for the request. A wait that would outlast the
/// patience or the call is refused at once, with the time after which it is worth
/// another try, instead of using the call up.
async fn wait_for_rates(scope: &CallScope, flight: &Flight, target: &Target) -> Result<(), EgressError> {
    let begun = Instant::now();
    let patience = flight.ends.min(begun + scope.limits().rate_wait);
    let mut result = Ok(());
    'all: for rule in scope.rates().iter().filter(|rule| rule.holds_for(target)) {
        while let Err(after) = rule.bucket.take() {
            if Instant::now() + after > patience {
                result = Err(EgressError::RateLimited { after });
                break 'all;
            }
            sleep(after).await;
        }
    }
    scope.add_rate_wait(begun.elapsed());
    result
}

/// Takes tokens out, hides secrets, drops what is not for guests.
async fn finish(scope: &CallScope, target: &Target, answer: Answer) -> Result<Response<Bytes>, EgressError> {
    let Answer { status, headers, body } = answer;
    let (rules, origin, url) = (scope.captures().to_vec(), target.origin.clone(), target.url.clone());
    let (now, success, original) = (scope.now(), status.is_success(), body.clone());
    let taken =
        heavy(body.len(), move || capture::take(&rules, &origin, &url, success, &original, now)).await;
    let taken = taken.map_err(|capture::NotJson| EgressError::InvalidAnswer {
        origin: target.origin.to_string(),
        reason: "it answers a token request but is not JSON, so it is withheld".into(),
    })?;
    for name in &taken.unexpected {
        scope.note(format!(
            "an answer of {} held `{name}` where no [[capture]] expects it; it was hidden",
            target.origin
        ));
    }
    scope.keep(taken.captured);
    let body = taken.body.map_or(body, Bytes::from);
    let index = scope.index();
    let visible = headers::incoming(&headers, |bytes| match index.redact(bytes) {
        Cow::Borrowed(_) => None,
        Cow::Owned(clean) => Some(clean),
    });
    let body = heavy(body.len(), move || match index.redact(&body) {
        Cow::Borrowed(_) => body,
        Cow::Owned(clean) => Bytes::from(clean),
    })
    .await;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = visible;
    Ok(response)
}

/// Runs work in proportion to `size` where it may take its time.
async fn heavy<T: Send + 'static>(size: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if size < HEAVY {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // The runtime is being shut down and polls nobody any more.
        Err(_) => std::future::pending().await,
    }
}
