//! No operation is without a transcript.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::described::Document;

/// Answers without an end are no transcript.
const NO_TRANSCRIPT: [&str; 1] = ["GET /api/v1/events"];
/// Those whose success takes another side's pages; `whole_path` goes there.
const ONLY_REFUSALS: [&str; 3] = [
    "GET /api/v1/connections/consent",
    "GET /api/v1/suppliers/consent",
    "POST /api/v1/connections/{conn_id}/consent",
];

/// The statuses with which each operation was answered, by its name.
fn answered() -> BTreeMap<String, BTreeSet<u16>> {
    let document = Document::read();
    let operations: Vec<(String, &str)> = document
        .operations()
        .iter()
        .map(|operation| (operation.method.to_uppercase(), operation.path))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/contract/snapshots");
    let mut answered: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("transcripts").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("a transcript");
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let (Some(request), Some(status)) = (pair[0].strip_prefix("> "), pair[1].strip_prefix("< "))
            else {
                continue;
            };
            let mut words = request.split(' ');
            let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let path = path.split('?').next().unwrap_or_default();
            // A name that is written out comes before one that anything may take.
            let fits = operations.iter().filter(|(known, pattern)| known == method && matches(pattern, path));
            if let Some((_, pattern)) = fits.min_by_key(|(_, pattern)| pattern.matches('{').count()) {
                let name = format!("{method} {pattern}");
                answered.entry(name).or_default().insert(status.parse().expect("a status"));
            }
        }
    }
    answered
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(&path)
            .all(|(part, given)| part == given || part.starts_with('{') && !given.is_empty())
}

#[test]
fn every_operation_has_a_transcript_with_a_success() {
    let answered = answered();
    let document = Document::read();
    let names: Vec<String> = document.operations().iter().map(|operation| operation.name()).collect();
    let is_missing = |name: &&String| match answered.get(*name) {
        None => !NO_TRANSCRIPT.contains(&name.as_str()),
        Some(statuses) => {
            !ONLY_REFUSALS.contains(&name.as_str())
                && !statuses.iter().any(|status| (200..300).contains(status))
        }
    };
    let missing: Vec<&String> = names.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "no transcript with a success, see tests/it/contract: {missing:#?}");
    // An exception that is needed no more goes.
    for name in NO_TRANSCRIPT {
        assert!(names.iter().any(|known| known == name) && !answered.contains_key(name), "{name}");
    }
    for name in ONLY_REFUSALS {
        let statuses = answered.get(name).unwrap_or_else(|| panic!("{name}"));
        assert!(statuses.iter().all(|status| *status >= 300), "{name}: {statuses:?}");
    }
}

#[test]
fn written_out_names_are_told_from_ids() {
    assert!(matches("/api/v1/imports/{job_id}", "/api/v1/imports/bulk"));
    assert!(matches("/api/v1/imports/bulk", "/api/v1/imports/bulk"));
    assert!(!matches("/api/v1/imports/{job_id}", "/api/v1/imports"));
    assert!(!matches("/api/v1/imports/{job_id}", "/api/v1/imports/"));
    assert!(!matches("/api/v1/imports/{job_id}", "/api/v1/imports/a/history"));
}
