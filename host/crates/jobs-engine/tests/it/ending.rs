use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sourcepilot_jobs_engine::{JobState, NewJob, SettleError, Verdict};

use crate::world::{Does, Working, World, begin, job, mark};

#[tokio::test]
async fn what_a_job_writes_is_committed_with_its_end() {
    let world = World::new().await;
    let connection = world.connection.clone();
    let writes = Does::new(move |context| {
        let connection = connection.clone();
        async move {
            let tx = begin(&connection).await;
            mark(&tx, context.job.id, "written").await;
            let settlement = context.lease.complete(&tx).await?;
            tx.commit().await?;
            Ok(Verdict::Settled(settlement))
        }
    });
    let id = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &writes);
    world.until_state(id, JobState::Done).await;
    assert_eq!(world.marks(id).await, ["written"]);
}

#[tokio::test]
async fn errors_and_panics_are_tried_again() {
    let world = World::new().await;
    let stumbles = Does::new(async |context| match context.job.attempt {
        1 => Err("a stone".into()),
        2 => panic!("a wall"),
        3 => Ok(Verdict::Retry { reason: "not yet".to_owned(), after: None }),
        _ => Ok(Verdict::Done),
    });
    let id = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &stumbles);
    let done = world.until_state(id, JobState::Done).await;
    assert_eq!((done.attempt, done.last_error.as_deref(), done.crash_count), (4, Some("not yet"), 0));
}

#[tokio::test]
async fn the_last_attempt_is_given_up_and_told_in_one_transaction() {
    let world = World::new().await;
    let never = Does::new(async |_| Ok(Verdict::Retry { reason: "never".to_owned(), after: None }));
    let id = world.add(NewJob { max_attempts: 3, ..job() }).await;
    let _worker = Working::begin(&world.queue, &never);
    let failed = world.until_state(id, JobState::Failed).await;
    assert_eq!((failed.attempt, failed.last_error.as_deref()), (3, Some("never")));
    assert_eq!(world.marks(id).await, ["given up"]);
    assert_eq!(never.reasons(), ["never"]);
}

#[tokio::test]
async fn a_hopeless_job_is_given_up_at_once() {
    let world = World::new().await;
    let hopeless = Does::new(async |_| Ok(Verdict::Fail { reason: "hopeless".to_owned() }));
    let id = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &hopeless);
    let failed = world.until_state(id, JobState::Failed).await;
    assert_eq!((failed.attempt, hopeless.reasons()), (1, vec!["hopeless".to_owned()]));
}

#[tokio::test]
async fn waiting_for_others_is_no_attempt() {
    let world = World::new().await;
    let times = Arc::new(AtomicU32::new(0));
    let counted = times.clone();
    let patient = Does::new(move |_| {
        let before = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            let after = Duration::from_millis(5);
            Ok(if before < 12 { Verdict::Later { reason: "full".to_owned(), after } } else { Verdict::Done })
        }
    });
    let id = world.add(NewJob { max_attempts: 2, ..job() }).await;
    let _worker = Working::begin(&world.queue, &patient);
    let done = world.until_state(id, JobState::Done).await;
    assert_eq!((done.attempt, times.load(Ordering::SeqCst)), (1, 13));
}

#[tokio::test]
async fn a_longer_wait_than_the_usual_one_is_kept() {
    let world = World::new().await;
    let asked = Does::new(async |context| {
        let after = Some(Duration::from_millis(400));
        let again = Verdict::Retry { reason: "later".to_owned(), after };
        Ok(if context.job.attempt == 1 { again } else { Verdict::Done })
    });
    let begun = Instant::now();
    let id = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &asked);
    world.until_state(id, JobState::Done).await;
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_ended() {
    let world = World::new().await;
    let slow = Does::new(async |context| {
        if context.job.attempt == 1 {
            std::future::pending::<()>().await;
        }
        Ok(Verdict::Done)
    })
    .within(Duration::from_millis(100));
    let id = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &slow);
    assert_eq!(world.until_state(id, JobState::Done).await.attempt, 2);
}

