use std::time::Duration;

use serde::Deserialize;

/// How watched prices are looked at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchesConfig {
    /// Minutes between two looks at a product; 0: only when a merchant asks.
    pub interval_minutes: u32,
    fresh_seconds: u32,
}

impl WatchesConfig {
    /// A price that was read this lately is not asked for again.
    pub fn fresh(&self) -> Duration {
        Duration::from_secs(u64::from(self.fresh_seconds))
    }
}
