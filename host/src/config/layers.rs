//! The layers as TOML tables, before they become settings.

use std::path::Path;

use toml::{Table, Value};

use super::{Config, ConfigError};

const DEFAULTS: &str = include_str!("../../config.default.toml");

pub(super) fn defaults() -> Result<Table, ConfigError> {
    DEFAULTS.parse().map_err(|error: toml::de::Error| ConfigError::Settings(error.message().to_owned()))
}

pub(super) fn file(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    // Only the message: the full error quotes the line, which may hold a secret.
    text.parse().map_err(|error: toml::de::Error| ConfigError::Malformed {
        path: path.to_owned(),
        problem: error.message().to_owned(),
    })
}

/// Put `over` on top of `under`, table by table.
pub(super) fn overlay(under: &mut Table, over: Table) {
    for (name, value) in over {
        match (under.get_mut(&name), value) {
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            (_, value) => {
                under.insert(name, value);
            }
        }
    }
}

pub(super) fn read(settings: Table) -> Result<Config, ConfigError> {
    settings.try_into().map_err(|error: toml::de::Error| ConfigError::Settings(error.message().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_changes_only_what_it_names() {
        let mut settings = defaults().expect("defaults");
        overlay(&mut settings, "[server]\nport = 1\n".parse().expect("TOML"));
        let config = read(settings).expect("settings");
        assert_eq!((config.server.port, config.server.dashboard_port), (1, 3109));
    }

    #[test]
    fn a_setting_that_does_not_exist_is_an_error() {
        let mut settings = defaults().expect("defaults");
        overlay(&mut settings, "[server]\nprot = 1\n".parse().expect("TOML"));
        let problem = read(settings).expect_err("unknown").to_string();
        assert!(problem.contains("prot"), "{problem}");
    }
}
