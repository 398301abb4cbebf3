//! A database, workers, and handlers made of closures.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use serde_json::json;
use sourcepilot_jobs_engine::{
    Backoff, EngineConfig, Enqueued, Handler, HandlerError, Job, JobContext, JobId, JobState, NewJob, Queue,
    Registry, Verdict, Worker,
};
use sourcepilot_test_db::TestDb;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const KIND: &str = "test";
pub(crate) const TENANT: Uuid = Uuid::from_u128(1);

pub(crate) struct World {
    pub(crate) database: TestDb,
    pub(crate) connection: DatabaseConnection,
    pub(crate) queue: Queue,
}

/// Short times, so that everything happens within a second or so.
pub(crate) fn fast() -> EngineConfig {
    EngineConfig {
        lease: Duration::from_secs(2),
        heartbeat: Duration::from_millis(300),
        margin: Duration::from_millis(50),
        poll: Duration::from_millis(50),
        sweep: Duration::from_millis(50),
        grace: Duration::from_secs(5),
        backoff: Backoff { base: Duration::from_millis(2), cap: Duration::from_millis(20) },
        ..EngineConfig::default()
    }
}

/// A worker that takes jobs and never renews their leases: as good as dead.
pub(crate) fn zombie() -> EngineConfig {
    EngineConfig {
        lease: Duration::from_millis(150),
        heartbeat: Duration::from_secs(3600),
        sweep: Duration::from_secs(3600),
        ..fast()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        World::with(fast()).await
    }

    pub(crate) async fn with(config: EngineConfig) -> Self {
        let database = TestDb::new().await;
        let connection = database.connect().await;
        connection
            .execute_unprepared("CREATE TABLE marks (job text NOT NULL, mark text NOT NULL)")
            .await
            .expect("a table for marks");
        let queue = Queue::new(connection.clone(), config);
        World { database, connection, queue }
    }

    /// The same queue as another process would have it: other connections, no bell.
    pub(crate) async fn elsewhere(&self, config: EngineConfig) -> Queue {
        Queue::new(self.database.connect().await, config)
    }

    pub(crate) async fn add(&self, new: NewJob) -> JobId {
        match self.queue.enqueue(&self.connection, new).await.expect("enqueue") {
            Enqueued::New(id) => id,
            Enqueued::Exists(id) => panic!("{id} is there already"),
        }
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        self.queue.find(id).await.expect("find").expect("the job is there")
    }

    pub(crate) async fn until_state(&self, id: JobId, state: JobState) -> Job {
        eventually(&format!("{state:?}"), async || {
            let job = self.job(id).await;
            (job.state == state).then_some(job)
        })
        .await
    }

    pub(crate) async fn marks(&self, job: JobId) -> Vec<String> {
        let sql = "SELECT mark FROM marks WHERE job = $1 ORDER BY mark";
        let backend = self.connection.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [job.to_string().into()]);
        let rows = self.connection.query_all_raw(statement).await.expect("marks");
        rows.iter().map(|row| row.try_get("", "mark").expect("mark")).collect()
    }
}

/// Leave a mark, as a job's own writes would.
pub(crate) async fn mark(tx: &impl ConnectionTrait, job: JobId, mark: &str) {
    let sql = "INSERT INTO marks (job, mark) VALUES ($1, $2)";
    let values = [job.to_string().into(), mark.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await.expect("mark");
}

pub(crate) async fn begin(connection: &DatabaseConnection) -> DatabaseTransaction {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    connection.begin_with_options(options).await.expect("begin")
}

pub(crate) fn job() -> NewJob {
    NewJob::new(KIND, TENANT, json!({"n": 1}))
}

/// What `found` finds, within ten seconds.
pub(crate) async fn eventually<T>(what: &str, found: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if let Some(found) = found().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to this within ten seconds: {what}");
}

type Run =
    dyn Fn(JobContext) -> futures::future::BoxFuture<'static, Result<Verdict, HandlerError>> + Send + Sync;

/// A handler made of a closure, which notes what was given up.
#[derive(Clone)]
pub(crate) struct Does {
    run: Arc<Run>,
    limit: Duration,
    pub(crate) reasons: Arc<Mutex<Vec<String>>>,
}

impl Does {
    pub(crate) fn new<F, Fut>(run: F) -> Self
    where
        F: Fn(JobContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Verdict, HandlerError>> + Send + 'static,
    {
        let run: Arc<Run> = Arc::new(move |context| Box::pin(run(context)));
        Does { run, limit: Duration::from_secs(60), reasons: Arc::default() }
    }

    pub(crate) fn within(self, limit: Duration) -> Self {
        Does { limit, ..self }
    }

    pub(crate) fn reasons(&self) -> Vec<String> {
        self.reasons.lock().expect("reasons").clone()
    }
}

#[async_trait]
impl Handler for Does {
    async fn run(&self, context: JobContext) -> Result<Verdict, HandlerError> {
        (self.run)(context).await
    }

    async fn given_up(&self, tx: &DatabaseTransaction, job: &Job, reason: &str) -> Result<(), HandlerError> {
        mark(tx, job.id, "given up").await;
        self.reasons.lock().expect("reasons").push(reason.to_owned());
        Ok(())
    }

    fn time_limit(&self) -> Duration {
        self.limit
    }
}

/// A worker that stops when told, or when the test ends.
pub(crate) struct Working {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Working {
    pub(crate) fn begin(queue: &Queue, handler: &Does) -> Self {
        let shutdown = CancellationToken::new();
        let registry = Registry::new().with(KIND, handler.clone());
        let task = tokio::spawn(Worker::new(queue.clone(), registry).run(shutdown.clone()));
        Working { shutdown, task }
    }

    /// Tell it to stop, without waiting for it.
    pub(crate) fn stop_taking(&self) {
        self.shutdown.cancel();
    }

    pub(crate) async fn stop(mut self) {
        self.shutdown.cancel();
        (&mut self.task).await.expect("the worker ends");
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.task.abort();
    }
}