#[tokio::test]
async fn a_cancelled_job_is_not_begun() {
    let world = World::new().await;
    let id = world.add(NewJob { unique_key: Some("k".to_owned()), ..job() }).await;
    assert_eq!(world.queue.cancel_by_key(&world.connection, "k").await.unwrap(), Some(id));
    assert_eq!(world.queue.cancel_by_key(&world.connection, "k").await.unwrap(), None);
    let other = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &Does::new(async |_| Ok(Verdict::Done)));
    world.until_state(other, JobState::Done).await;
    let cancelled = world.job(id).await;
    assert_eq!((cancelled.state, cancelled.attempt), (JobState::Cancelled, 0));
}

/// Cancel a running job and answer what its worker still trusted when it heard of it.
async fn cancelled_while_running(announce: bool, within: Duration) -> Duration {
    let world = World::new().await;
    let (began, mut beginnings) = tokio::sync::mpsc::unbounded_channel();
    let (heard, mut hearings) = tokio::sync::mpsc::unbounded_channel();
    let listens = Does::new(move |context| {
        let (began, heard) = (began.clone(), heard.clone());
        async move {
            began.send(()).unwrap();
            context.lease.ended().cancelled().await;
            heard.send(context.lease.remaining()).unwrap();
            Ok(Verdict::Done)
        }
    });
    let id = world.add(NewJob { unique_key: Some("k".to_owned()), ..job() }).await;
    let _worker = Working::begin(&world.queue, &listens);
    beginnings.recv().await.unwrap();
    let cancelled = world.queue.cancel_by_key(&world.connection, "k").await.unwrap().unwrap();
    if announce {
        world.queue.announce_cancelled(cancelled);
    }
    let remaining = tokio::time::timeout(within, hearings.recv()).await;
    assert_eq!(world.job(id).await.state, JobState::Cancelled);
    remaining.expect("it was heard in time").unwrap()
}

#[tokio::test]
async fn whoever_works_on_a_cancelled_job_hears_of_it_at_once() {
    assert_eq!(cancelled_while_running(true, Duration::from_millis(250)).await, Duration::ZERO);
}

#[tokio::test]
async fn without_a_bell_a_cancel_is_noticed_at_the_next_renewal() {
    assert_eq!(cancelled_while_running(false, Duration::from_millis(1500)).await, Duration::ZERO);
}

/// Of a cancel and a completion at the same time exactly one happens, with everything
/// that belongs to it.
#[tokio::test]
async fn a_cancel_and_a_completion_never_both_happen() {
    let world = World::new().await;
    let connection = world.connection.clone();
    let completes = Does::new(move |context| {
        let connection = connection.clone();
        async move {
            let tx = begin(&connection).await;
            mark(&tx, context.job.id, "completed").await;
            match context.lease.complete(&tx).await {
                Ok(settlement) => {
                    tx.commit().await?;
                    Ok(Verdict::Settled(settlement))
                }
                Err(SettleError::Stale) => {
                    tx.rollback().await?;
                    Ok(Verdict::Done)
                }
                Err(error) => Err(error.into()),
            }
        }
    });
    let _worker = Working::begin(&world.queue, &completes);
    let mut ends = [0, 0];
    for round in 0..60 {
        let key = format!("round {round}");
        let id = world.add(NewJob { unique_key: Some(key.clone()), ..job() }).await;
        world.queue.wake();
        tokio::time::sleep(Duration::from_micros(round * 150)).await;
        let tx = begin(&world.connection).await;
        let cancelled = world.queue.cancel_by_key(&tx, &key).await.unwrap().is_some();
        if cancelled {
            mark(&tx, id, "cancelled").await;
        }
        tx.commit().await.unwrap();
        let state = if cancelled { JobState::Cancelled } else { JobState::Done };
        world.until_state(id, state).await;
        let expected = if cancelled { "cancelled" } else { "completed" };
        assert_eq!(world.marks(id).await, [expected]);
        ends[usize::from(cancelled)] += 1;
    }
    assert!(ends.iter().all(|number| *number > 0), "the race was never open: {ends:?}");
}
