//! What one plugin, and one call of it, may use.

use std::time::Duration;

use crate::manifest::{AskedLimits, Network};

/// The most that any plugin on this host may have, and what one has that asks for
/// nothing.
#[derive(Clone, Debug)]
pub struct Ceilings {
    /// Largest component file in bytes, unless the registry entry raises it.
    pub component_bytes: u64,
    /// Largest component file in bytes, whatever the registry says.
    pub component_bytes_ceiling: u64,
    /// Memory of a plugin that asks for nothing.
    pub memory_mib: u32,
    /// Memory of any plugin.
    pub memory_mib_ceiling: u32,
    /// Length of a call of a plugin that asks for nothing.
    pub call: Duration,
    /// Length of a call of any plugin.
    pub call_ceiling: Duration,
    /// Processor time of one call.
    pub cpu: Duration,
    /// One answer, unpacked.
    pub response_kib: u32,
    /// One answer of any plugin.
    pub response_kib_ceiling: u32,
    /// One request.
    pub request_kib: u32,
    /// All answers of one call.
    pub received_kib_per_call: u32,
    /// Requests of one call.
    pub requests_per_call: u32,
    /// Bytes that a guest may hand over in one step, its answer included.
    pub hand_over_bytes: usize,
    /// Component handles that are alive at a time.
    pub handles: usize,
    /// Host objects (requests, bodies, streams) that are alive at a time.
    pub resources: usize,
    /// Bytes of one set of HTTP headers in memory; half of it on the wire.
    pub header_bytes: usize,
    /// Log lines of one call.
    pub log_lines: u32,
    /// Bytes of one log line.
    pub log_line_bytes: usize,
}

impl Default for Ceilings {
    fn default() -> Self {
        Ceilings {
            component_bytes: 8 << 20,
            component_bytes_ceiling: 48 << 20,
            memory_mib: 64,
            memory_mib_ceiling: 256,
            call: Duration::from_secs(15),
            call_ceiling: Duration::from_secs(60),
            cpu: Duration::from_secs(1),
            response_kib: 4096,
            response_kib_ceiling: 16 * 1024,
            request_kib: 1024,
            received_kib_per_call: 32 * 1024,
            requests_per_call: 64,
            hand_over_bytes: 4 << 20,
            handles: 10_000,
            resources: 1000,
            header_bytes: 64 * 1024,
            log_lines: 1000,
            log_line_bytes: 4096,
        }
    }
}

/// What a registry entry says about a plugin's limits; absent means the host's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitOverrides {
    /// MiB over all memories and tables.
    pub memory_mib: Option<u32>,
    /// Milliseconds of one whole call.
    pub call_ms: Option<u32>,
    /// KiB of one answer.
    pub response_kib: Option<u32>,
    /// MiB of the component file.
    pub component_mib: Option<u32>,
    /// Calls at a time.
    pub concurrency: Option<u32>,
    /// Requests of one call.
    pub requests_per_call: Option<u32>,
    /// Accounts that this installation's addresses serve: the admin knows how many
    /// there are, so this replaces the plugin's number, upwards too.
    pub accounts_per_address: Option<u32>,
}

/// What one plugin may use, after manifest, registry and host have spoken.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes over all memories and tables.
    pub memory_bytes: usize,
    /// Length of one whole call.
    pub call: Duration,
    /// Processor time of one call.
    pub cpu: Duration,
    /// Bytes of one answer.
    pub response_bytes: u64,
    /// Bytes of one request.
    pub request_bytes: u64,
    /// Bytes of all answers of one call.
    pub received_bytes: u64,
    /// Requests of one call.
    pub requests: u32,
    /// Calls at a time.
    pub concurrency: u32,
    /// Accounts that may use the plugin within a day; any number without it.
    pub accounts: Option<u32>,
    pub(crate) hand_over_bytes: usize,
    pub(crate) handles: usize,
    pub(crate) resources: usize,
    pub(crate) header_bytes: usize,
    pub(crate) log_lines: u32,
    pub(crate) log_line_bytes: usize,
}

impl Limits {
    pub(crate) const MEMORIES_PER_COMPONENT: u32 = 4;
    pub(crate) const TABLES_PER_COMPONENT: u32 = 8;
    pub(crate) const INSTANCES_PER_COMPONENT: u32 = 16;
    pub(crate) const TABLE_ELEMENTS: usize = 20_000;

    /// Asked for, allowed by the registry, below the ceiling.
    pub(crate) fn effective(
        asked: &AskedLimits,
        network: &Network,
        registry: &LimitOverrides,
        host: &Ceilings,
        concurrency: u32,
    ) -> Self {
        let settle = |asked: Option<u32>, registry: Option<u32>, default: u32, ceiling: u32| {
            let wanted = asked.unwrap_or(default);
            registry.map_or(wanted, |most| wanted.min(most)).clamp(1, ceiling.max(1))
        };
        let millis = |duration: Duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
        let memory = settle(asked.memory_mib, registry.memory_mib, host.memory_mib, host.memory_mib_ceiling);
        let call = settle(asked.call_ms, registry.call_ms, millis(host.call), millis(host.call_ceiling));
        let response =
            settle(asked.response_kib, registry.response_kib, host.response_kib, host.response_kib_ceiling);
        Limits {
            memory_bytes: (memory as usize) << 20,
            call: Duration::from_millis(u64::from(call)),
            cpu: host.cpu,
            response_bytes: u64::from(response) << 10,
            request_bytes: u64::from(host.request_kib) << 10,
            received_bytes: u64::from(host.received_kib_per_call) << 10,
            requests: settle(
                Some(network.requests_per_call),
                registry.requests_per_call,
                1,
                host.requests_per_call,
            ),
            concurrency: registry.concurrency.unwrap_or(concurrency).clamp(1, 1024),
            accounts: registry.accounts_per_address.or(network.accounts_per_address),
            hand_over_bytes: host.hand_over_bytes,
            handles: host.handles,
            resources: host.resources,
            header_bytes: host.header_bytes,
            log_lines: host.log_lines,
            log_line_bytes: host.log_line_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_of_asked_registry_and_ceiling_wins() {
        let host = Ceilings::default();
        let memory = |asked, registry| {
            let asked = AskedLimits { memory_mib: asked, ..AskedLimits::default() };
            let registry = LimitOverrides { memory_mib: registry, ..LimitOverrides::default() };
            let network = Network { hosts: Vec::new(), requests_per_call: 16, accounts_per_address: None };
            Limits::effective(&asked, &network, &registry, &host, 8).memory_bytes >> 20
        };
        assert_eq!(memory(None, None), 64);
        assert_eq!(memory(Some(32), None), 32);
        assert_eq!(memory(Some(32), Some(128)), 32);
        assert_eq!(memory(Some(128), Some(96)), 96);
        assert_eq!(memory(None, Some(16)), 16);
        assert_eq!(memory(Some(4096), Some(4096)), 256);
    }
}
