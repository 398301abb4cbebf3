//! A job's lease as the egress layer asks for it: as bytes are about to leave.

use std::time::Duration;

use sourcepilot_egress::{Fence, FenceLost};
use sourcepilot_jobs_engine::{EngineConfig, Lease};

/// Lets bytes leave while the lease is surely ours.
///
/// The lease is renewed as long as this process lives, so it need not outlast the
/// slowest answer: it has to last so long that a process that stops here and now
/// has long lost its connection when somebody else takes the job over.
pub struct LeaseFence {
    lease: Lease,
    margin: Duration,
    longest: Duration,
}

impl LeaseFence {
    /// The fence of a lease under the engine's times.
    pub fn new(lease: Lease, config: &EngineConfig) -> Self {
        LeaseFence { lease, margin: config.margin, longest: config.lease / 3 }
    }
}

impl Fence for LeaseFence {
    fn check(&self, needed: Duration) -> Result<(), FenceLost> {
        if self.lease.remaining() >= needed.min(self.longest) + self.margin { Ok(()) } else { Err(FenceLost) }
    }
}
