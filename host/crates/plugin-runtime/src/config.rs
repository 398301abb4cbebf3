//! Settings of the runtime.

use std::path::PathBuf;
use std::time::Duration;

use crate::limits::Ceilings;

/// Where instances get their memory from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Allocator {
    /// A pool, and one by one where the machine has no room for it.
    #[default]
    Automatic,
    /// One by one.
    OnDemand,
}

/// How plugins are run on this host.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// A folder for compiled plugins, closed to all other users; none are kept
    /// when absent.
    pub cache_dir: Option<PathBuf>,
    /// Where instances get their memory from.
    pub allocator: Allocator,
    /// Calls at a time, of all plugins together.
    pub concurrency: u32,
    /// Calls at a time of one plugin, unless its registry entry says otherwise.
    pub concurrency_per_plugin: u32,
    /// Calls at a time of one plugin for one account or shop.
    pub concurrency_per_pool: u32,
    /// How long a call may wait for its turn.
    pub max_wait: Duration,
    /// Plugins that are compiled at a time.
    pub compilations: usize,
    /// How long compiling one may take.
    pub compile_time: Duration,
    /// Traps within [`RuntimeConfig::trap_window`] after which a plugin is
    /// refused until it is released or replaced.
    pub traps_to_quarantine: usize,
    /// See [`RuntimeConfig::traps_to_quarantine`].
    pub trap_window: Duration,
    /// Whether the rates of manifests are kept. Recorded answers need no pauses;
    /// real services do.
    pub keeps_rates: bool,
    /// What one plugin and one call may use.
    pub ceilings: Ceilings,
}

impl Default for RuntimeConfig {
    fn default() -> Self {
        RuntimeConfig {
            cache_dir: None,
            allocator: Allocator::Automatic,
            concurrency: 64,
            concurrency_per_plugin: 8,
            concurrency_per_pool: 2,
            max_wait: Duration::from_secs(5),
            compilations: 1,
            compile_time: Duration::from_secs(60),
            traps_to_quarantine: 3,
            trap_window: Duration::from_secs(600),
            keeps_rates: true,
            ceilings: Ceilings::default(),
        }
    }
}
