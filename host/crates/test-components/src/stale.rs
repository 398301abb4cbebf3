//! Whether anything changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// True when `stamp` exists and is newer than every file below `sources`.
pub(crate) fn is_newer(stamp: &Path, sources: &[PathBuf]) -> bool {
    let Some(made) = modified(stamp) else { return false };
    sources.iter().all(|source| all_older(source, made))
}

fn all_older(path: &Path, made: SystemTime) -> bool {
    let Ok(about) = fs::metadata(path) else { return true };
    if about.is_file() {
        return about.modified().is_ok_and(|time| time < made);
    }
    let Ok(entries) = fs::read_dir(path) else { return false };
    entries.flatten().all(|entry| {
        let name = entry.file_name();
        name == "target" || name == "tests" || all_older(&entry.path(), made)
    })
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_change_after_the_stamp_is_seen() {
        let folder = std::env::temp_dir().join(format!("sourcepilot-stale-{}", std::process::id()));
        let inner = folder.join("src");
        fs::create_dir_all(&inner).unwrap();
        let (stamp, source) = (folder.join("stamp"), inner.join("lib.rs"));
        let now = SystemTime::now();
        let touch = |path: &Path, seconds| {
            let file = fs::File::create(path).unwrap();
            file.set_modified(now + Duration::from_secs(seconds)).unwrap();
        };
        touch(&source, 0);
        let sources = [inner];
        assert!(!is_newer(&stamp, &sources), "never built");
        touch(&stamp, 1);
        assert!(is_newer(&stamp, &sources));
        touch(&source, 2);
        assert!(!is_newer(&stamp, &sources));
        fs::remove_dir_all(&folder).unwrap();
    }
}
