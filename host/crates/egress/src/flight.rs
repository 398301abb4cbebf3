//! One request on its way, as the connector sees it.
//!
//! The HTTP client resolves and connects on its own. What it asks for on the way
//! is answered from the request that is being served, so that the address that
//! was checked is the address that is connected to.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::address;
use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::fence::Fence;
use crate::origin::Origin;
use crate::resolve::{Resolver, is_unknown_name};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

tokio::task_local! {
    /// The request whose future is being polled.
    pub(crate) static FLIGHT: Arc<Flight>;
}

pub(crate) struct Flight {
    /// What the rules see.
    pub(crate) asked: Origin,
    /// Where the connection goes; differs from `asked` for a mapped origin.
    pub(crate) to: Origin,
    /// When the request is given up.
    pub(crate) ends: Instant,
    pub(crate) config: Arc<EgressConfig>,
    pub(crate) resolver: Arc<dyn Resolver>,
    pub(crate) fence: Option<Arc<dyn Fence>>,
    verdict: Mutex<Option<EgressError>>,
}

impl Flight {
    pub(crate) fn new(
        asked: Origin,
        ends: Instant,
        config: Arc<EgressConfig>,
        resolver: Arc<dyn Resolver>,
        fence: Option<Arc<dyn Fence>>,
    ) -> Self {
        let to = config.mapped(&asked).unwrap_or(&asked).clone();
        Flight { asked, to, ends, config, resolver, fence, verdict: Mutex::new(None) }
    }

    pub(crate) fn is_mapped(&self) -> bool {
        self.to != self.asked
    }

    /// Fails when the lease does not outlive the request.
    pub(crate) fn check_fence(&self) -> Result<(), EgressError> {
        let needed = self.ends.saturating_duration_since(Instant::now());
        match &self.fence {
            Some(fence) => fence.check(needed).map_err(|_| self.refuse(EgressError::LeaseLost)),
            None => Ok(()),
        }
    }

    /// Keeps the reason, since the client wraps errors beyond recognition.
    fn refuse(&self, error: EgressError) -> EgressError {
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
        error
    }

    pub(crate) fn verdict(&self) -> Option<EgressError> {
        self.verdict.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, EgressError> {
        let (host, port) = (self.asked.host().to_owned(), self.asked.port());
        if name != self.to.host() {
            return Err(self.refuse(EgressError::Resolve { host }));
        }
        let found = match self.resolver.lookup(name).await {
            Ok(found) => found,
            Err(error) if is_unknown_name(&error) => {
                return Err(self.refuse(EgressError::UnknownName { host }));
            }
            Err(_) => Vec::new(),
        };
        if found.is_empty() {
            return Err(self.refuse(EgressError::Resolve { host }));
        }
        let trusted = self.is_mapped() || self.config.is_allowed_private(&self.asked);
        let named = |ip| self.config.allow_private.iter().any(|entry| entry.is_ip(ip, port));
        let usable: Vec<_> = found
            .into_iter()
            .filter(|ip| trusted || address::is_public(*ip) || named(*ip))
            .map(|ip| SocketAddr::new(ip, 0))
            .collect();
        if usable.is_empty() {
            return Err(self.refuse(EgressError::PrivateAddress { host, port }));
        }
        Ok(usable)
    }
}

/// The client's resolver: answers only for the request under way.
#[derive(Clone, Copy)]
pub(crate) struct GuardedDns;

impl Resolve for GuardedDns {
    fn resolve(&self, name: Name) -> Resolving {
        let flight = FLIGHT.try_with(Arc::clone);
        Box::pin(async move {
            let addresses = flight?.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Asks for the lease once more when a new connection stands, for making it may
/// have taken long.
#[derive(Clone, Copy)]
pub(crate) struct FenceLayer;

impl<S> Layer<S> for FenceLayer {
    type Service = FenceService<S>;

    fn layer(&self, inner: S) -> FenceService<S> {
        FenceService { inner }
    }
}

#[derive(Clone)]
pub(crate) struct FenceService<S> {
    inner: S,
}

impl<S, R> Service<R> for FenceService<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, to: R) -> Self::Future {
        let flight = FLIGHT.try_with(Arc::clone);
        let connecting = self.inner.call(to);
        Box::pin(async move {
            let connection = connecting.await?;
            flight?.check_fence()?;
            Ok(connection)
        })
    }
}
