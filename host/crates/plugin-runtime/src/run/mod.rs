//! One call of one plugin: its turn, its walls, its clock, its end.

pub(crate) mod cpu;
mod failures;
pub(crate) mod memory;
pub(crate) mod permits;
mod place;
pub(crate) mod quarantine;
pub(crate) mod scope;

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::{CallScope, EgressError};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Store, UpdateDeadline};

use crate::call::{Call, Context, Outcome, Usage};
use crate::host::log::LogSink;
use crate::host::state::{CallState, Parts};
use crate::limits::Limits;
use crate::plugin::Plugin;
use cpu::CpuMeter;
use failures::Stopped;

/// What a guest's function gives back: a broken guest, a failure, or an answer.
pub(crate) type Reply<T> = wasmtime::Result<Result<T, Failure>>;

/// How long a plugin may take to notice that it was cancelled.
const CANCEL_GRACE: Duration = Duration::from_secs(5);

/// Bytes of an answer that holds a catalogue: some hundred for each of its entries.
const LARGE_ANSWER: usize = 96 << 20;
/// Processor time for reading a file of the largest size, on a slow machine.
const LARGE_WORK: Duration = Duration::from_secs(20);

/// An instance and the store it lives in. Both end with the call.
pub(crate) struct Running {
    pub(crate) store: Store<CallState>,
    pub(crate) instance: Instance,
}

/// Whether a call may use the network.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Granted,
    Denied,
}

/// Run one call from its turn to its checked result.
pub(crate) async fn run<T, F>(plugin: &Arc<Plugin>, network: Network, call: Call, body: F) -> Outcome<T>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a mut Running, &'a Context) -> BoxFuture<'a, Reply<T>> + Send + 'static,
{
    run_within(plugin, network, plugin.limits().clone(), call, body).await
}

/// Run a call without network whose answer may be as large as a whole catalogue.
pub(crate) async fn run_large<T, F>(plugin: &Arc<Plugin>, call: Call, body: F) -> Outcome<T>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a mut Running, &'a Context) -> BoxFuture<'a, Reply<T>> + Send + 'static,
{
    let usual = plugin.limits().clone();
    let limits = Limits { hand_over_bytes: LARGE_ANSWER, cpu: usual.cpu.max(LARGE_WORK), ..usual };
    run_within(plugin, Network::Denied, limits, call, body).await
}

async fn run_within<T, F>(
    plugin: &Arc<Plugin>,
    network: Network,
    limits: Limits,
    call: Call,
    body: F,
) -> Outcome<T>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a mut Running, &'a Context) -> BoxFuture<'a, Reply<T>> + Send + 'static,
{
    if let Some(failure) = plugin.refusal() {
        return Outcome::refused(failure);
    }
    let asked = Instant::now();
    let allowed = call.deadline.min(plugin.limits().call);
    let deadline = asked + allowed;
    let scope = match scope::of_call(plugin, network, &call, deadline) {
        Ok(scope) => scope,
        Err(failure) => return Outcome::refused(failure),
    };
    let place = match place::enter(plugin, network, &call.pool_key) {
        Ok(place) => place,
        Err(failure) => return Outcome::refused(failure),
    };
    let pool = (network == Network::Granted).then_some(call.pool_key.as_str());
    let Ok(permit) = plugin.permits().acquire(pool, plugin.max_wait().min(allowed)).await else {
        return Outcome::refused(failures::busy(plugin.manifest()));
    };
    let began = Instant::now();

    let state = CallState::new(Parts {
        plugin: &plugin.manifest().id,
        call: &call.call_id,
        now: call.now,
        scope: scope.clone(),
        egress: (network == Network::Granted).then(|| plugin.egress().clone()),
        limits: &limits,
        catalogue: call.catalogue.clone().filter(|_| plugin.manifest().uses_catalogue()),
        cancelled: call.cancelled.clone(),
        progress: call.progress.clone(),
    });
    let watch = Watch {
        cpu: Arc::clone(&state.cpu),
        log: Arc::clone(&state.log),
        scope,
        cancelled: call.cancelled.clone(),
    };
    let context = Context::of(&call, deadline.saturating_duration_since(began));
    let task = guest(plugin.pre().clone(), (limits, deadline), state, context, body);
    // A task of its own: a panic ends there, and the caller's other futures run on.
    let task = AbortOnDrop(tokio::spawn(watch.cpu.measure(task)));
    let end = watch.until(task, deadline).await;
    drop(permit);
    let outcome = conclude(plugin, &watch, end, began - asked, began.elapsed());
    place.conclude(&outcome.result);
    outcome
}

/// What is left when the guest is gone.
struct Finished<T> {
    reply: Reply<T>,
    peak_memory: usize,
    memory_refused: bool,
    last_error: Option<EgressError>,
    credential_missing: bool,
}

