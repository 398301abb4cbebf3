//! A built component in the real runtime, with recorded answers around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::DateTime;
use secrecy::SecretString;
use serde_json::Value;
use sourcepilot_domain::Currency;
use sourcepilot_egress::{ConfigError, Egress, EgressConfig, Resolver};
use sourcepilot_plugin_runtime::{
    Call, Catalogue, Grants, LoadError, Manifest, ManifestError, Plugin, Policy, Runtime, RuntimeConfig,
    StartError, Store, Supplier,
};
use url::Url;

use crate::fault::Fault;
use crate::recording::{Exchange, Recording};
use crate::replay::{Replay, Seen};

/// 2026-11-24 08:00 UTC, in milliseconds: when every call begins.
const NOW: i64 = 1_795_507_200_000;

/// The plugin cannot be tested.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SetupError {
    #[error("the component {0} cannot be read: {1}; build it with `cargo build --target wasm32-wasip2`")]
    Component(PathBuf, io::Error),
    #[error("{0}")]
    Manifest(#[from] ManifestError),
    #[error("{0}")]
    Load(#[from] LoadError),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("{0}")]
    Egress(#[from] ConfigError),
    #[error("the recording cannot be read: {0}")]
    Recording(String),
    #[error("no local port could be opened: {0}")]
    Listen(#[from] io::Error),
}

/// What a plugin is tested with.
#[derive(Clone)]
pub struct HarnessBuilder {
    component: PathBuf,
    exchanges: Result<Vec<Exchange>, String>,
    credentials: BTreeMap<String, String>,
    base_url: Option<String>,
    settings: Value,
    currency: Currency,
    country: String,
    locale: String,
    extra_origins: Vec<String>,
    catalogue: Option<Arc<dyn Catalogue>>,
}

impl fmt::Debug for HarnessBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HarnessBuilder").field("component", &self.component).finish_non_exhaustive()
    }
}

impl HarnessBuilder {
    /// What the merchant supplied, for a supplier that works from it.
    #[must_use]
    pub fn catalogue(mut self, catalogue: Arc<dyn Catalogue>) -> Self {
        self.catalogue = Some(catalogue);
        self
    }

    /// Adds the exchanges of a file. A file that cannot be read fails
    /// [`HarnessBuilder::start`].
    #[must_use]
    pub fn recording(mut self, path: impl AsRef<Path>) -> Self {
        self.exchanges = self.exchanges.and_then(|mut exchanges| {
            exchanges.extend(Recording::read(path.as_ref())?.exchanges);
            Ok(exchanges)
        });
        self
    }

    /// Adds one exchange.
    #[must_use]
    pub fn exchange(mut self, exchange: Exchange) -> Self {
        if let Ok(exchanges) = &mut self.exchanges {
            exchanges.push(exchange);
        }
        self
    }

    /// Gives the connection a credential.
    #[must_use]
    pub fn credential(mut self, name: &str, value: &str) -> Self {
        self.credentials.insert(name.into(), value.into());
        self
    }

    /// The address of the connected shop or account.
    #[must_use]
    pub fn base_url(mut self, url: &str) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The connection's settings.
    #[must_use]
    pub fn settings(mut self, settings: Value) -> Self {
        self.settings = settings;
        self
    }

    /// The merchant's currency; US dollars without it.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.currency = currency;
        self
    }

    /// Where goods go; the United States without it.
    #[must_use]
    pub fn country(mut self, country: &str) -> Self {
        self.country = country.into();
        self
    }

    /// The merchant's language; `en-US` without it.
    #[must_use]
    pub fn locale(mut self, locale: &str) -> Self {
        self.locale = locale.into();
        self
    }

    /// Plays another origin, one that occurs neither in a recording nor in the
    /// manifest.
    #[must_use]
    pub fn origin(mut self, origin: &str) -> Self {
        self.extra_origins.push(origin.into());
        self
    }

    /// Loads the component with everything granted that its manifest asks for, and
    /// plays the remote side on local ports. No request reaches the real network.
    ///
    /// # Errors
    /// When the component is refused or a recording cannot be read.
    pub async fn start(self) -> Result<Harness, SetupError> {
        let bytes = tokio::fs::read(&self.component).await;
        let bytes = bytes.map_err(|error| SetupError::Component(self.component.clone(), error))?;
        let manifest = Manifest::from_component(&bytes)?;
        let exchanges = self.exchanges.clone().map_err(SetupError::Recording)?;
        let origins = self.origins(&manifest, &exchanges);
        let replay = Replay::start(&origins, exchanges).await?;
        let addresses: Vec<&str> =
            replay.map.iter().filter_map(|pair| pair.split_once("=http://").map(|(_, to)| to)).collect();
        let config = EgressConfig {
            allow_private: EgressConfig::parse_allow_private(&addresses.join(","))?,
            map: EgressConfig::parse_map(&replay.map.join(","))?,
            ..EgressConfig::default()
        };
        let egress = Egress::with_resolver(config, Arc::new(NoNames))?;
        let size = bytes.len();
        let policy = Policy { grants: Grants::as_asked(&manifest), ..Policy::default() };
        let plugin = Runtime::new(RuntimeConfig { keeps_rates: false, ..RuntimeConfig::default() }, egress)?
            .load(bytes, policy)
            .await?;
        Ok(Harness { plugin, replay, setup: self, size, calls: AtomicU32::new(0) })
    }

    fn origins(&self, manifest: &Manifest, exchanges: &[Exchange]) -> Vec<String> {
        let recorded = exchanges.iter().map(|exchange| exchange.request.url.as_str());
        let named =
            manifest.network.hosts.iter().map(String::as_str).filter(|host| !host.contains(['*', '{']));
        let all = recorded
            .chain(named)
            .chain(self.base_url.as_deref())
            .chain(self.extra_origins.iter().map(String::as_str));
        let origins: BTreeSet<String> =
            all.filter_map(|url| Some(Url::parse(url).ok()?.origin().ascii_serialization())).collect();
        origins.into_iter().collect()
    }
}

