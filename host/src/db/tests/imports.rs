use serde_json::json;
use sourcepilot_domain::ids::{ImportJobId, StoreProductId};
use sourcepilot_domain::import_job::{ImportJob, ImportStatus, Stepped};
use sourcepilot_domain::raw_json::RawJson;

use super::{World, later, now};
use crate::db::imports::{self, ImportFilter};
use crate::db::{DbError, import_history, micros};

/// Take a step as services do: look, step, write.
async fn step(
    world: &World,
    job: &ImportJob,
    step: impl FnOnce(ImportJob) -> Stepped + Send + 'static,
) -> bool {
    let (user, id) = (job.user_id, job.id);
    let written = world.db.transaction(async move |tx| {
        let job = imports::lock(&tx, user, id).await?.expect("there");
        let from = job.status();
        let Ok((job, entry)) = step(job) else { return Ok(false) };
        imports::record_step(&tx, from, &job, &entry).await
    });
    written.await.unwrap_or_else(|error: DbError| panic!("{error:?}"))
}

async fn read(world: &World, job: &ImportJob) -> ImportJob {
    imports::find(&world.db, job.user_id, job.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_import_is_read_as_it_was_written() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let made = world.import(user, now()).await;
    let there = read(&world, &made).await;
    assert_eq!(there, made);
    assert_eq!(there.created_at, micros(now()));
    let config = serde_json::to_string(&there.config).unwrap();
    assert_eq!(config, r#"{"zebra":1,"markup_percent":30.5,"apple":[null,"ü\u0000"]}"#);
}

#[tokio::test]
async fn a_life_leaves_its_history() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let job = world.import(user, now()).await;
    assert!(step(&world, &job, |job| job.start(later(1))).await);
    let (id, data) = (job.id, json!({"title": "Lamp"}));
    let kept = world.db.transaction(async move |tx| {
        Ok::<_, DbError>(
            imports::record_product(&tx, user, id, "1005", &data, later(2)).await?
                && imports::record_progress(&tx, user, id, 250, Some("Writing"), later(2)).await?,
        )
    });
    assert!(kept.await.unwrap());
    let running = read(&world, &job).await;
    assert_eq!((running.progress_percent, running.progress_note.as_deref()), (100, Some("Writing")));
    assert!(step(&world, &job, |job| job.postpone("The shop is slow.", later(3))).await);
    assert!(step(&world, &job, |job| job.start(later(4))).await);
    assert!(step(&world, &job, |job| job.fail("The shop is gone.", later(5))).await);
    assert_eq!(read(&world, &job).await.error_message(), Some("The shop is gone."));
    assert!(step(&world, &job, |job| job.retry(later(6))).await);
    assert!(step(&world, &job, |job| job.start(later(7))).await);
    let product = StoreProductId::generate();
    assert!(step(&world, &job, move |job| job.complete(product, later(8))).await);
    let done = read(&world, &job).await;
    assert_eq!((done.created_product_id(), done.error_message()), (Some(product), None));
    assert_eq!(
        (done.source_product_id.as_deref(), done.product_data),
        (Some("1005"), Some(RawJson::from(&json!({"title": "Lamp"}))))
    );

    let lines = import_history::list(&world.db, user, job.id).await.unwrap().unwrap();
    let actions: Vec<&str> = lines.iter().map(|line| line.entry.action.as_str()).collect();
    assert_eq!(
        actions,
        ["created", "started", "postponed", "started", "failed", "retried", "started", "completed"]
    );
    assert_eq!(
        lines[0].entry.details,
        json!({"source_url": "https://shop.example/1", "source": "aliexpress"})
    );
    assert_eq!(import_history::list(&world.db, user, ImportJobId::generate()).await.unwrap(), None);
}

#[tokio::test]
async fn a_step_from_a_stage_that_is_past_writes_nothing() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let job = world.import(user, now()).await;
    let (late, entry) = job.clone().start(later(1)).unwrap();
    assert!(step(&world, &job, |job| job.cancel(later(1))).await);
    let written = world
        .db
        .transaction(async move |tx| imports::record_step(&tx, ImportStatus::Pending, &late, &entry).await)
        .await;
    assert!(!written.unwrap());
    let id = job.id;
    let progress =
        world.db.transaction(async move |tx| imports::record_progress(&tx, user, id, 50, None, now()).await);
    assert!(!progress.await.unwrap());
    assert_eq!(read(&world, &job).await.status(), ImportStatus::Cancelled);
    assert_eq!(import_history::list(&world.db, user, job.id).await.unwrap().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_steps_at_the_same_time_one_is_taken() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    for _ in 0..20 {
        let job = world.import(user, now()).await;
        let cancel = |job: ImportJob| job.cancel(later(1));
        let (a, b, c) = tokio::join!(
            step(&world, &job, cancel),
            step(&world, &job, |job| job.fail("no", later(1))),
            step(&world, &job, cancel)
        );
        assert_eq!([a, b, c].iter().filter(|taken| **taken).count(), 1);
    }
}

#[tokio::test]
async fn lists_are_newest_first_filtered_and_counted() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let other = world.user("other").await.id;
    world.import(other, now()).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        // Two of them at the same moment, and fractions of different lengths.
        let at = later(number / 2) + chrono::TimeDelta::microseconds(number % 2 * 7);
        ids.push(world.import(user, at).await.id);
    }
    ids.reverse();
    let list = async |filter: ImportFilter| {
        let page = imports::list(&world.db, user, &filter).await.unwrap();
        (page.items.iter().map(|job| job.id).collect::<Vec<_>>(), page.total)
    };
    let all = ImportFilter { limit: 20, ..ImportFilter::default() };
    assert_eq!(list(all.clone()).await, (ids.clone(), 5));
    assert_eq!(list(ImportFilter { skip: 1, limit: 2, ..all.clone() }).await, (ids[1..3].to_vec(), 5));
    assert_eq!(list(ImportFilter { skip: u64::MAX, ..all.clone() }).await, (Vec::new(), 5));
    assert_eq!(list(ImportFilter { status: Some(ImportStatus::Failed), ..all }).await, (Vec::new(), 0));
}

#[tokio::test]
async fn an_import_that_waits_very_often_keeps_its_latest_attempts() {
    let world = World::new().await;
    let user = world.user("owner").await.id;
    let job = world.import(user, now()).await;
    for round in 0..30 {
        assert!(step(&world, &job, move |job| job.start(later(2 * round + 1))).await);
        assert!(step(&world, &job, move |job| job.postpone("Slow down.", later(2 * round + 2))).await);
        let id = job.id;
        world.db.transaction(async move |tx| import_history::thin(&tx, id).await).await.unwrap();
    }
    let lines = import_history::list(&world.db, user, job.id).await.unwrap().unwrap();
    let actions: Vec<&str> = lines.iter().map(|line| line.entry.action.as_str()).collect();
    assert_eq!((actions.len(), actions[0], actions[1], actions[40]), (41, "created", "started", "postponed"));
    assert_eq!(lines[40].created_at.timestamp_micros(), later(60).timestamp_micros());
}
