//! Machine code, from the cache or from the compiler.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use wasmtime::Engine;
use wasmtime::component::Component;

use super::error::LoadError;
use crate::host::log::one_line;
use crate::limits::Limits;
use crate::runtime::Inner;

/// Compile, or take what was compiled before.
///
/// Wasmtime does not defend against programs that are slow to compile, so few are
/// compiled at a time, off the async threads, and nobody waits longer than the
/// configured time. A compilation that runs on keeps its turn until it ends.
pub(super) async fn component(
    runtime: &Arc<Inner>,
    bytes: &Arc<[u8]>,
    digest: &str,
) -> Result<Component, LoadError> {
    let time = runtime.config.compile_time;
    let work = async {
        let turn = Arc::clone(&runtime.compilations)
            .acquire_owned()
            .await
            .map_err(|_| LoadError::Host("it is shutting down".into()))?;
        let (runtime, bytes, digest) = (Arc::clone(runtime), Arc::clone(bytes), digest.to_owned());
        super::blocking(move || {
            let _turn = turn;
            cached(&runtime, &bytes, &digest)
        })
        .await?
    };
    tokio::time::timeout(time, work)
        .await
        .map_err(|_| LoadError::CompileTimeout { seconds: time.as_secs() })?
}

fn cached(runtime: &Inner, bytes: &[u8], digest: &str) -> Result<Component, LoadError> {
    let Some(cache) = &runtime.cache else { return compile(&runtime.engine, bytes) };
    if let Some(component) = cache.get(&runtime.engine, digest) {
        return Ok(component);
    }
    let component = compile(&runtime.engine, bytes)?;
    let kept = component
        .serialize()
        .map_err(|error| std::io::Error::other(format!("{error:#}")))
        .and_then(|artefact| cache.put(digest, &artefact));
    if let Err(error) = kept {
        tracing::warn!(%error, "a compiled plugin could not be kept");
    }
    Ok(component)
}

fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, LoadError> {
    catch_unwind(AssertUnwindSafe(|| Component::from_binary(engine, bytes)))
        .map_err(|_| LoadError::Compile("the compiler gave up on it".into()))?
        .map_err(|error| LoadError::Compile(one_line(&format!("{error:#}"), 1000)))
}

/// What its instances need before they run at all, against its limits.
pub(super) fn check_resources(component: &Component, limits: &Limits) -> Result<(), LoadError> {
    let Some(needs) = component.resources_required() else {
        return Err(LoadError::Resources("it wants to be given core modules, which no plugin gets".into()));
    };
    let check = |what: &str, has: u64, most: u64| {
        if has > most {
            return Err(LoadError::Resources(format!("it needs {has} {what}; a plugin may have {most}")));
        }
        Ok(())
    };
    check("memories", u64::from(needs.num_memories), u64::from(Limits::MEMORIES_PER_COMPONENT))?;
    check("tables", u64::from(needs.num_tables), u64::from(Limits::TABLES_PER_COMPONENT))?;
    let pages = needs.max_initial_memory_size.unwrap_or(0);
    let most = (limits.memory_bytes >> 16) as u64;
    check("pages of memory at its start", pages, most)?;
    check("table elements", needs.max_initial_table_size.unwrap_or(0), Limits::TABLE_ELEMENTS as u64)
}
