//! The life of an import: every step from every stage.

use chrono::{DateTime, Utc};
use serde_json::json;
use sourcepilot_domain::ids::{ImportJobId, StoreProductId, UserId};
use sourcepilot_domain::import_job::{HistoryEntry, ImportJob, ImportStatus, Stage, Stepped};

fn now() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

fn product() -> StoreProductId {
    "0193a000-0000-7000-8000-000000000001".parse().unwrap()
}

fn at(stage: Stage) -> ImportJob {
    ImportJob {
        id: ImportJobId::generate(),
        user_id: UserId::generate(),
        store_id: None,
        source: "aliexpress".to_owned(),
        source_url: None,
        source_product_id: None,
        product_data: None,
        config: None,
        stage,
        progress_percent: 40,
        progress_note: None,
        created_at: "2026-11-24T08:00:00Z".parse().unwrap(),
        updated_at: "2026-11-24T08:00:00Z".parse().unwrap(),
    }
}

fn every_stage() -> [ImportJob; 5] {
    [
        at(Stage::Pending),
        at(Stage::Running),
        at(Stage::Completed { product: product() }),
        at(Stage::Failed { reason: "broken".to_owned() }),
        at(Stage::Cancelled),
    ]
}

/// For each of the five stages: the stage reached, or `-`.
fn check(step: impl Fn(ImportJob) -> Stepped, expected: &str) {
    let reached: Vec<&str> = every_stage()
        .into_iter()
        .map(|job| step(job).map_or("-", |(job, _)| job.status().as_str()))
        .collect();
    assert_eq!(reached.join(" "), expected);
}

#[test]
fn legal_steps() {
    check(|job| job.start(now()), "running running - - -");
    check(|job| job.postpone("later", now()), "- pending - - -");
    check(|job| job.complete(product(), now()), "- completed - - -");
    check(|job| job.fail("no", now()), "failed failed - - -");
    check(|job| job.cancel(now()), "cancelled cancelled - - -");
    check(|job| job.retry(now()), "- - - pending pending");
}

#[test]
fn refusals_are_the_agreed_sentences() {
    let completed = at(Stage::Completed { product: product() });
    assert_eq!(
        completed.cancel(now()).unwrap_err().to_string(),
        "Cannot cancel job in 'completed' status. Only pending or running jobs can be cancelled."
    );
    assert_eq!(
        at(Stage::Pending).retry(now()).unwrap_err().to_string(),
        "Cannot retry job in 'pending' status. Only failed or cancelled jobs can be retried."
    );
}

#[test]
fn history_tells_where_the_import_came_from() {
    let (_, entry) = at(Stage::Running).cancel(now()).unwrap();
    assert_eq!((entry.action.as_str(), entry.details), ("cancelled", json!({"previous_status": "running"})));
    let (_, entry) = at(Stage::Running).fail("The shop is gone.", now()).unwrap();
    assert_eq!(entry.details, json!({"previous_status": "running", "reason": "The shop is gone."}));
    let bulk = HistoryEntry::created("https://a.example/1", "manual", true);
    assert_eq!(bulk.details, json!({"source_url": "https://a.example/1", "source": "manual", "bulk": true}));
}

#[test]
fn a_retry_forgets_the_failure() {
    let (job, _) = at(Stage::Failed { reason: "broken".to_owned() }).retry(now()).unwrap();
    assert_eq!((job.error_message(), job.progress_percent, job.updated_at), (None, 0, now()));
}

#[test]
fn completion_carries_the_product() {
    let (job, _) = at(Stage::Running).complete(product(), now()).unwrap();
    assert_eq!((job.created_product_id(), job.progress_percent), (Some(product()), 100));
}

#[test]
fn names_go_there_and_back() {
    for status in ImportStatus::ALL {
        assert_eq!(status.as_str().parse::<ImportStatus>().unwrap(), status);
    }
    assert!("Pending".parse::<ImportStatus>().is_err());
}
