//! Everything the host holds for one running call.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sourcepilot_egress::{CallScope, Egress};
use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::http::HttpGate;
use super::log::{Level, LogSink, one_line};
use super::stdio::LogStream;
use crate::call::{Catalogue, ProgressSink};
use crate::limits::Limits;
use crate::run::cpu::CpuMeter;
use crate::run::memory::MemoryGuard;

/// How long a progress note may be, in bytes.
const LONGEST_NOTE: usize = 300;
/// How many progress reports of one call are passed on.
const MOST_NOTES: u32 = 500;

/// The data of a store. It lives exactly as long as one call.
pub(crate) struct CallState {
    pub(crate) scope: CallScope,
    pub(crate) log: Arc<LogSink>,
    pub(crate) memory: MemoryGuard,
    pub(crate) cpu: Arc<CpuMeter>,
    pub(crate) gate: HttpGate,
    pub(crate) catalogue: Option<Arc<dyn Catalogue>>,
    pub(crate) cancelled: Option<CancellationToken>,
    pub(crate) progress: Option<Arc<dyn ProgressSink>>,
    notes: u32,
    streams: [LogStream; 2],
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

/// What a state is made of.
pub(crate) struct Parts<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) call: &'a str,
    pub(crate) now: DateTime<Utc>,
    pub(crate) scope: CallScope,
    /// Absent: the network is denied.
    pub(crate) egress: Option<Egress>,
    pub(crate) limits: &'a Limits,
    /// Absent: the plugin works from none, or may not see it in this call.
    pub(crate) catalogue: Option<Arc<dyn Catalogue>>,
    pub(crate) cancelled: Option<CancellationToken>,
    pub(crate) progress: Option<Arc<dyn ProgressSink>>,
}

impl CallState {
    pub(crate) fn new(parts: Parts<'_>) -> Self {
        let Parts { plugin, call, now, scope, egress, limits, catalogue, cancelled, progress } = parts;
        let log = Arc::new(LogSink::new(plugin, call, scope.clone(), limits));
        let streams = [Level::Info, Level::Warn].map(|level| LogStream::new(Arc::clone(&log), level));
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(limits.header_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.resources);
        let wasi = WasiCtx::builder()
            .stdout(streams[0].clone())
            .stderr(streams[1].clone())
            .wall_clock(CallClock(now))
            .max_random_size(64 << 10)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        CallState {
            memory: MemoryGuard::new(limits.memory_bytes),
            cpu: CpuMeter::new(limits.cpu),
            gate: HttpGate::new(egress, scope.clone(), limits.request_bytes),
            scope,
            log,
            catalogue,
            cancelled,
            progress,
            notes: 0,
            streams,
            wasi,
            http,
            table,
        }
    }

    /// The state of an instance that is begun without being called.
    pub(crate) fn idle(plugin: &str, limits: &Limits) -> Self {
        CallState::new(Parts {
            plugin,
            call: "start",
            now: DateTime::UNIX_EPOCH,
            scope: CallScope::builder().build(),
            egress: None,
            limits,
            catalogue: None,
            cancelled: None,
            progress: None,
        })
    }

    /// Pass on what a plugin says about its progress.
    pub(crate) fn report_progress(&mut self, percent: u8, note: &str) {
        self.notes = self.notes.saturating_add(1);
        if let Some(sink) = self.progress.as_ref().filter(|_| self.notes <= MOST_NOTES) {
            sink.report(percent.min(100), &one_line(&self.scope.redact(note), LONGEST_NOTE));
        }
    }

    /// Whether the merchant wants the work to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    /// Write the last lines.
    pub(crate) fn finish(&self) {
        self.streams.iter().for_each(LogStream::finish);
        self.log.finish();
    }
}

impl WasiView for CallState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for CallState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.gate }
    }
}

/// The wall clock stands still at the call's own time: the one clock that the
/// contract has.
struct CallClock(DateTime<Utc>);

impl HostWallClock for CallClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.timestamp_millis()).unwrap_or(0))
    }
}
