//! Connections, kept apart by pool key.

use std::sync::Arc;

use moka::future::Cache;
use reqwest::{Client, redirect, retry};
use rustls::ClientConfig;
use rustls::client::Resumption;
use tokio::sync::Semaphore;

use crate::config::EgressConfig;
use crate::error::ConfigError;
use crate::flight::{FenceLayer, GuardedDns};

/// The connections of one pool key. A connection is used by one request at a
/// time (HTTP/1.1), so permits bound both.
pub(crate) struct Pool {
    pub(crate) client: Client,
    pub(crate) permits: Semaphore,
}

pub(crate) struct Pools {
    by_key: Cache<String, Arc<Pool>>,
    config: Arc<EgressConfig>,
    tls: ClientConfig,
}

impl Pools {
    pub(crate) fn new(config: Arc<EgressConfig>, tls: ClientConfig) -> Result<Self, ConfigError> {
        // Proves once that a client can be built with these settings.
        client(&config, tls.clone())?;
        let by_key =
            Cache::builder().max_capacity(config.max_pools).time_to_idle(config.keep_idle * 2).build();
        Ok(Pools { by_key, config, tls })
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Arc<Pool>, Arc<ConfigError>> {
        self.by_key
            .try_get_with_by_ref(key, async {
                let client = client(&self.config, self.tls.clone())?;
                Ok(Arc::new(Pool { client, permits: Semaphore::new(self.config.max_in_flight_per_pool) }))
            })
            .await
    }
}

/// A client that resolves through the guard, follows and repeats nothing, and
/// takes nothing from the environment. Tickets of earlier TLS sessions are not
/// shared between pools either.
fn client(config: &EgressConfig, mut tls: ClientConfig) -> Result<Client, ConfigError> {
    tls.resumption = Resumption::in_memory_sessions(32);
    Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(GuardedDns)
        .connector_layer(FenceLayer)
        .connect_timeout(config.connect_timeout)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .http1_max_headers(128)
        .pool_idle_timeout(config.keep_idle)
        .pool_max_idle_per_host(config.max_idle_per_host)
        .user_agent(&config.user_agent)
        .build()
        .map_err(|error| ConfigError::new(format!("the HTTP client cannot be set up: {error}")))
}
