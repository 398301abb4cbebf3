use std::time::Duration;

use crate::Backoff;

/// How the engine keeps time. The defaults are meant for production; tests shorten
/// them, keeping `heartbeat < lease - margin`.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Which queue this worker serves, and enqueues to.
    pub queue: String,
    /// How many jobs run at a time in this process.
    pub slots: usize,
    /// How many jobs of one tenant run at a time, in all processes together.
    pub tenant_cap: u32,
    /// For how long a job is leased.
    pub lease: Duration,
    /// How often leases are renewed.
    pub heartbeat: Duration,
    /// How long before its end a lease is no longer trusted with a request; also how
    /// long a job rests that was interrupted by a shutdown.
    pub margin: Duration,
    /// How often is looked for due jobs when nothing rings.
    pub poll: Duration,
    /// How often is looked for leases that ran out, ±20 %.
    pub sweep: Duration,
    /// How long running jobs may go on after the shutdown began.
    pub grace: Duration,
    /// For how long finished jobs are kept.
    pub keep_finished: Duration,
    /// How long to wait before trying again.
    pub backoff: Backoff,
    /// After how many deaths of its process a job is given up.
    pub crash_limit: u32,
}

impl Default for EngineConfig {
    fn default() -> Self {
        EngineConfig {
            queue: "default".to_owned(),
            slots: 8,
            tenant_cap: 4,
            lease: Duration::from_secs(30),
            heartbeat: Duration::from_secs(10),
            margin: Duration::from_secs(5),
            poll: Duration::from_secs(1),
            sweep: Duration::from_secs(5),
            grace: Duration::from_secs(25),
            keep_finished: Duration::from_secs(24 * 60 * 60),
            backoff: Backoff::default(),
            crash_limit: 3,
        }
    }
}

/// `duration` times a number between 0.8 and 1.2, so that processes that began
/// together do not stay together. `chance` is between 0 and 1.
pub(crate) fn jittered(duration: Duration, chance: f64) -> Duration {
    duration.mul_f64(0.8 + 0.4 * chance.clamp(0.0, 1.0))
}
