//! From `plugin-registry.toml` to suppliers and shops that can be called.
//!
//! Nothing here knows a supplier by name: ids, aliases and addresses come from
//! the manifests.

mod catalogue;
mod registry_file;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use sourcepilot_plugin_runtime::{Grants, LimitOverrides, Policy, Runtime};

pub use catalogue::{Catalogue, Installed, Problem};
pub use registry_file::{Entry, RegistryError, RegistryFile};
pub use watch::watch;

/// The plugins of this installation. Cheap to share; reading never waits.
#[derive(Debug)]
pub struct Plugins {
    runtime: Runtime,
    registry: PathBuf,
    production: bool,
    catalogue: ArcSwap<Catalogue>,
    /// One reload at a time.
    reloading: tokio::sync::Mutex<()>,
}

impl Plugins {
    /// Load everything that the registry enables. A plugin that cannot be loaded
    /// is a problem on record, not a reason not to start.
    ///
    /// # Errors
    /// Only when the registry file itself cannot be read.
    pub async fn load(runtime: Runtime, registry: PathBuf, production: bool) -> Result<Self, RegistryError> {
        let plugins = Plugins {
            runtime,
            registry,
            production,
            catalogue: ArcSwap::default(),
            reloading: tokio::sync::Mutex::default(),
        };
        plugins.reload().await?;
        Ok(plugins)
    }

    /// What is installed now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.load_full()
    }

    /// Where the registry is.
    pub fn registry(&self) -> &Path {
        &self.registry
    }

    /// Read the registry again and swap in what changed. Running calls end on
    /// the version they began with. A new version that fails its checks stays
    /// out, and the one that ran before goes on.
    ///
    /// # Errors
    /// When the registry file cannot be read; then nothing changes.
    pub async fn reload(&self) -> Result<(), RegistryError> {
        let _one_at_a_time = self.reloading.lock().await;
        let path = self.registry.clone();
        let file =
            tokio::task::spawn_blocking(move || RegistryFile::read(&path)).await.map_err(|error| {
                RegistryError::Malformed { path: self.registry.clone(), problem: error.to_string() }
            })??;
        let before = self.catalogue();
        let mut installed = Vec::new();
        let mut problems = Vec::new();
        for entry in file.plugins.into_iter().filter(|entry| entry.enabled) {
            match self.install(&entry, &before).await {
                Ok(plugin) => installed.push(plugin),
                Err(problem) => {
                    tracing::error!(plugin.id = %entry.id, %problem, "a plugin was not loaded");
                    installed.extend(before.by_id(&entry.id));
                    problems.push(Problem { id: entry.id, sentence: problem });
                }
            }
        }
        self.catalogue.store(Arc::new(Catalogue::build(installed, problems)));
        Ok(())
    }

    async fn install(&self, entry: &Entry, before: &Catalogue) -> Result<Arc<Installed>, String> {
        let path = self.registry.parent().unwrap_or(Path::new(".")).join(&entry.file);
        let bytes = tokio::fs::read(&path).await.map_err(|error| {
            format!(
                "cannot read {}: {error}; `make plugins` builds the plugins of this repository",
                path.display()
            )
        })?;
        if self.production && entry.digest.is_none() {
            return Err(format!("production needs a digest; run `sourcepilot plugin pin {}`", entry.id));
        }
        let digest = digest_of(&bytes);
        if let Some(same) =
            before.by_id(&entry.id).filter(|known| known.digest == digest && known.entry == *entry)
        {
            return Ok(same);
        }
        let plugin = self.runtime.load(bytes, policy(entry)).await.map_err(|error| error.to_string())?;
        Ok(Arc::new(Installed::new(entry.clone(), plugin, digest)))
    }
}

/// The digest of a component as the registry writes it.
pub fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

fn policy(entry: &Entry) -> Policy {
    let Entry { id, file: _, digest, enabled: _, grant, limits, settings: _ } = entry;
    Policy {
        expected_id: Some(id.clone()),
        digest: digest.clone(),
        grants: Grants { hosts: grant.hosts.clone(), credentials: grant.credentials.clone() },
        limits: LimitOverrides {
            memory_mib: limits.memory_mib,
            component_mib: limits.component_mib,
            requests_per_call: limits.requests_per_call,
            call_ms: limits.call_ms,
            response_kib: limits.response_kib,
            concurrency: limits.concurrency,
            accounts_per_address: limits.accounts_per_address,
        },
    }
}
