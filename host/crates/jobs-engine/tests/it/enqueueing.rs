use std::collections::HashMap;
use std::time::Duration;

use sourcepilot_jobs_engine::{Enqueued, JobState, NewJob, Verdict};

use crate::world::{Does, KIND, Working, World, begin, job};

fn once() -> NewJob {
    NewJob { unique_key: Some("once".to_owned()), ..job() }
}

#[tokio::test]
async fn a_job_is_part_of_the_transaction_that_makes_it() {
    let world = World::new().await;
    let tx = begin(&world.connection).await;
    let gone = world.queue.enqueue(&tx, job()).await.unwrap().id();
    tx.rollback().await.unwrap();
    let tx = begin(&world.connection).await;
    let kept = world.queue.enqueue(&tx, job()).await.unwrap().id();
    tx.commit().await.unwrap();
    assert_eq!(world.queue.find(gone).await.unwrap(), None);
    assert_eq!(world.job(kept).await.state, JobState::Ready);
}

#[tokio::test]
async fn a_unique_key_covers_what_is_not_finished() {
    let world = World::new().await;
    let first = world.add(once()).await;
    let again = world.queue.enqueue(&world.connection, once()).await.unwrap();
    assert_eq!(again, Enqueued::Exists(first));

    let queue = world.queue.clone();
    let connection = world.connection.clone();
    let while_running = Does::new(move |_| {
        let (queue, connection) = (queue.clone(), connection.clone());
        async move {
            let again = queue.enqueue(&connection, once()).await?;
            assert!(matches!(again, Enqueued::Exists(_)));
            Ok(Verdict::Done)
        }
    });
    let worker = Working::begin(&world.queue, &while_running);
    let done = world.until_state(first, JobState::Done).await;
    assert_eq!(done.attempt, 1, "{:?}", done.last_error);
    worker.stop().await;

    let next = world.queue.enqueue(&world.connection, once()).await.unwrap();
    assert!(matches!(next, Enqueued::New(_)));
    assert_eq!(world.queue.find_by_key("once").await.unwrap().unwrap().id, next.id());
}

/// The unfinished job may end between the insertion that met it and the look at it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_becomes_free_meanwhile_is_no_error() {
    let world = World::new().await;
    let (queue, connection) = (world.queue.clone(), world.connection.clone());
    let ending = tokio::spawn(async move {
        loop {
            queue.cancel_by_key(&connection, "once").await.unwrap();
        }
    });
    for round in 0..1000 {
        let outcome = world.queue.enqueue(&world.connection, once()).await;
        assert!(outcome.is_ok(), "round {round}: {outcome:?}");
    }
    ending.abort();
}

#[tokio::test]
async fn twenty_at_the_same_time_make_one_unique_job() {
    let world = World::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (queue, connection) = (world.queue.clone(), world.connection.clone());
        tasks.spawn(async move { queue.enqueue(&connection, once()).await.unwrap() });
    }
    let mut outcomes: HashMap<bool, usize> = HashMap::new();
    for outcome in tasks.join_all().await {
        *outcomes.entry(matches!(outcome, Enqueued::New(_))).or_default() += 1;
    }
    assert_eq!(outcomes, HashMap::from([(true, 1), (false, 19)]));
}

#[tokio::test]
async fn a_delayed_job_waits_and_a_lower_priority_number_goes_first() {
    let world = World::with(sourcepilot_jobs_engine::EngineConfig { slots: 1, ..crate::world::fast() }).await;
    let late = world.add(NewJob { delay: Duration::from_millis(600), priority: -9, ..job() }).await;
    let second = world.add(NewJob { priority: 5, ..job() }).await;
    let first = world.add(NewJob { priority: -5, ..job() }).await;
    let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = order.clone();
    let note = Does::new(move |context| {
        seen.lock().unwrap().push(context.job.id);
        async { Ok(Verdict::Done) }
    });
    let _worker = Working::begin(&world.queue, &note);
    world.until_state(late, JobState::Done).await;
    assert_eq!(*order.lock().unwrap(), [first, second, late]);
}

#[tokio::test]
async fn a_worker_leaves_kinds_alone_that_it_does_not_know() {
    let world = World::new().await;
    let unknown = world.add(NewJob { kind: "of the next release".to_owned(), ..job() }).await;
    let known = world.add(job()).await;
    let _worker = Working::begin(&world.queue, &Does::new(async |_| Ok(Verdict::Done)));
    world.until_state(known, JobState::Done).await;
    assert_eq!(world.job(unknown).await.state, JobState::Ready);
}

#[tokio::test]
async fn finished_jobs_are_removed_when_they_are_old_and_counted_until_then() {
    let config =
        sourcepilot_jobs_engine::EngineConfig { keep_finished: Duration::ZERO, ..crate::world::fast() };
    let world = World::new().await;
    let waiting = world.add(NewJob { delay: Duration::from_secs(60), ..job() }).await;
    let done = world.add(job()).await;
    let worker = Working::begin(&world.queue, &Does::new(async |_| Ok(Verdict::Done)));
    world.until_state(done, JobState::Done).await;
    worker.stop().await;
    let counts = world.queue.count().await.unwrap();
    assert_eq!(
        counts.iter().map(|c| (c.kind.as_str(), c.state, c.number)).collect::<Vec<_>>(),
        [(KIND, JobState::Done, 1), (KIND, JobState::Ready, 1)]
    );
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(world.elsewhere(config).await.remove_finished().await.unwrap(), 1);
    assert_eq!(world.queue.find(done).await.unwrap(), None);
    assert_eq!(world.job(waiting).await.state, JobState::Ready);
}
