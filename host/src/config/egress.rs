use std::path::PathBuf;

use serde::Deserialize;
use sourcepilot_egress::EgressConfig;

use super::ConfigError;

/// Exceptions for local work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgressSettings {
    pub allow_private: String,
    pub map: String,
    pub extra_ca: PathBuf,
}

impl EgressSettings {
    /// The settings of the way to the network.
    ///
    /// # Errors
    /// A pair that is not understood.
    pub fn to_egress(&self) -> Result<EgressConfig, ConfigError> {
        let settings = |error: sourcepilot_egress::ConfigError| ConfigError::Settings(error.to_string());
        Ok(EgressConfig {
            allow_private: EgressConfig::parse_allow_private(&self.allow_private).map_err(settings)?,
            map: EgressConfig::parse_map(&self.map).map_err(settings)?,
            extra_ca: Some(self.extra_ca.clone()).filter(|path| !path.as_os_str().is_empty()),
            ..EgressConfig::default()
        })
    }

    /// Let one more private address through, as the demo world needs.
    pub fn add_private(&mut self, host_port: &str) {
        add(&mut self.allow_private, host_port);
    }

    /// Send one more origin elsewhere.
    pub fn add_map(&mut self, from: &str, to: &str) {
        add(&mut self.map, &format!("{from}={to}"));
    }
}

fn add(list: &mut String, item: &str) {
    if !list.is_empty() {
        list.push(',');
    }
    list.push_str(item);
}
