//! Compiled plugins kept on disk.
//!
//! Reading a compiled artefact back means trusting its bytes like those of the
//! program itself. So the folder belongs to this user and is closed to all others,
//! the name says which compiler settings and which component an artefact is of,
//! and its own digest stands in front of it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

const MAGIC: &[u8; 16] = b"sourcepilot-cw1\n";
const HASH: usize = 32;
/// Artefacts that nobody has asked for in this time are removed.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A private folder of compiled plugins of one engine.
#[derive(Debug, Clone)]
pub(crate) struct ArtefactCache {
    folder: PathBuf,
    engine: String,
}

impl ArtefactCache {
    /// Use `folder`, which is created when absent.
    ///
    /// # Errors
    /// When it cannot be made, belongs to somebody else, or is open to others.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> io::Result<Self> {
        private_folder(folder)?;
        sweep(folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(ArtefactCache { folder: folder.to_owned(), engine: format!("{:016x}", hasher.finish()) })
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{}-{}.cwasm", self.engine, digest.trim_start_matches("sha256:")))
    }

    /// The artefact of a component, when there is an intact one.
    pub(crate) fn get(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let path = self.path(digest);
        match self.read(engine, &path) {
            Ok(component) => Some(component),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a compiled plugin is not usable and is made again");
                _ = fs::remove_file(&path);
                None
            }
        }
    }

    fn read(&self, engine: &Engine, path: &Path) -> io::Result<Component> {
        private_folder(&self.folder)?;
        let mut bytes = Vec::new();
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        file.read_to_end(&mut bytes)?;
        let artefact = checked(&bytes).ok_or_else(|| io::Error::other("its digest does not fit"))?;
        // SAFETY: the bytes are what `put` wrote: only this user can write the
        // folder (checked above), and they carry the digest that `put` gave them.
        // They are copied from memory, so a later change of the file has no effect.
        // Version and settings of the engine are checked by wasmtime itself.
        #[expect(unsafe_code, reason = "the only way to load a compiled component")]
        let component = unsafe { Component::deserialize(engine, artefact) };
        let component = component.map_err(|error| io::Error::other(format!("{error:#}")))?;
        // The date says when it was last of use; see `sweep`.
        _ = file.set_modified(SystemTime::now());
        Ok(component)
    }

    /// Keep what was compiled. The name appears only when all bytes are on disk.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(crate) fn put(&self, digest: &str, artefact: &[u8]) -> io::Result<()> {
        private_folder(&self.folder)?;
        let path = self.path(digest);
        let temporary = path.with_extension(format!("tmp-{}-{:016x}", std::process::id(), unique()));
        let written = write_new(&temporary, artefact).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            _ = fs::remove_file(&temporary);
        }
        written?;
        File::open(&self.folder)?.sync_all()
    }
}

fn write_new(path: &Path, artefact: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(MAGIC)?;
    file.write_all(&Sha256::digest(artefact))?;
    file.write_all(artefact)?;
    file.sync_all()
}

fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (hash, artefact) = rest.split_at_checked(HASH)?;
    (Sha256::digest(artefact).as_slice() == hash).then_some(artefact)
}

/// Remove what other versions and crashed writers left behind.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let age = entry
            .metadata()
            .and_then(|about| about.modified())
            .map(|time| time.elapsed().unwrap_or_default());
        if age.is_ok_and(|age| age > KEPT) {
            _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

fn unique() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    if !folder.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let about = fs::symlink_metadata(folder)?;
    let refuse = |why: &str| Err(io::Error::other(format!("the plugin cache {} {why}", folder.display())));
    if !about.is_dir() {
        return refuse("is not a folder");
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return refuse("belongs to another user");
    }
    if about.mode() & 0o077 != 0 {
        return refuse("is open to other users; close it with chmod 700");
    }
    Ok(())
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}
