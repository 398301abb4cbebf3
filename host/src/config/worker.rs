use std::time::Duration;

use serde::Deserialize;

/// What works on jobs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
    pub concurrency: usize,
    lease_seconds: u32,
    retry_seconds: u32,
}

impl WorkerConfig {
    /// How long a job belongs to a worker that is not heard of.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(u64::from(self.lease_seconds.max(1)))
    }

    /// Half the wait after the first failed attempt; it doubles with each.
    pub fn retry(&self) -> Duration {
        Duration::from_secs(u64::from(self.retry_seconds))
    }
}