async fn guest<T, F>(
    pre: InstancePre<CallState>,
    (limits, deadline): (Limits, Instant),
    state: CallState,
    context: Context,
    body: F,
) -> Finished<T>
where
    F: for<'a> FnOnce(&'a mut Running, &'a Context) -> BoxFuture<'a, Reply<T>>,
{
    let mut store = store_of(pre.engine(), state, &limits, deadline);
    let reply = match pre.instantiate_async(&mut store).await {
        Err(error) => return finish(&store, Err(error)),
        Ok(instance) => {
            let mut running = Running { store, instance };
            let reply = body(&mut running, &context).await;
            store = running.store;
            reply
        }
    };
    finish(&store, reply)
}

fn finish<T>(store: &Store<CallState>, reply: Reply<T>) -> Finished<T> {
    let state = store.data();
    state.finish();
    let last_error = state.gate.last_error();
    let credential_missing = matches!(&last_error, Some(EgressError::Credential { name, .. }) if !state.scope.has_credential(name));
    Finished {
        reply,
        peak_memory: state.memory.peak(),
        memory_refused: state.memory.refused(),
        last_error,
        credential_missing,
    }
}

/// A store with all of its limits set.
pub(crate) fn store_of(
    engine: &wasmtime::Engine,
    state: CallState,
    limits: &Limits,
    deadline: Instant,
) -> Store<CallState> {
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(limits.hand_over_bytes);
    store.set_max_component_handles(limits.handles);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |context| {
        // The timer around the call cannot fire while this thread only computes.
        if deadline <= Instant::now() {
            return Err(wasmtime::Error::new(Stopped::Deadline));
        }
        if context.data().cpu.is_spent() {
            return Err(wasmtime::Error::new(Stopped::Cpu));
        }
        Ok(UpdateDeadline::Yield(1))
    });
    store
}

/// How the task ended.
enum End<T> {
    Finished(Finished<T>),
    Deadline,
    Cancelled,
    Panicked,
}

/// What is looked at from outside while the guest runs.
struct Watch {
    cpu: Arc<CpuMeter>,
    log: Arc<LogSink>,
    scope: CallScope,
    cancelled: Option<CancellationToken>,
}

impl Watch {
    async fn until<T>(&self, mut task: AbortOnDrop<Finished<T>>, deadline: Instant) -> End<T> {
        let cancelled = async {
            match &self.cancelled {
                Some(token) => {
                    token.cancelled().await;
                    tokio::time::sleep(CANCEL_GRACE).await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            ended = &mut task.0 => match ended {
                Ok(finished) => End::Finished(finished),
                Err(_) => End::Panicked,
            },
            () = tokio::time::sleep_until(deadline) => End::Deadline,
            () = cancelled => End::Cancelled,
        }
    }
}

fn conclude<T>(
    plugin: &Arc<Plugin>,
    watch: &Watch,
    end: End<T>,
    waited: Duration,
    duration: Duration,
) -> Outcome<T> {
    let report = watch.scope.report();
    let mut usage = Usage {
        waited,
        duration,
        peak_memory: 0,
        cpu: watch.cpu.used(),
        rate_waited: report.rate_waited,
        requests: report.requests,
        bytes_sent: report.bytes_sent,
        bytes_received: report.bytes_received,
        write_sent: report.write_sent,
        denials: report.denials,
        log_lines: watch.log.counts().0,
    };
    let manifest = plugin.manifest();
    let result = match end {
        End::Deadline => Err(failures::deadline(manifest, usage.duration)),
        End::Cancelled => Err(failures::cancelled()),
        End::Panicked => Err(failures::host_fault(manifest)),
        End::Finished(finished) => {
            usage.peak_memory = finished.peak_memory;
            let seen = failures::Seen {
                memory_refused: finished.memory_refused,
                last_error: finished.last_error,
                credential_missing: finished.credential_missing,
            };
            match finished.reply {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(failure)) => Err(failures::reported(failure, &seen)),
                Err(error) => Err(failures::broken(plugin, &error, &seen)),
            }
        }
    };
    let result = result.map_err(|failure| failures::finish(failure, &watch.scope, usage.write_sent));
    if let Err(failure) = &result {
        plugin.note_failure(failure);
    }
    Outcome { result, usage, captured: report.captured }
}

/// A task that ends with whoever waits for it.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Instantiate once without calling anything, so that a component that cannot
/// even begin is found out when it is loaded.
pub(crate) async fn trial<T: Send>(
    pre: &InstancePre<CallState>,
    limits: &Limits,
    state: CallState,
    look: impl for<'a> FnOnce(&'a mut Running) -> wasmtime::Result<T> + Send,
) -> Result<wasmtime::Result<T>, Failure> {
    let time = limits.call.min(Duration::from_secs(5));
    let meter = Arc::clone(&state.cpu);
    let all = async {
        let mut store = store_of(pre.engine(), state, limits, Instant::now() + limits.call);
        let instance = pre.instantiate_async(&mut store).await?;
        look(&mut Running { store, instance })
    };
    let all = std::panic::AssertUnwindSafe(meter.measure(all)).catch_unwind();
    match tokio::time::timeout(time, all).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(_)) => Err(Failure::new(ErrorKind::Trap, "starting it brought the host to a fault")),
        Err(_) => Err(Failure::new(ErrorKind::Timeout, "it does not come to the end of its start-up code")),
    }
}
