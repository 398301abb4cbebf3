//! Hot reload: the registry and the components it names are looked at every few
//! seconds, which works on every file system, and read again when one changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Plugins, RegistryFile};

const INTERVAL: Duration = Duration::from_secs(2);

/// What changes when a file is replaced.
type Stamp = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// Reload whenever the registry or one of its components changes. Never returns.
pub async fn watch(plugins: Arc<Plugins>) {
    let mut seen = stamp(&plugins).await;
    loop {
        tokio::time::sleep(INTERVAL).await;
        let now = stamp(&plugins).await;
        if now == seen {
            continue;
        }
        seen = now;
        match plugins.reload().await {
            Ok(()) => tracing::info!(registry = %plugins.registry().display(), "the plugins were read again"),
            Err(error) => tracing::error!(%error, "the plugins stay as they are"),
        }
    }
}

async fn stamp(plugins: &Plugins) -> Stamp {
    let registry = plugins.registry().to_owned();
    tokio::task::spawn_blocking(move || files(&registry).into_iter().map(stamp_of).collect())
        .await
        .unwrap_or_default()
}

fn files(registry: &Path) -> Vec<PathBuf> {
    let folder = registry.parent().unwrap_or(Path::new("."));
    let components = RegistryFile::read(registry).map(|file| file.plugins).unwrap_or_default();
    std::iter::once(registry.to_owned())
        .chain(components.into_iter().map(|entry| folder.join(entry.file)))
        .collect()
}

fn stamp_of(path: PathBuf) -> (PathBuf, Option<(SystemTime, u64)>) {
    let meta = std::fs::metadata(&path).ok();
    let stamp = meta.and_then(|meta| Some((meta.modified().ok()?, meta.len())));
    (path, stamp)
}
