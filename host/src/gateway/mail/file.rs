//! Mail as files, for installations without a mail server.

use std::fs::DirEntry;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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

/// Remove mails that were written before `oldest`; answers how many. What cannot be
/// looked at stays.
pub(super) async fn remove_before(folder: PathBuf, oldest: SystemTime) -> u64 {
    let removed = tokio::task::spawn_blocking(move || remove(&folder, oldest)).await;
    removed.unwrap_or_default()
}

fn remove(folder: &Path, oldest: SystemTime) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let is_old = |entry: &DirEntry| {
        let is_mail = entry.path().extension().is_some_and(|extension| extension == "eml");
        is_mail && entry.metadata().and_then(|data| data.modified()).is_ok_and(|written| written < oldest)
    };
    let old = entries.flatten().filter(is_old);
    old.filter(|entry| std::fs::remove_file(entry.path()).is_ok()).count() as u64
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn old_mails_go_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let old = put(dir.path(), b"old").unwrap();
        let new = put(dir.path(), b"new").unwrap();
        let note = dir.path().join("note.txt");
        std::fs::write(&note, "mine").unwrap();
        let written = new.metadata().unwrap().modified().unwrap();
        for file in [&old, &note] {
            let file = std::fs::File::options().write(true).open(file).unwrap();
            file.set_modified(written - Duration::from_secs(100)).unwrap();
        }
        let oldest = written - Duration::from_secs(50);
        assert_eq!(remove_before(dir.path().to_owned(), oldest).await, 1);
        assert_eq!((old.exists(), new.exists(), note.exists()), (false, true, true));
        assert_eq!(remove_before(dir.path().join("none"), oldest).await, 0);
    }
}
