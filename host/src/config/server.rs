use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// Whom the installation serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    Development,
    Production,
}

/// Ports and processes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    pub environment: Environment,
    pub service_name: String,
    pub host: IpAddr,
    pub port: u16,
    pub dashboard_port: u16,
    pub sandbox_port: u16,
    pub cors_origins: Vec<String>,
    pub data_dir: PathBuf,
    pub trusted_proxies: Vec<IpAddr>,
    request_timeout_seconds: u64,
    shutdown_seconds: u64,
}

impl ServerConfig {
    /// Longest time for one answer.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds.max(1))
    }

    /// Time to finish what runs when the process is told to end.
    pub fn shutdown(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }
}
