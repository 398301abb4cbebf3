//! Real components for tests: plugins and guests of this repository as `.wasm`,
//! built when they are asked for and stale.
//!
//! The build has a target folder of its own, so it never waits for the lock that
//! the outer `cargo test` holds. A lock file lets one process build while the
//! others wait, and a stamp beside it makes the fresh case a look at some dates.

#![warn(missing_docs)]

mod stale;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The cargo profile of components.
const PROFILE: &str = "plugin";
const TARGET: &str = "wasm32-wasip2";

/// A plugin of `plugins/<id>`, as `make plugins` builds it.
///
/// # Panics
/// When it cannot be built; the compiler's words are in the message.
#[must_use]
pub fn plugin(id: &str) -> PathBuf {
    component(&format!("sourcepilot-plugin-{id}"), &format!("plugins/{id}"))
}

/// A guest of `host/crates/plugin-runtime/guests/<name>`, which misbehaves.
///
/// # Panics
/// When it cannot be built; the compiler's words are in the message.
#[must_use]
pub fn guest(name: &str) -> PathBuf {
    component(&format!("sourcepilot-{name}-guest"), &format!("host/crates/plugin-runtime/guests/{name}"))
}

/// An example of `sdk/examples/<name>`, as an author outside of this repository would
/// build it.
///
/// # Panics
/// When it cannot be built; the compiler's words are in the message.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    component(&format!("sourcepilot-example-{name}"), &format!("sdk/examples/{name}"))
}

/// The top of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_owned()
}

fn component(package: &str, folder: &str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default();
    if let Some(path) = built.get(package) {
        return path.clone();
    }
    let path = match fresh(package, folder) {
        Ok(path) => path,
        Err(error) => panic!("{package} could not be built: {error}"),
    };
    built.insert(package.to_owned(), path.clone());
    path
}

/// Build unless nothing has changed since the last time.
fn fresh(package: &str, folder: &str) -> io::Result<PathBuf> {
    let root = repository();
    let target = root.join("target/plugins");
    fs::create_dir_all(&target)?;
    let component = target.join(TARGET).join(PROFILE).join(format!("{}.wasm", package.replace('-', "_")));
    let stamp = target.join(format!(".fresh-{package}"));

    // Released when dropped, and by the system when the process dies.
    let lock = File::create(target.join(format!(".lock-{package}")))?;
    lock.lock()?;
    let sources = [folder, "sdk", "wit", "Cargo.toml", "Cargo.lock"].map(|part| root.join(part));
    if component.exists() && stale::is_newer(&stamp, &sources) {
        return Ok(component);
    }
    let began = SystemTime::now();
    build(&root, &target, package)?;
    // The time of the beginning: a source that changed meanwhile counts as newer.
    File::create(&stamp)?.set_modified(began)?;
    Ok(component)
}

fn build(root: &Path, target: &Path, package: &str) -> io::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .args(["build", "--quiet", "--target", TARGET, "--profile", PROFILE, "-p", package])
        .arg("--target-dir")
        .arg(target);
    // Settings of the outer build (coverage, a lint driver) are not for components.
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_TARGET",
        "CARGO_TARGET_DIR",
        "__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS",
    ] {
        command.env_remove(name);
    }
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let advice = if words.contains("can't find crate for `core`") || words.contains("may not be installed") {
        "\nAdd the target with: rustup target add wasm32-wasip2"
    } else {
        ""
    };
    Err(io::Error::other(format!("{words}{advice}")))
}
