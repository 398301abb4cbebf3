use chrono::TimeDelta;
use secrecy::SecretString;
use serde::Deserialize;

/// Tokens and passwords.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    pub jwt_secret_key: SecretString,
    pub access_token_minutes: u32,
    pub refresh_token_days: u32,
    pub password_memory_kib: u32,
    pub password_passes: u32,
    pub password_lanes: u32,
    pub password_queue: usize,
}

impl AuthConfig {
    /// Life of an access token.
    pub fn access_life(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.access_token_minutes))
    }

    /// Life of a refresh token.
    pub fn refresh_life(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.refresh_token_days))
    }
}
