//! Mail as files, for installations without a mail server.

use std::io::Write;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::MailError;

/// Write a mail into the folder. The log names the file and nothing that is in it.
pub(super) async fn write(folder: PathBuf, mail: Vec<u8>) -> Result<(), MailError> {
    let place = folder.clone();
    let written = tokio::task::spawn_blocking(move || put(&place, &mail)).await;
    let written = written.unwrap_or_else(|stopped| Err(std::io::Error::other(stopped)));
    match written {
        Ok(file) => {
            tracing::info!(file = %file.display(), "SMTP_HOST is not set, so a mail was written into a file");
            Ok(())
        }
        Err(error) => Err(MailError::File(folder, error)),
    }
}

/// Only the owner may read it: it may hold what opens an account.
fn put(folder: &Path, mail: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join(format!("{}.eml", Uuid::now_v7()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&file)?.write_all(mail)?;
    Ok(file)
}