/// Outside of the recordings there is no network.
struct NoNames;

#[async_trait::async_trait]
impl Resolver for NoNames {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let address = host
            .parse()
            .map_err(|_| io::Error::new(io::ErrorKind::NotFound, "nothing is recorded for this host"))?;
        Ok(vec![address])
    }
}

/// A loaded plugin and its recorded surroundings.
#[derive(Debug)]
pub struct Harness {
    plugin: Arc<Plugin>,
    replay: Replay,
    setup: HarnessBuilder,
    size: usize,
    calls: AtomicU32,
}

impl Harness {
    /// Begins with a component's file.
    pub fn of(component: impl Into<PathBuf>) -> HarnessBuilder {
        HarnessBuilder {
            component: component.into(),
            exchanges: Ok(Vec::new()),
            credentials: BTreeMap::new(),
            base_url: None,
            settings: serde_json::json!({}),
            currency: Currency::USD,
            country: "US".into(),
            locale: "en-US".into(),
            extra_origins: Vec::new(),
            catalogue: None,
        }
    }

    /// The plugin.
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.plugin
    }

    /// The supplier's functions.
    ///
    /// # Panics
    /// When the plugin is no supplier.
    pub fn supplier(&self) -> Supplier {
        self.plugin.supplier().expect("the plugin is a supplier")
    }

    /// The store's functions.
    ///
    /// # Panics
    /// When the plugin is no store.
    pub fn store(&self) -> Store {
        self.plugin.store().expect("the plugin is a store")
    }

    /// A new call of the connection, at most 10 seconds long.
    pub fn call(&self) -> Call {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let setup = &self.setup;
        Call {
            pool_key: "test".into(),
            locale: setup.locale.clone(),
            currency: setup.currency,
            country: setup.country.clone(),
            base_url: setup.base_url.clone(),
            settings: setup.settings.clone(),
            catalogue: setup.catalogue.clone(),
            credentials: setup
                .credentials
                .iter()
                .map(|(name, value)| (name.clone(), SecretString::from(value.as_str())))
                .collect(),
            deadline: Duration::from_secs(10),
            ..Call::new(format!("test-{number}"), DateTime::from_timestamp_millis(NOW).unwrap_or_default())
        }
    }

    /// Every answer has this fault from now on.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.replay.set_fault(fault);
    }

    /// What has left the host so far, credentials filled in.
    pub fn requests(&self) -> Vec<Seen> {
        self.replay.seen()
    }

    /// Requests for which nothing is recorded.
    pub fn unexpected(&self) -> Vec<Seen> {
        self.requests().into_iter().filter(|seen| !seen.expected).collect()
    }

    /// Forgets the requests and uses every exchange anew.
    pub fn rewind(&self) {
        self.replay.rewind();
    }

    /// Bytes of the component's file.
    pub fn component_size(&self) -> usize {
        self.size
    }

    pub(crate) fn credentials(&self) -> impl Iterator<Item = &str> {
        self.setup.credentials.values().map(String::as_str)
    }
}
