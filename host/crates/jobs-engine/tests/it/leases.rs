use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sourcepilot_jobs_engine::{EngineConfig, JobState, SettleError, Verdict};
use tokio::sync::{Notify, mpsc};

use crate::world::{Does, Working, World, begin, eventually, fast, job, mark, zombie};

#[tokio::test]
async fn a_long_job_keeps_its_lease() {
    let config =
        EngineConfig { lease: Duration::from_millis(600), heartbeat: Duration::from_millis(100), ..fast() };
    let world = World::with(config.clone()).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let long = Does::new(move |context| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            for _ in 0..20 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                assert!(!context.lease.remaining().is_zero(), "the lease is trusted all the time");
            }
            Ok(Verdict::Done)
        }
    });
    let id = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &long);
    let _rival = Working::begin(&world.elsewhere(config).await, &long);
    let done = world.until_state(id, JobState::Done).await;
    assert_eq!((done.attempt, done.crash_count, runs.load(Ordering::SeqCst)), (1, 0, 1));
}

#[tokio::test]
async fn a_lease_is_not_trusted_longer_than_it_was_granted() {
    let world = World::with(zombie()).await;
    let (seen, mut remaining) = mpsc::unbounded_channel();
    let looks = Does::new(move |context| {
        let seen = seen.clone();
        async move {
            seen.send(context.lease.remaining()).unwrap();
            tokio::time::sleep(Duration::from_millis(160)).await;
            seen.send(context.lease.remaining()).unwrap();
            Ok(Verdict::Done)
        }
    });
    world.add(job()).await;
    let _worker = Working::begin(&world.queue, &looks);
    let first = remaining.recv().await.unwrap();
    assert!(first > Duration::ZERO && first <= zombie().lease, "{first:?}");
    assert_eq!(remaining.recv().await.unwrap(), Duration::ZERO);
}

/// A worker that lost its lease comes back to life, while the rescuer works and once
/// more after it has finished: it may not end the job, and nothing that it wrote
/// beside stays.
#[tokio::test]
async fn a_stale_completion_is_rejected_with_all_it_wrote() {
    let world = World::with(zombie()).await;
    let awake = Arc::new(Notify::new());
    let (told, mut refusals) = mpsc::unbounded_channel();
    let (wake, connection) = (awake.clone(), world.connection.clone());
    let sleeper = Does::new(move |context| {
        let (wake, connection, told) = (wake.clone(), connection.clone(), told.clone());
        // In a task of its own, which the engine cannot end: as a paused process is.
        tokio::spawn(async move {
            loop {
                wake.notified().await;
                let tx = begin(&connection).await;
                mark(&tx, context.job.id, "by the sleeper").await;
                let completed = context.lease.complete(&tx).await.map(|_| ());
                let confirmed = context.lease.confirm(&tx).await;
                let retried = context.lease.retry(&tx, "again", Duration::ZERO).await.map(|_| ());
                tx.rollback().await.unwrap();
                told.send([completed, confirmed, retried]).unwrap();
            }
        });
        std::future::pending()
    });
    let id = world.add(job()).await;
    let dead = Working::begin(&world.queue, &sleeper);
    world.until_state(id, JobState::Running).await;
    drop(dead);

    let elsewhere = world.elsewhere(fast()).await;
    let (connection, go_on) = (world.database.connect().await, Arc::new(Notify::new()));
    let gate = go_on.clone();
    let finishes = Does::new(move |context| {
        let (connection, gate) = (connection.clone(), gate.clone());
        async move {
            gate.notified().await;
            let tx = begin(&connection).await;
            mark(&tx, context.job.id, "by the rescuer").await;
            let settlement = context.lease.complete(&tx).await?;
            tx.commit().await?;
            Ok(Verdict::Settled(settlement))
        }
    });
    let _rescuer = Working::begin(&elsewhere, &finishes);
    eventually("rescued", async || (world.job(id).await.attempt == 2).then_some(())).await;

    awake.notify_one();
    let while_the_other_works = refusals.recv().await.unwrap();
    assert_eq!(world.job(id).await.state, JobState::Running);
    go_on.notify_one();
    let done = world.until_state(id, JobState::Done).await;
    awake.notify_one();
    let after_it = refusals.recv().await.unwrap();
    for refused in while_the_other_works.into_iter().chain(after_it) {
        assert!(matches!(refused, Err(SettleError::Stale)), "{refused:?}");
    }
    assert_eq!((done.attempt, done.crash_count), (2, 1));
    assert_eq!(world.marks(id).await, ["by the rescuer"]);
}

#[tokio::test]
async fn a_job_that_kills_its_process_is_given_up_after_three_times() {
    let world = World::with(zombie()).await;
    let deadly = Does::new(async |_| std::future::pending().await);
    let id = world.add(job()).await;
    let other = world.add(job()).await;
    let _dying = Working::begin(&world.queue, &deadly);
    // Takes no jobs itself, but looks after leases.
    let nurse = world.elsewhere(EngineConfig { slots: 0, ..fast() }).await;
    let _nurse = Working::begin(&nurse, &deadly);
    let failed = world.until_state(id, JobState::Failed).await;
    assert_eq!((failed.crash_count, failed.attempt), (3, 3));
    let reason = failed.last_error.unwrap();
    assert_eq!(reason, "The process ended 3 times during this work, so it was given up.");
    world.until_state(other, JobState::Failed).await;
    assert_eq!(world.marks(id).await, ["given up"]);
    assert_eq!(deadly.reasons(), [reason.clone(), reason]);
}

/// When those who depend on a job cannot be told, the job stays where it is, and the
/// next one is rescued all the same.
#[tokio::test]
async fn a_job_that_cannot_be_rescued_holds_up_nobody() {
    let world = World::with(EngineConfig { slots: 2, ..zombie() }).await;
    let deadly = Does::new(async |_| std::future::pending().await);
    let known = world.add(job()).await;
    let unknown = world.add(sourcepilot_jobs_engine::NewJob { kind: "unknown".to_owned(), ..job() }).await;
    let both = {
        let shutdown = tokio_util::sync::CancellationToken::new();
        let registry = sourcepilot_jobs_engine::Registry::new()
            .with(crate::world::KIND, deadly.clone())
            .with("unknown", deadly.clone());
        tokio::spawn(sourcepilot_jobs_engine::Worker::new(world.queue.clone(), registry).run(shutdown))
    };
    let nurse = world.elsewhere(EngineConfig { slots: 0, crash_limit: 1, ..fast() }).await;
    let _nurse = Working::begin(&nurse, &deadly);
    world.until_state(known, JobState::Failed).await;
    assert_eq!(world.job(unknown).await.state, JobState::Running, "nobody here could tell of its end");
    both.abort();
}

#[tokio::test]
async fn only_one_of_many_rescues_a_job() {
    let world = World::with(zombie()).await;
    let deadly = Does::new(async |_| std::future::pending().await);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(world.add(job()).await);
    }
    let dying = Working::begin(&world.queue, &deadly);
    for id in &ids {
        world.until_state(*id, JobState::Running).await;
    }
    dying.stop_taking();
    let mut nurses = Vec::new();
    for _ in 0..4 {
        let nurse = world.elsewhere(EngineConfig { slots: 0, ..fast() }).await;
        nurses.push(Working::begin(&nurse, &deadly));
    }
    for id in ids {
        world.until_state(id, JobState::Ready).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(world.job(id).await.crash_count, 1);
    }
}
