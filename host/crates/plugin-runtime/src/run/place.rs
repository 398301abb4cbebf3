//! A call's account among those that the installation's address serves.

use std::sync::Arc;

use sourcepilot_domain::{ErrorKind, Failure};
use tokio::time::Instant;

use super::Network;
use crate::budgets::{Full, Places};
use crate::plugin::Plugin;

/// The place of the account that a call is made for.
pub(super) struct Place {
    /// Only for a place that this call has taken newly.
    taken: Option<(Arc<Places>, String)>,
}

/// Take a place.
///
/// # Errors
/// When the service serves no more accounts from one address.
pub(super) fn enter(plugin: &Plugin, network: Network, account: &str) -> Result<Place, Failure> {
    let (Some(most), Network::Granted) = (plugin.limits().accounts, network) else {
        return Ok(Place { taken: None });
    };
    let places = plugin.budgets().places(&plugin.manifest().id);
    match places.enter(account, most, Instant::now()) {
        Ok(new) => Ok(Place { taken: new.then(|| (places, account.to_owned())) }),
        Err(full) => Err(refusal(&plugin.manifest().name, most, full)),
    }
}

impl Place {
    /// An account that the service does not accept is not one that it serves.
    pub(super) fn conclude<T>(self, result: &Result<T, Failure>) {
        let refused = matches!(result, Err(failure) if failure.kind == ErrorKind::AuthRequired);
        if let Some((places, account)) = self.taken.filter(|_| refused) {
            places.leave(&account);
        }
    }
}

fn refusal(name: &str, most: u32, full: Full) -> Failure {
    let message = format!(
        "{name} serves {most} accounts from one address, and this installation already uses as many; \
         ask its administrator for an account of the installation or for another address \
         (`limits.accounts_per_address` in plugin-registry.toml)"
    );
    let mut failure = Failure::new(ErrorKind::QuotaExhausted, message);
    failure.code = Some("accounts-per-address".into());
    failure.retry_after = Some(full.after);
    failure
}
