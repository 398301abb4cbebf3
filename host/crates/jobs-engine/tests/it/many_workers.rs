use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sourcepilot_jobs_engine::{
    EngineConfig, JobId, JobState, Lane, LocalWakeups, NewJob, Queue, Signal, Verdict, Wakeups,
};
use uuid::Uuid;

use crate::world::{Does, Working, World, eventually, fast, job};

/// How many are under way by name, and the most there ever were.
#[derive(Clone, Default)]
struct Gauge(Arc<Mutex<HashMap<String, (u32, u32)>>>);

impl Gauge {
    fn enter(&self, name: &str) {
        let mut all = self.0.lock().unwrap();
        let (now, most) = all.entry(name.to_owned()).or_default();
        *now += 1;
        *most = (*most).max(*now);
    }

    fn leave(&self, name: &str) {
        self.0.lock().unwrap().get_mut(name).unwrap().0 -= 1;
    }

    fn most(&self, prefix: &str) -> u32 {
        let all = self.0.lock().unwrap();
        all.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, (_, most))| *most).max().unwrap_or(0)
    }
}

/// Eight workers with connections of their own, 240 jobs of six tenants with two shops
/// each: every job is done once, and nowhere are more under way than may be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_is_done_once_and_the_caps_hold() {
    let world = World::new().await;
    let gauge = Gauge::default();
    let runs: Arc<Mutex<HashMap<JobId, u32>>> = Arc::default();
    let (measured, counted) = (gauge.clone(), runs.clone());
    let works = Does::new(move |context| {
        let (gauge, runs) = (measured.clone(), counted.clone());
        async move {
            let tenant = format!("tenant {}", context.job.tenant);
            let lane = format!("lane {} {}", context.job.tenant, context.job.payload["lane"]);
            *runs.lock().unwrap().entry(context.job.id).or_default() += 1;
            gauge.enter(&tenant);
            gauge.enter(&lane);
            tokio::time::sleep(Duration::from_millis(40)).await;
            gauge.leave(&lane);
            gauge.leave(&tenant);
            Ok(Verdict::Done)
        }
    });
    let mut ids = Vec::new();
    for number in 0..240u128 {
        let lane = number / 6 % 2;
        let payload = serde_json::json!({"lane": lane.to_string()});
        let lane = Some(Lane::new(format!("shop {lane}")));
        let tenant = Uuid::from_u128(number % 6);
        ids.push(world.add(NewJob { tenant, lane, payload, ..job() }).await);
    }
    let mut workers = Vec::new();
    for _ in 0..8 {
        let config = EngineConfig { tenant_cap: 3, slots: 4, lease: Duration::from_secs(20), ..fast() };
        workers.push(Working::begin(&world.elsewhere(config).await, &works));
    }
    eventually("240 done", async || {
        let counts = world.queue.count().await.unwrap();
        counts.iter().any(|count| count.state == JobState::Done && count.number == 240).then_some(())
    })
    .await;
    for worker in workers {
        worker.stop().await;
    }
    let runs = runs.lock().unwrap();
    assert!(ids.iter().all(|id| runs.get(id) == Some(&1)), "some job was not done exactly once");
    assert!(gauge.most("tenant") <= 3, "{} of a tenant", gauge.most("tenant"));
    assert!(gauge.most("lane") <= 2, "{} of a lane", gauge.most("lane"));
    assert_eq!(gauge.most("lane"), 2, "the lanes were used");
}

/// A tenant with much to do does not make another one wait.
#[tokio::test]
async fn tenants_take_turns() {
    let config = EngineConfig { slots: 2, ..fast() };
    let world = World::with(config).await;
    let order: Arc<Mutex<Vec<Uuid>>> = Arc::default();
    let seen = order.clone();
    let notes = Does::new(move |context| {
        seen.lock().unwrap().push(context.job.tenant);
        async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok(Verdict::Done)
        }
    });
    let (busy, small) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for _ in 0..30 {
        world.add(NewJob { tenant: busy, ..job() }).await;
    }
    let last = world.add(NewJob { tenant: small, ..job() }).await;
    let _worker = Working::begin(&world.queue, &notes);
    world.until_state(last, JobState::Done).await;
    let place = order.lock().unwrap().iter().position(|tenant| *tenant == small).unwrap();
    assert!(place <= 2, "the other tenant's only job came at place {place}");
}

/// Jobs for a shop that has all it can take do not hold up those for another shop of
/// the same merchant.
#[tokio::test]
async fn a_full_lane_is_passed_by() {
    let world = World::new().await;
    let waits = Does::new(async |context| {
        if context.job.payload == serde_json::json!("stuck") {
            std::future::pending::<()>().await;
        }
        Ok(Verdict::Done)
    });
    let to = |shop: &str, payload: &str| NewJob {
        lane: Some(Lane::new(shop)),
        payload: serde_json::json!(payload),
        ..job()
    };
    for _ in 0..10 {
        world.add(to("slow", "stuck")).await;
    }
    let quick = world.add(to("quick", "")).await;
    let _worker = Working::begin(&world.queue, &waits);
    world.until_state(quick, JobState::Done).await;
    let running = eventually("two running", async || {
        let counts = world.queue.count().await.unwrap();
        counts.iter().find(|count| count.state == JobState::Running).map(|count| count.number)
    });
    assert_eq!(running.await, 2);
}

/// Six workers hear the same bell and claim at the same moment: together they take no
/// more than the cap allows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_at_the_same_moment_keep_the_cap() {
    let world = World::new().await;
    let gauge = Gauge::default();
    let measured = gauge.clone();
    let works = Does::new(move |_| {
        let gauge = measured.clone();
        async move {
            gauge.enter("tenant");
            tokio::time::sleep(Duration::from_millis(5)).await;
            gauge.leave("tenant");
            Ok(Verdict::Done)
        }
    });
    let bell = Arc::new(LocalWakeups::default());
    let config = EngineConfig { tenant_cap: 1, poll: Duration::from_millis(500), ..fast() };
    let mut workers = Vec::new();
    for _ in 0..6 {
        let queue = Queue::with_wakeups(world.database.connect().await, config.clone(), bell.clone());
        workers.push(Working::begin(&queue, &works));
    }
    // Every new job goes before the former ones, so that claims do not happen to agree
    // on which one is next.
    let mut ids = Vec::new();
    for number in 0..200 {
        ids.push(world.add(NewJob { priority: -number, ..job() }).await);
        bell.send(Signal::Work);
    }
    for id in ids {
        world.until_state(id, JobState::Done).await;
    }
    assert_eq!(gauge.most("tenant"), 1);
}

/// More lanes than one claim looks at: each comes to its turn.
#[tokio::test]
async fn no_lane_is_overlooked_among_many() {
    let world = World::with(EngineConfig { slots: 64, ..fast() }).await;
    let mut ids = Vec::new();
    for number in 0..350u128 {
        ids.push(world.add(NewJob { tenant: Uuid::from_u128(number << 64), ..job() }).await);
    }
    let _worker = Working::begin(&world.queue, &Does::new(async |_| Ok(Verdict::Done)));
    for id in ids {
        world.until_state(id, JobState::Done).await;
    }
}

#[tokio::test]
async fn a_bell_saves_the_wait() {
    let config = EngineConfig { poll: Duration::from_secs(3600), ..fast() };
    let world = World::with(config).await;
    let _worker = Working::begin(&world.queue, &Does::new(async |_| Ok(Verdict::Done)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let id = world.add(job()).await;
    world.queue.wake();
    world.until_state(id, JobState::Done).await;
}
