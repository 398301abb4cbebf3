use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sourcepilot_jobs_engine::{EngineConfig, JobId, JobState, NewJob, Queue, Verdict};
use sourcepilot_migrations::{Migrator, MigratorTrait};
use sourcepilot_test_db::Postgres;
use uuid::Uuid;

use crate::world::{Does, Working, fast, job};

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(8).acquire_timeout(Duration::from_secs(2)).sqlx_logging(false);
    Database::connect(options).await.expect("connect")
}

async fn finished(queue: &Queue) -> u64 {
    let counts = queue.count().await.unwrap_or_default();
    counts.iter().filter(|count| count.state == JobState::Done).map(|count| count.number).sum()
}

/// Is under way until it is dropped, however that comes.
struct Here(Arc<Mutex<HashSet<JobId>>>, JobId);

impl Drop for Here {
    fn drop(&mut self) {
        self.0.lock().unwrap().remove(&self.1);
    }
}

/// The database crashes three times under load: every job is done, and none was begun
/// by two while its lease held.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crashes_of_the_database_lose_nothing() {
    if std::env::var("TEST_DATABASE_URL").is_err() {
        // Only a server can crash by itself.
        return;
    }
    let server = tokio::task::spawn_blocking(|| Postgres::start().expect("a server")).await.expect("started");
    let connection = connect(server.url()).await;
    Migrator::up(&connection, None).await.expect("up");
    let config = EngineConfig { lease: Duration::from_secs(5), ..fast() };
    let queue = Queue::new(connection.clone(), config.clone());
    for number in 0..300u128 {
        let new = NewJob { tenant: Uuid::from_u128(number % 10), max_attempts: 50, ..job() };
        queue.enqueue(&connection, new).await.expect("enqueue");
    }
    let running: Arc<Mutex<HashSet<JobId>>> = Arc::default();
    let overlaps: Arc<Mutex<Vec<JobId>>> = Arc::default();
    let (seen, doubled) = (running.clone(), overlaps.clone());
    let works = Does::new(move |context| {
        let (running, overlaps) = (seen.clone(), doubled.clone());
        async move {
            let id = context.job.id;
            if !running.lock().unwrap().insert(id) {
                overlaps.lock().unwrap().push(id);
            }
            let _here = Here(running, id);
            tokio::time::sleep(Duration::from_millis(30)).await;
            Ok(Verdict::Done)
        }
    });
    let mut workers = Vec::new();
    for _ in 0..2 {
        let queue = Queue::new(connect(server.url()).await, config.clone());
        workers.push(Working::begin(&queue, &works));
    }
    let server = Arc::new(server);
    for crash in 1..=3 {
        while finished(&queue).await < crash * 60 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let server = server.clone();
        tokio::task::spawn_blocking(move || server.crash_and_restart().expect("back"))
            .await
            .expect("restarted");
    }
    let begun = std::time::Instant::now();
    while finished(&queue).await < 300 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} of 300 are done", finished(&queue).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(*overlaps.lock().unwrap(), [], "two were at the same job");
    connection.close().await.expect("close");
    tokio::task::spawn_blocking(move || drop(server)).await.expect("stopped");
}
