use std::path::PathBuf;

/// Why the settings cannot be used. The sentence names the setting and never
/// repeats the value of a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("SOURCEPILOT_CONFIG: cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The file is not TOML.
    #[error("SOURCEPILOT_CONFIG: {path}: {problem}")]
    Malformed { path: PathBuf, problem: String },
    /// The layers together do not form settings.
    #[error("the settings are not right: {0}")]
    Settings(String),
    /// One variable or setting.
    #[error("{name}: {problem}")]
    Value { name: String, problem: String },
}

impl ConfigError {
    #[expect(clippy::needless_pass_by_value, reason = "errors are given away here")]
    pub(crate) fn value(name: &str, problem: impl ToString) -> Self {
        ConfigError::Value { name: name.to_owned(), problem: problem.to_string() }
    }
}
