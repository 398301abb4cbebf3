//! The memory of one call, counted over all memories and tables.

use wasmtime::ResourceLimiter;

use crate::limits::Limits;

/// What a table element costs the host.
const TABLE_ELEMENT: usize = size_of::<usize>();

/// Grants growth while the sum stays below the limit. Wasmtime's own limiter looks
/// at each memory alone, so forty memories would get forty times the limit.
#[derive(Debug)]
pub(crate) struct MemoryGuard {
    limit: usize,
    used: usize,
    peak: usize,
    last: usize,
    refused: bool,
}

impl MemoryGuard {
    pub(crate) fn new(limit: usize) -> Self {
        MemoryGuard { limit, used: 0, peak: 0, last: 0, refused: false }
    }

    /// The most that was in use at a time, in bytes.
    pub(crate) fn peak(&self) -> usize {
        self.peak
    }

    /// Whether the guest was denied memory at least once.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }

    fn grow(&mut self, by: usize) -> bool {
        let granted = self.used.checked_add(by).filter(|sum| *sum <= self.limit);
        match granted {
            Some(sum) => {
                self.used = sum;
                self.peak = self.peak.max(sum);
                self.last = by;
            }
            None => {
                self.refused = true;
                self.last = 0;
            }
        }
        granted.is_some()
    }

    /// The growth granted last did not happen after all.
    fn roll_back(&mut self) {
        self.used = self.used.saturating_sub(std::mem::take(&mut self.last));
        self.refused = true;
    }
}

impl ResourceLimiter for MemoryGuard {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.roll_back();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let added = desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT);
        Ok(desired <= Limits::TABLE_ELEMENTS && self.grow(added))
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.roll_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        Limits::INSTANCES_PER_COMPONENT as usize
    }

    fn tables(&self) -> usize {
        Limits::TABLES_PER_COMPONENT as usize
    }

    fn memories(&self) -> usize {
        Limits::MEMORIES_PER_COMPONENT as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[test]
    fn the_sum_counts() {
        let mut guard = MemoryGuard::new(64 * MIB);
        assert!(guard.memory_growing(0, 40 * MIB, None).unwrap());
        assert!(!guard.memory_growing(0, 40 * MIB, None).unwrap(), "a second memory of 40 MiB");
        assert!(guard.memory_growing(0, 24 * MIB, None).unwrap());
        assert!(!guard.table_growing(0, 1, None).unwrap());
        assert_eq!(guard.peak(), 64 * MIB);
        assert!(guard.refused());
    }

    #[test]
    fn growth_that_failed_is_given_back() {
        let mut guard = MemoryGuard::new(10 * MIB);
        assert!(guard.memory_growing(MIB, 9 * MIB, None).unwrap());
        guard.memory_grow_failed(wasmtime::Error::msg("the system had none")).unwrap();
        assert!(guard.memory_growing(MIB, 9 * MIB, None).unwrap());
    }
}
