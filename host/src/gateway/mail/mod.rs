//! Mail to people: by SMTP, or into files where no mail server is set.

mod file;
pub mod templates;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use crate::config::{MailConfig, SmtpTls};

/// For each step of the conversation with the mail server.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a mail stays a file.
const KEEP_FILES: TimeDelta = TimeDelta::days(30);

/// One mail. Both bodies say the same; whatever people typed is escaped in `html`.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Why a mail did not leave. The text of the mail is not in it.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("`{0}` is not an address that mail can be sent to or from")]
    Address(String),
    #[error("the mail could not be put together: {0}")]
    Form(#[from] lettre::error::Error),
    #[error("the mail server did not take it: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail could not be written into {0}: {1}")]
    File(PathBuf, std::io::Error),
}

/// Sends mail.
#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Mailer {
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(config: &MailConfig, data_dir: &Path) -> Result<Self, MailError> {
        let from = mailbox(&config.from)?;
        let way = match config.is_configured() {
            true => Way::Smtp(transport(config)?),
            false => Way::Folder(MailConfig::folder(data_dir)),
        };
        Ok(Mailer { from, way })
    }

    /// Send it.
    ///
    /// # Errors
    /// When it did not leave; the same may succeed later.
    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let Mail { to, subject, text, html } = mail;
        let message = Message::builder()
            .from(self.from.clone())
            .to(mailbox(&to)?)
            .subject(subject)
            .multipart(MultiPart::alternative_plain_html(text, html))?;
        match &self.way {
            Way::Smtp(transport) => {
                transport.send(message).await?;
            }
            Way::Folder(folder) => file::write(folder.clone(), message.formatted()).await?,
        }
        Ok(())
    }

    /// Remove mails that were written into files long ago; answers how many.
    pub async fn tidy(&self, now: DateTime<Utc>) -> u64 {
        match &self.way {
            Way::Smtp(_) => 0,
            Way::Folder(folder) => file::remove_before(folder.clone(), (now - KEEP_FILES).into()).await,
        }
    }

    /// Whether the mail server can be talked to; `None`: there is none.
    ///
    /// # Errors
    /// What it answered instead.
    pub async fn check(&self) -> Result<Option<()>, MailError> {
        match &self.way {
            Way::Smtp(transport) => {
                transport.test_connection().await?;
                Ok(Some(()))
            }
            Way::Folder(_) => Ok(None),
        }
    }
}

fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    text.parse().map_err(|_| MailError::Address(text.to_owned()))
}

fn transport(config: &MailConfig) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let host = config.host.trim();
    let tls = match config.tls {
        SmtpTls::Starttls => Tls::Required(TlsParameters::new(host.to_owned())?),
        SmtpTls::Tls => Tls::Wrapper(TlsParameters::new(host.to_owned())?),
        SmtpTls::None => Tls::None,
    };
    // "Dangerous" because TLS is said here in the next line instead of in the name.
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(config.port)
        .tls(tls)
        .timeout(Some(PATIENCE));
    let password = config.password.expose_secret().to_owned();
    Ok(match config.username.as_str() {
        "" => builder.build(),
        name => builder.credentials(Credentials::new(name.to_owned(), password)).build(),
    })
}
