//! What a remote service allows this installation, counted over all calls.
//!
//! The counts belong to the runtime, not to a loaded plugin: a new version of a
//! plugin goes on where the one before it was.

mod places;
mod rates;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sourcepilot_domain::product::Attribute;
use sourcepilot_egress::{Origin, RateLimit, RateRule};

pub(crate) use places::{Full, Places};

use crate::manifest::Manifest;

/// The counts of all plugins.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    rates: Mutex<HashMap<String, RateLimit>>,
    places: Mutex<HashMap<String, Arc<Places>>>,
}

impl Budgets {
    /// What a call draws from, the slowest rate first.
    pub(crate) fn rates(
        &self,
        manifest: &Manifest,
        account: &str,
        facts: &[Attribute],
        connection: Option<&Origin>,
    ) -> Vec<RateRule> {
        if manifest.rates.is_empty() {
            return Vec::new();
        }
        let mut known = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates::of_call(&mut known, manifest, account, facts, connection)
    }

    /// The places of a plugin's accounts.
    pub(crate) fn places(&self, plugin: &str) -> Arc<Places> {
        let mut all = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(plugin.to_owned()).or_default())
    }
}
