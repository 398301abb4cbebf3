//! How many calls run at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From how many keys on idle ones are forgotten.
const TIDY_FROM: usize = 256;

/// The gates of one plugin, behind which stands the gate of the whole host.
#[derive(Debug)]
pub(crate) struct Permits {
    host: Arc<Semaphore>,
    plugin: Arc<Semaphore>,
    per_pool: usize,
    pools: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The right to run one call; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    _held: Vec<OwnedSemaphorePermit>,
}

/// No turn came in time.
#[derive(Debug)]
pub(crate) struct Busy;

impl Permits {
    pub(crate) fn new(host: Arc<Semaphore>, plugin: u32, per_pool: u32) -> Self {
        Permits {
            host,
            plugin: Arc::new(Semaphore::new(plugin.max(1) as usize)),
            per_pool: per_pool.max(1) as usize,
            pools: Mutex::new(HashMap::new()),
        }
    }

    /// Wait for a turn, at most `wait`. The narrow gate comes first: one account
    /// that asks for much must not hold places of the others while it waits.
    pub(crate) async fn acquire(&self, pool: Option<&str>, wait: Duration) -> Result<Permit, Busy> {
        let gates: Vec<Arc<Semaphore>> = pool
            .map(|key| self.pool(key))
            .into_iter()
            .chain([self.plugin.clone(), self.host.clone()])
            .collect();
        let all = async {
            let mut held = Vec::with_capacity(gates.len());
            for gate in gates {
                held.push(gate.acquire_owned().await.map_err(|_| Busy)?);
            }
            Ok(Permit { _held: held })
        };
        tokio::time::timeout(wait, all).await.map_err(|_| Busy)?
    }

    fn pool(&self, key: &str) -> Arc<Semaphore> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if pools.len() > TIDY_FROM {
            pools.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        Arc::clone(pools.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.per_pool))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn one_account_does_not_starve_another() {
        let permits = Permits::new(Arc::new(Semaphore::new(4)), 3, 2);
        let first = permits.acquire(Some("a"), SOON).await.unwrap();
        let _second = permits.acquire(Some("a"), SOON).await.unwrap();
        assert!(permits.acquire(Some("a"), SOON).await.is_err());
        let _other = permits.acquire(Some("b"), SOON).await.unwrap();
        assert!(permits.acquire(Some("c"), SOON).await.is_err(), "the plugin's own gate");
        drop(first);
        assert!(permits.acquire(Some("a"), SOON).await.is_ok());
    }
}
