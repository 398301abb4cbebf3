//! From bytes of unknown origin to a plugin, in the order in which a mistake is
//! cheapest to find.

mod cache;
mod compile;
mod error;
mod grants;
mod imports;
mod inspect;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::api::{self, Adapter};
use crate::host::state::CallState;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::plugin::{Loaded, Plugin, Policy};
use crate::run;
use crate::run::permits::Permits;
use crate::run::quarantine::Quarantine;
use crate::runtime::Inner;

pub(crate) use cache::ArtefactCache;
pub use error::LoadError;

/// `sha256:` and the digest of a component's bytes: what a registry entry pins.
#[must_use]
pub fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// See [`crate::Runtime::load`].
pub(crate) async fn load(
    runtime: &Arc<Inner>,
    bytes: Vec<u8>,
    policy: Policy,
) -> Result<Arc<Plugin>, LoadError> {
    check_size(runtime, &bytes, &policy)?;
    let bytes: Arc<[u8]> = bytes.into();
    let checked = {
        let (runtime, bytes, policy) = (Arc::clone(runtime), Arc::clone(&bytes), policy.clone());
        blocking(move || check(&runtime, &bytes, &policy)).await??
    };
    let Checked { manifest, digest, limits, grants } = checked;

    let component = compile::component(runtime, &bytes, &digest).await?;
    compile::check_resources(&component, &limits)?;
    let pre = runtime.linker.instantiate_pre(&component).map_err(|error| contract(&error))?;
    let adapter = api::probe(&pre, &manifest)?;
    try_out(runtime, &pre, &adapter, &manifest, &limits).await?;

    let Adapter { supplier, store } = adapter;
    let config = &runtime.config;
    tracing::info!(plugin.id = manifest.id, plugin.version = manifest.version, digest, "plugin loaded");
    Ok(Plugin::new(Loaded {
        permits: Permits::new(Arc::clone(&runtime.calls), limits.concurrency, config.concurrency_per_pool),
        quarantine: Quarantine::new(config.traps_to_quarantine, config.trap_window),
        egress: runtime.egress.clone(),
        budgets: Arc::clone(&runtime.budgets),
        keeps_rates: config.keeps_rates,
        max_wait: config.max_wait,
        hosts: grants.hosts,
        credentials: grants.credentials,
        manifest,
        digest,
        limits,
        pre,
        supplier,
        store,
    }))
}

struct Checked {
    manifest: Manifest,
    digest: String,
    limits: Limits,
    grants: grants::Effective,
}

fn check_size(runtime: &Inner, bytes: &[u8], policy: &Policy) -> Result<(), LoadError> {
    let host = &runtime.config.ceilings;
    let limit = match policy.limits.component_mib {
        Some(mib) => (u64::from(mib) << 20).min(host.component_bytes_ceiling),
        None => host.component_bytes,
    };
    let size = bytes.len() as u64;
    if size > limit { Err(LoadError::TooLarge { size, limit }) } else { Ok(()) }
}

/// Everything that can be said without compiling.
fn check(runtime: &Inner, bytes: &[u8], policy: &Policy) -> Result<Checked, LoadError> {
    let digest = digest_of(bytes);
    if let Some(expected) = &policy.digest
        && !expected.eq_ignore_ascii_case(&digest)
    {
        return Err(LoadError::DigestMismatch { expected: expected.clone(), actual: digest });
    }
    let outline = inspect::inspect(bytes)?;
    imports::check(&outline.imports)?;
    imports::check_exports(&outline.exports)?;
    let manifest = Manifest::from_component(bytes)?;
    imports::check_catalogue(&outline.imports, &manifest)?;
    if let Some(expected) = &policy.expected_id
        && *expected != manifest.id
    {
        return Err(LoadError::WrongId { expected: expected.clone(), actual: manifest.id });
    }
    if !api::serves_manifest(manifest.api) {
        return Err(imports::api_version_error(&manifest.api.to_string()));
    }
    let limits = Limits::effective(
        &manifest.limits,
        &manifest.network,
        &policy.limits,
        &runtime.config.ceilings,
        runtime.config.concurrency_per_plugin,
    );
    outline.fits(&limits)?;
    let grants = grants::effective(&manifest, &policy.grants)?;
    Ok(Checked { manifest, digest, limits, grants })
}

/// Begin an instance and look at the types of its functions. The contract's own
/// functions are not called.
async fn try_out(
    runtime: &Inner,
    pre: &wasmtime::component::InstancePre<CallState>,
    adapter: &Adapter,
    manifest: &Manifest,
    limits: &Limits,
) -> Result<(), LoadError> {
    let _turn = runtime.calls.acquire().await.map_err(|_| LoadError::Host("it is shutting down".into()))?;
    let state = CallState::idle(&manifest.id, limits);
    match run::trial(pre, limits, state, |running| adapter.check_types(running)).await {
        Err(failure) => Err(LoadError::Contract(failure.message)),
        Ok(Err(error)) => Err(contract(&error)),
        Ok(Ok(())) => Ok(()),
    }
}

/// A linker's error in words. Its debug form holds a native stack trace, so only
/// the chain of messages is used.
fn contract(error: &wasmtime::Error) -> LoadError {
    let text = format!("{error:#}");
    let advice = if text.contains("type mismatch") || text.contains("expected") || text.contains("mismatch") {
        "the plugin was built from a modified or unreleased contract; rebuild it with a released SDK"
    } else {
        "rebuild the plugin with a current SDK"
    };
    LoadError::Contract(format!(
        "it does not fit plugin API {}: {}; {advice}",
        api::SERVED,
        crate::host::log::one_line(&text, 1000)
    ))
}

/// Parsing megabytes does not belong on an async thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| LoadError::Host(error.to_string()))
}
