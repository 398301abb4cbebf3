//! The one WebAssembly engine of a host.

use std::thread;
use std::time::Duration;

use wasmtime::{
    Config, Engine, EngineWeak, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy,
};

use crate::config::{Allocator, RuntimeConfig};
use crate::limits::Limits;

/// How often a running guest is looked at.
pub(crate) const TICK: Duration = Duration::from_millis(10);

const WASM_STACK: usize = 512 << 10;
/// The difference to [`WASM_STACK`] is what host functions have.
const FIBER_STACK: usize = 2 << 20;

/// Make the engine and the thread that moves its clock. The second value tells
/// whether instances come from the pool.
///
/// # Errors
/// When the machine cannot provide one at all.
pub(crate) fn start(config: &RuntimeConfig) -> wasmtime::Result<(Engine, bool)> {
    let (engine, pooled) = match config.allocator {
        Allocator::OnDemand => (Engine::new(&settings(None))?, false),
        Allocator::Automatic => match Engine::new(&settings(Some(pool(config)))) {
            Ok(engine) => (engine, true),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(
                    error,
                    "no room for a pool of plugin instances; they are allocated one by one"
                );
                (Engine::new(&settings(None))?, false)
            }
        },
    };
    let weak = engine.weak();
    thread::Builder::new().name("plugin-clock".into()).spawn(move || tick(&weak))?;
    Ok((engine, pooled))
}

/// Ends by itself when the last user of the engine is gone.
fn tick(engine: &EngineWeak) {
    while let Some(engine) = engine.upgrade() {
        engine.increment_epoch();
        drop(engine);
        thread::sleep(TICK);
    }
}

fn settings(pool: Option<PoolingAllocationConfig>) -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .parallel_compilation(true)
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(FIBER_STACK)
        .memory_init_cow(true)
        // Components of WASI 0.2 need neither; both are young code.
        .concurrency_support(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true)
        .shared_memory(false);
    if let Some(pool) = pool {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
}

fn pool(config: &RuntimeConfig) -> PoolingAllocationConfig {
    // A quarter more than ever runs at once: slots of finished calls are cleaned
    // while the next calls begin.
    let calls = config.concurrency + config.concurrency / 4 + 4;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_stacks(calls)
        .total_core_instances(calls * 4)
        .total_memories(calls * 2)
        .total_tables(calls * 4)
        .max_memories_per_component(Limits::MEMORIES_PER_COMPONENT)
        .max_tables_per_component(Limits::TABLES_PER_COMPONENT)
        .max_core_instances_per_component(Limits::INSTANCES_PER_COMPONENT)
        .max_tables_per_module(4)
        .table_elements(Limits::TABLE_ELEMENTS)
        .max_memory_size((config.ceilings.memory_mib_ceiling as usize) << 20)
        .max_unused_warm_slots(config.concurrency.min(16))
        .linear_memory_keep_resident(0)
        .table_keep_resident(0)
        .async_stack_keep_resident(0);
    pool
}
