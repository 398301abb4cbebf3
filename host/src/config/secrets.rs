//! Secrets that an installation needs. In development they are made once and kept
//! in the data directory, so that there is no secret that everybody knows.

use std::io::Write;
use std::path::Path;

use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Config, ConfigError};

/// Keys for secrets at rest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsConfig {
    pub encryption_key: SecretString,
}

impl Config {
    /// Fill in the secrets that are not set. Production has checked before that
    /// they are.
    ///
    /// # Errors
    /// When the data directory cannot be written.
    pub fn complete_secrets(&mut self) -> Result<(), ConfigError> {
        let dir = self.server.data_dir.clone();
        for (secret, file) in [
            (&mut self.auth.jwt_secret_key, "development-jwt.key"),
            (&mut self.secrets.encryption_key, "development-encryption.key"),
        ] {
            if secret.expose_secret().is_empty() {
                *secret = kept(&dir, file).map_err(|error| {
                    ConfigError::value("SOURCEPILOT_DATA_DIR", format!("cannot keep {file} there: {error}"))
                })?;
            }
        }
        Ok(())
    }
}

/// The secret in this file, which is made when it is not there. Of two processes
/// that start at once both use the first one's.
fn kept(dir: &Path, file: &str) -> std::io::Result<SecretString> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join(file);
    let mut fresh = [0; 32];
    rand::rng().fill_bytes(&mut fresh);
    let draft = dir.join(format!(".{file}.{}", std::process::id()));
    if !path.exists() {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&draft)?.write_all(hex::encode(fresh).as_bytes())?;
        // A link, unlike a rename, leaves a file alone that came first.
        match std::fs::hard_link(&draft, &path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
            _ => std::fs::remove_file(&draft)?,
        }
    }
    Ok(SecretString::from(std::fs::read_to_string(path)?.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_only_the_owner_reads_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = kept(dir.path(), "a.key").expect("kept");
        let second = kept(dir.path(), "a.key").expect("kept");
        assert_eq!(first.expose_secret(), second.expose_secret());
        assert_eq!(first.expose_secret().len(), 64);
        assert_ne!(first.expose_secret(), kept(dir.path(), "b.key").expect("kept").expose_secret());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join("a.key")).expect("file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
