//! Rules about the source itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom inside the host; crates count as names, too. What is not
/// listed may not. `domain` is open to all.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "app",
            "config",
            "http",
            "jobs",
            "plugins",
            "service",
            "jobs_engine",
            "egress",
            "plugin_runtime",
            "sandbox",
        ],
    ),
    // It holds the state of services, but calls none.
    (
        "app",
        &[
            "config",
            "db",
            "plugins",
            "cluster",
            "gateway",
            "service",
            "jobs_engine",
            "egress",
            "plugin_runtime",
        ],
    ),
    ("http", &["app", "service"]),
    (
        "jobs",
        &["app", "service", "queue", "db", "plugins", "jobs_engine", "egress", "plugin_runtime", "sea_orm"],
    ),
    (
        "service",
        &[
            "app",
            "config",
            "db",
            "queue",
            "plugins",
            "cluster",
            "gateway",
            "jobs_engine",
            "egress",
            "plugin_runtime",
        ],
    ),
    ("gateway", &["config", "egress"]),
    ("queue", &["db", "jobs_engine"]),
    ("plugins", &["plugin_runtime"]),
    ("db", &["sea_orm", "migrations"]),
    ("cluster", &[]),
    ("config", &["db", "egress"]),
];

/// The names that the rules speak of.
fn known() -> BTreeSet<&'static str> {
    MAY_IMPORT
        .iter()
        .flat_map(|(name, allowed)| std::iter::once(*name).chain(allowed.iter().copied()))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

fn host() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module at the top to which a file belongs.
fn module(file: &Path) -> String {
    let inside = file.strip_prefix(host()).expect("inside");
    let first = inside.components().next().expect("a part");
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The names of modules and crates that a file's text mentions in paths, tests and
/// comments left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for line in code.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
        for mark in ["crate::", "sourcepilot_"] {
            for rest in line.split(mark).skip(1) {
                let names =
                    rest.strip_prefix('{').map_or(rest, |list| list.split('}').next().unwrap_or_default());
                let is_list = rest.starts_with('{');
                let names: Vec<&str> = if is_list { names.split(',').collect() } else { vec![names] };
                for name in names {
                    let end = |c: char| !(c.is_alphanumeric() || c == '_');
                    found.insert(name.trim().split(end).next().unwrap_or_default().to_owned());
                }
            }
        }
        if line.contains("sea_orm::") {
            found.insert("sea_orm".to_owned());
        }
    }
    found
}

#[test]
fn imports_go_in_the_agreed_directions() {
    let known = known();
    let mut wrong = Vec::new();
    for file in sources(&host()) {
        let module = module(&file);
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else { continue };
        let text = fs::read_to_string(&file).expect("text");
        for name in imports(&text) {
            if known.contains(name.as_str()) && name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} may not import {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_read_in_all_forms() {
    let text = "use crate::{app::App, db};\nuse sourcepilot_jobs_engine::Queue;\n// crate::http\nfn f() { crate::queue::x() }\n#[cfg(test)]\nuse crate::cli;\n";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["app", "db", "jobs_engine", "queue"]);
}

#[test]
fn every_module_has_rules() {
    for file in sources(&host()) {
        let module = module(&file);
        let is_root = matches!(module.as_str(), "lib" | "main");
        assert!(is_root || MAY_IMPORT.iter().any(|(name, _)| *name == module), "{module} has no rules");
    }
}

/// A new supplier or shop touches nothing in the host, so the host names none.
#[test]
fn no_supplier_and_no_shop_is_known_by_name() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let ids: Vec<String> = fs::read_dir(plugins)
        .expect("the plugins")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let mut wrong = Vec::new();
    for file in
        sources(&host()).into_iter().filter(|file| !file.components().any(|part| part.as_os_str() == "tests"))
    {
        let text = fs::read_to_string(&file).expect("text");
        let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
        for id in ids.iter().filter(|id| code.contains(&format!("\"{id}\""))) {
            wrong.push(format!("{} names {id}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    const LINES: usize = 400;
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for file in sources(&host()).into_iter().chain(sources(&tests)) {
        let lines = fs::read_to_string(&file).expect("text").lines().count();
        assert!(lines <= LINES, "{} has {lines} lines; a file over {LINES} is two files", file.display());
    }
}

#[test]
fn every_setting_is_explained() {
    let text = include_str!("../../config.default.toml");
    let mut explained = false;
    for line in text.lines() {
        let is_comment = line.starts_with('#');
        let is_setting = line.contains(" = ") && !is_comment;
        assert!(!is_setting || explained, "no comment above `{line}`");
        // One comment may explain a group of settings that follow each other.
        explained = is_comment || (is_setting && explained);
    }
}
