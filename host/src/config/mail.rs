use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::ConfigError;

/// How mail leaves, and what it links to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    pub host: String,
    pub port: u16,
    pub username: String,
    pub password: SecretString,
    pub from: String,
    pub tls: SmtpTls,
    password_reset_url: String,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Begun in the clear and protected before anything is said; refused otherwise.
    Starttls,
    /// Protected from the first byte.
    Tls,
    /// Not at all: for a server on the same machine.
    None,
}

impl MailConfig {
    /// Whether there is a mail server.
    pub fn is_configured(&self) -> bool {
        !self.host.trim().is_empty()
    }

    /// Where mail is kept when there is none.
    pub fn folder(data_dir: &Path) -> PathBuf {
        data_dir.join("mail")
    }

    /// The page on which a password is set anew, for one permission.
    pub fn reset_link(&self, token: &str) -> String {
        // The setting was checked when the process started.
        let Ok(mut url) = Url::parse(&self.password_reset_url) else { return String::new() };
        url.query_pairs_mut().append_pair("token", token);
        url.into()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let page = Url::parse(&self.password_reset_url).ok();
        if page.is_none_or(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(ConfigError::value(
                "PASSWORD_RESET_URL",
                "must be the address of a page, such as https://app.example.com/reset-password",
            ));
        }
        if self.is_configured() && !self.from.contains('@') {
            return Err(ConfigError::value(
                "SMTP_FROM",
                "must be set when SMTP_HOST is, such as `SourcePilot <no-reply@example.com>`",
            ));
        }
        if !self.username.is_empty() && self.password.expose_secret().is_empty() {
            return Err(ConfigError::value("SMTP_PASSWORD", "must be set when SMTP_USERNAME is"));
        }
        Ok(())
    }
}
