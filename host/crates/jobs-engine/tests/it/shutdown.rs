use std::time::{Duration, Instant};

use sourcepilot_jobs_engine::{EngineConfig, JobState, Verdict};

use crate::world::{Does, Working, World, fast, job};

#[tokio::test]
async fn running_jobs_are_finished_and_no_more_are_taken() {
    let world = World::with(EngineConfig { slots: 1, ..fast() }).await;
    let slow = Does::new(async |_| {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(Verdict::Done)
    });
    let first = world.add(job()).await;
    let second = world.add(job()).await;
    let worker = Working::begin(&world.queue, &slow);
    world.until_state(first, JobState::Running).await;
    worker.stop().await;
    assert_eq!(world.job(first).await.state, JobState::Done);
    assert_eq!(world.job(second).await.state, JobState::Ready);
}

#[tokio::test]
async fn what_does_not_end_in_time_is_given_back_without_an_attempt() {
    let world = World::with(EngineConfig { grace: Duration::from_millis(200), ..fast() }).await;
    let stuck = Does::new(async |_| std::future::pending().await);
    let mut ids = Vec::new();
    for number in 0..6 {
        let tenant = uuid::Uuid::from_u128(number);
        ids.push(world.add(sourcepilot_jobs_engine::NewJob { tenant, ..job() }).await);
    }
    let worker = Working::begin(&world.queue, &stuck);
    for id in &ids {
        world.until_state(*id, JobState::Running).await;
    }
    let begun = Instant::now();
    worker.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    for id in &ids {
        let job = world.job(*id).await;
        assert_eq!((job.state, job.attempt, job.crash_count), (JobState::Ready, 0, 0));
    }
    // Somebody else can have them at once.
    let _next = Working::begin(&world.elsewhere(fast()).await, &Does::new(async |_| Ok(Verdict::Done)));
    for id in ids {
        assert_eq!(world.until_state(id, JobState::Done).await.attempt, 1);
    }
}

#[tokio::test]
async fn a_long_job_keeps_its_lease_during_the_shutdown() {
    let config =
        EngineConfig { lease: Duration::from_millis(500), heartbeat: Duration::from_millis(80), ..fast() };
    let world = World::with(config.clone()).await;
    let long = Does::new(async |_| {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        Ok(Verdict::Done)
    });
    let id = world.add(job()).await;
    let worker = Working::begin(&world.queue, &long);
    world.until_state(id, JobState::Running).await;
    let nurse = world.elsewhere(EngineConfig { slots: 0, ..config }).await;
    let _nurse = Working::begin(&nurse, &long);
    worker.stop().await;
    let done = world.job(id).await;
    assert_eq!((done.state, done.attempt, done.crash_count), (JobState::Done, 1, 0));
}
