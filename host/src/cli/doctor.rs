//! `sourcepilot doctor`.

use super::{CliError, plugin, say};
use crate::config::Config;
use crate::plugins::Plugins;
use crate::service::doctor::{self, Level};

/// Print a line for each check.
///
/// # Errors
/// When something fails.
pub async fn run(config: &Config) -> Result<(), CliError> {
    let findings = doctor::examine(config, plugins(config).await).await;
    for finding in &findings {
        say(format!("{:<5} {:<12} {}", finding.level, finding.what, finding.sentence));
    }
    match findings.iter().filter(|finding| finding.level == Level::Fail).count() {
        0 => Ok(()),
        1 => Err(CliError::other("1 check fails")),
        many => Err(CliError::other(format!("{many} checks fail"))),
    }
}

/// The registry as the service would load it.
async fn plugins(config: &Config) -> Result<Plugins, String> {
    let runtime = plugin::runtime(config).map_err(|error| error.to_string())?;
    let loaded = Plugins::load(runtime, config.plugins.registry.clone(), config.is_production()).await;
    loaded.map_err(|error| error.to_string())
}
