//! A loaded plugin.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::{Egress, HostPattern};
use wasmtime::component::InstancePre;

use crate::api::{StoreApi, SupplierApi};
use crate::budgets::Budgets;
use crate::host::state::CallState;
use crate::limits::{LimitOverrides, Limits};
use crate::manifest::{CredentialSpec, Feature, Kind, Manifest};
use crate::run;
use crate::run::permits::Permits;
use crate::run::quarantine::Quarantine;
use crate::store::Store;
use crate::supplier::Supplier;

/// What an admin grants: the `grant` lines of a registry entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Origins and patterns.
    pub hosts: Vec<String>,
    /// Names of credentials.
    pub credentials: Vec<String>,
}

impl Grants {
    /// Exactly what a manifest asks for: for development and for tests of a
    /// plugin by its author, where asking is granting.
    #[must_use]
    pub fn as_asked(manifest: &Manifest) -> Self {
        Grants {
            hosts: manifest.network.hosts.clone(),
            credentials: manifest.credentials.iter().map(|credential| credential.name.clone()).collect(),
        }
    }
}

/// What a registry entry says about a plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The id that the component must have.
    pub expected_id: Option<String>,
    /// `sha256:` and the digest of the component's bytes, in hexadecimal.
    pub digest: Option<String>,
    /// What it may do.
    pub grants: Grants,
    /// Limits below or above the host's defaults, never above its ceilings.
    pub limits: LimitOverrides,
}

/// Whether a plugin serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PluginState {
    /// It does.
    Serving,
    /// It fell over too often and is refused until it is released or replaced.
    Quarantined {
        /// The failure that brought it there.
        reason: String,
    },
}

/// A plugin that passed every check and is ready to be called.
pub struct Plugin {
    manifest: Manifest,
    digest: String,
    limits: Limits,
    hosts: Vec<HostPattern>,
    credentials: BTreeSet<String>,
    pre: InstancePre<CallState>,
    supplier: Option<Arc<dyn SupplierApi>>,
    store: Option<Arc<dyn StoreApi>>,
    permits: Permits,
    quarantine: Quarantine,
    egress: Egress,
    budgets: Arc<Budgets>,
    keeps_rates: bool,
    max_wait: Duration,
}

/// What the loader found out.
pub(crate) struct Loaded {
    pub(crate) manifest: Manifest,
    pub(crate) digest: String,
    pub(crate) limits: Limits,
    pub(crate) hosts: Vec<HostPattern>,
    pub(crate) credentials: BTreeSet<String>,
    pub(crate) pre: InstancePre<CallState>,
    pub(crate) supplier: Option<Arc<dyn SupplierApi>>,
    pub(crate) store: Option<Arc<dyn StoreApi>>,
    pub(crate) permits: Permits,
    pub(crate) quarantine: Quarantine,
    pub(crate) egress: Egress,
    pub(crate) budgets: Arc<Budgets>,
    pub(crate) keeps_rates: bool,
    pub(crate) max_wait: Duration,
}

impl Plugin {
    pub(crate) fn new(loaded: Loaded) -> Arc<Self> {
        let Loaded {
            manifest,
            digest,
            limits,
            hosts,
            credentials,
            pre,
            supplier,
            store,
            permits,
            quarantine,
            egress,
            budgets,
            keeps_rates,
            max_wait,
        } = loaded;
        Arc::new(Plugin {
            manifest,
            digest,
            limits,
            hosts,
            credentials,
            pre,
            supplier,
            store,
            permits,
            quarantine,
            egress,
            budgets,
            keeps_rates,
            max_wait,
        })
    }

    /// What it says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// `sha256:` and the digest of its bytes.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Supplier or store.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.manifest.kind
    }

    /// Whether it has an optional interface.
    #[must_use]
    pub fn offers(&self, feature: Feature) -> bool {
        self.manifest.offers(feature)
    }

    /// What it may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Its functions, when it is a supplier.
    #[must_use]
    pub fn supplier(self: &Arc<Self>) -> Option<Supplier> {
        self.supplier.as_ref().map(|api| Supplier::new(Arc::clone(self), Arc::clone(api)))
    }

    /// Its functions, when it is a store.
    #[must_use]
    pub fn store(self: &Arc<Self>) -> Option<Store> {
        self.store.as_ref().map(|api| Store::new(Arc::clone(self), Arc::clone(api)))
    }

    /// Whether it serves.
    #[must_use]
    pub fn state(&self) -> PluginState {
        match self.quarantine.reason() {
            None => PluginState::Serving,
            Some(reason) => PluginState::Quarantined { reason },
        }
    }

    /// Begin an instance and drop it again: what a call costs before its guest has
    /// done anything, and whether this machine can still begin one.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn rehearse(&self) -> Result<(), Failure> {
        let state = CallState::idle(&self.manifest.id, &self.limits);
        run::trial(&self.pre, &self.limits, state, |_| Ok(())).await?.map_err(|error| {
            Failure::new(
                ErrorKind::Trap,
                format!("the plugin {} does not start: {error:#}", self.manifest.name),
            )
        })
    }

    /// Let a quarantined plugin serve again.
    pub fn release(&self) {
        self.quarantine.release();
    }

    /// Why it may not be called now, if so.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        let reason = self.quarantine.reason()?;
        let mut failure = Failure::new(
            ErrorKind::Unavailable,
            format!(
                "{} is out of service because it failed repeatedly; an administrator has to look at it",
                self.manifest.name
            ),
        );
        failure.code = Some("plugin-quarantined".into());
        failure.details.push(("host.cause".into(), reason));
        Some(failure)
    }

    /// Count a failure that is the plugin's own fault.
    pub(crate) fn note_failure(&self, failure: &Failure) {
        // An answer of the other side that passed a limit is not the plugin's
        // fault; only a guest that did not come back is, and says why.
        let broke_off = failure.details.iter().any(|(name, _)| name == "host.cause");
        if !broke_off || !matches!(failure.kind, ErrorKind::Trap | ErrorKind::Limit) {
            return;
        }
        tracing::warn!(
            plugin.id = self.manifest.id,
            plugin.version = self.manifest.version,
            kind = ?failure.kind,
            details = ?failure.details,
            "{failure}"
        );
        if self.quarantine.note(Instant::now(), &failure.message) {
            tracing::error!(
                plugin.id = self.manifest.id,
                digest = self.digest,
                "the plugin is taken out of service"
            );
        }
    }

    pub(crate) fn hosts(&self) -> &[HostPattern] {
        &self.hosts
    }

    /// Asked for and granted.
    pub(crate) fn granted_credentials(&self) -> impl Iterator<Item = &CredentialSpec> {
        self.manifest.credentials.iter().filter(|spec| self.credentials.contains(&spec.name))
    }

    pub(crate) fn pre(&self) -> &InstancePre<CallState> {
        &self.pre
    }

    pub(crate) fn permits(&self) -> &Permits {
        &self.permits
    }

    pub(crate) fn egress(&self) -> &Egress {
        &self.egress
    }

    /// What the service allows, as far as it is counted here.
    pub(crate) fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// Whether the manifest's rates hold.
    pub(crate) fn keeps_rates(&self) -> bool {
        self.keeps_rates
    }

    pub(crate) fn max_wait(&self) -> Duration {
        self.max_wait
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("id", &self.manifest.id)
            .field("version", &self.manifest.version)
            .field("digest", &self.digest)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
