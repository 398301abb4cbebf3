//! The runtime: one engine, one way out, any number of plugins.

use std::fmt;
use std::sync::Arc;

use sourcepilot_egress::Egress;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::Linker;

use crate::budgets::Budgets;
use crate::config::RuntimeConfig;
use crate::engine;
use crate::host::linker;
use crate::host::state::CallState;
use crate::load::{self, ArtefactCache, LoadError};
use crate::plugin::{Plugin, Policy};

/// The host cannot run plugins at all.
#[derive(Debug, thiserror::Error)]
#[error("the plugin runtime cannot start: {0}")]
pub struct StartError(String);

/// Loads plugins and runs them. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: RuntimeConfig,
    pub(crate) engine: Engine,
    pub(crate) pooled: bool,
    pub(crate) linker: Linker<CallState>,
    pub(crate) egress: Egress,
    pub(crate) cache: Option<ArtefactCache>,
    pub(crate) calls: Arc<Semaphore>,
    pub(crate) compilations: Arc<Semaphore>,
    pub(crate) budgets: Arc<Budgets>,
}

impl Runtime {
    /// Start the engine.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or the cache folder is not a
    /// private one.
    pub fn new(config: RuntimeConfig, egress: Egress) -> Result<Self, StartError> {
        let start = |error: wasmtime::Error| StartError(format!("{error:#}"));
        let (engine, pooled) = engine::start(&config).map_err(start)?;
        let linker = linker::build(&engine).map_err(start)?;
        let cache = match &config.cache_dir {
            None => None,
            Some(folder) => {
                let cache =
                    ArtefactCache::open(folder, &engine).map_err(|error| StartError(error.to_string()))?;
                Some(cache)
            }
        };
        let inner = Inner {
            calls: Arc::new(Semaphore::new(config.concurrency.max(1) as usize)),
            compilations: Arc::new(Semaphore::new(config.compilations.max(1))),
            budgets: Arc::default(),
            config,
            engine,
            pooled,
            linker,
            egress,
            cache,
        };
        Ok(Runtime { inner: Arc::new(inner) })
    }

    /// Check a component's bytes against everything that is known about it and
    /// make it ready.
    ///
    /// # Errors
    /// When it may not or cannot run here; nothing of it has run then, except its
    /// start-up code inside its walls.
    pub async fn load(&self, bytes: Vec<u8>, policy: Policy) -> Result<Arc<Plugin>, LoadError> {
        load::load(&self.inner, bytes, policy).await
    }

    /// Whether instances come from the pool.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.inner.pooled
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("pooled", &self.inner.pooled).finish_non_exhaustive()
    }
}
