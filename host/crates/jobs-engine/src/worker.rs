use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::claim::{Claimed, begin};
use crate::config::jittered;
use crate::running::{Attempt, Running};
use crate::{
    EngineError, Handler, HandlerError, JobContext, Queue, Registry, SettleError, Signal, Verdict, rescue,
};

/// Does jobs until it is told to stop.
#[derive(Debug)]
pub struct Worker {
    queue: Queue,
    registry: Registry,
}

/// What became of an attempt.
enum Outcome {
    Verdict(Verdict),
    Error(String),
    LeaseEnded,
    Dropped,
}

struct Crew {
    queue: Queue,
    registry: Registry,
    running: Running,
    attempts: TaskTracker,
}

impl Worker {
    /// A worker that does the registered kinds of jobs.
    #[must_use]
    pub fn new(queue: Queue, registry: Registry) -> Self {
        Worker { queue, registry }
    }

    /// Work until `shutdown`; then take no more jobs, let the running ones go on for
    /// the configured grace, and give back what is left without counting the attempt.
    /// A database that does not answer is waited for.
    pub async fn run(self, shutdown: CancellationToken) {
        let Worker { queue, registry } = self;
        let crew =
            Arc::new(Crew { queue, registry, running: Running::default(), attempts: TaskTracker::new() });
        let ended = CancellationToken::new();
        let helpers = TaskTracker::new();
        helpers.spawn(until(ended.clone(), Arc::clone(&crew).keep_leases()));
        helpers.spawn(until(ended.clone(), Arc::clone(&crew).hear_cancellations()));
        helpers.spawn(until(shutdown.clone(), Arc::clone(&crew).sweep()));
        helpers.close();
        Arc::clone(&crew).take_jobs(&shutdown).await;
        crew.wind_up().await;
        ended.cancel();
        helpers.wait().await;
    }
}

async fn until(end: CancellationToken, work: impl Future<Output = ()>) {
    end.run_until_cancelled(work).await;
}

impl Crew {
    async fn take_jobs(self: Arc<Self>, shutdown: &CancellationToken) {
        let slots = Arc::new(Semaphore::new(self.queue.config().slots));
        let kinds = self.registry.kinds();
        let mut bell = self.queue.wakeups().listen();
        while !shutdown.is_cancelled() {
            let free = tokio::select! {
                () = shutdown.cancelled() => return,
                permit = Arc::clone(&slots).acquire_owned() => permit,
            };
            let Ok(first) = free else { return };
            let mut permits = vec![first];
            permits.extend(std::iter::from_fn(|| Arc::clone(&slots).try_acquire_owned().ok()));
            let found = match self.queue.claim(&kinds, permits.len()).await {
                Ok(claimed) => {
                    let found = claimed.len();
                    for (claimed, permit) in claimed.into_iter().zip(permits) {
                        Arc::clone(&self).begin_attempt(claimed, permit);
                    }
                    found
                }
                Err(error) => {
                    tracing::error!(error = %error, "no jobs can be taken at present");
                    0
                }
            };
            if found == 0 {
                let poll = jittered(self.queue.config().poll, rand::random());
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = rung(&mut bell) => {}
                    () = self.running.one_ended() => {}
                    () = sleep(poll) => {}
                }
            }
        }
    }

    fn begin_attempt(self: Arc<Self>, claimed: Claimed, permit: OwnedSemaphorePermit) {
        let attempt = self.running.begin(claimed.lease.clone());
        let span = tracing::info_span!(
            "job",
            job.id = %claimed.job.id,
            job.kind = %claimed.job.kind,
            job.attempt = claimed.job.attempt
        );
        let tracker = self.attempts.clone();
        let work = async move {
            self.attempt(claimed, &attempt).await;
            // The slot first, then the notice that there is one.
            drop(permit);
            drop(attempt);
        };
        tracker.spawn(work.instrument(span));
    }

    async fn attempt(&self, claimed: Claimed, attempt: &Attempt) {
        let Claimed { job, lease } = claimed;
        let Some(handler) = self.registry.get(&job.kind) else { return };
        let context = JobContext { job, lease };
        let outcome = self.outcome(&handler, &context, &attempt.drop_it).await;
        let settled = match outcome {
            Outcome::Verdict(verdict) => self.settle(&handler, &context, verdict).await,
            Outcome::Error(error) => {
                tracing::warn!(error, "an attempt ended with an error");
                let reason = "It ended with an unexpected error.".to_owned();
                self.settle(&handler, &context, Verdict::Retry { reason, after: None }).await
            }
            Outcome::LeaseEnded => Ok(()),
            Outcome::Dropped => {
                let rest = self.queue.config().margin;
                let released = context.lease.release(self.queue.conn(), rest).await;
                released.map(|_| ()).map_err(Into::into)
            }
        };
        match settled {
            Ok(()) => {}
            Err(SettleFailure::Stale) => tracing::info!("the job was cancelled or is somebody else's now"),
            // The lease runs out, and the job is rescued.
            Err(SettleFailure::Other(error)) => tracing::error!(error = %error, "an attempt was not settled"),
        }
        context.lease.end();
    }

    async fn outcome(
        &self,
        handler: &Arc<dyn Handler>,
        context: &JobContext,
        drop_it: &CancellationToken,
    ) -> Outcome {
        let limit = handler.time_limit();
        let run = AssertUnwindSafe(handler.run(context.clone())).catch_unwind();
        let margin = self.queue.config().margin;
        let ended = context.lease.ended();
        // Once the lease has ended the handler gets a moment to notice.
        let cut = async {
            ended.cancelled().await;
            sleep(margin).await;
        };
        tokio::select! {
            biased;
            () = drop_it.cancelled() => Outcome::Dropped,
            done = timeout(limit, run) => match done {
                _ if ended.is_cancelled() => Outcome::LeaseEnded,
                Ok(Ok(Ok(verdict))) => Outcome::Verdict(verdict),
                Ok(Ok(Err(error))) => Outcome::Error(error.to_string()),
                Ok(Err(panic)) => Outcome::Error(panic_text(&*panic)),
                Err(_) => Outcome::Error(format!("it took longer than {} seconds", limit.as_secs())),
            },
            () = cut => Outcome::LeaseEnded,
        }
    }

    /// Do what the verdict says, again and again while the database does not answer
    /// and the lease lasts.
    async fn settle(
        &self,
        handler: &Arc<dyn Handler>,
        context: &JobContext,
        verdict: Verdict,
    ) -> Result<(), SettleFailure> {
        if let Verdict::Settled(_) = verdict {
            return Ok(());
        }
        let mut pause = Duration::from_millis(50);
        loop {
            match self.settle_once(handler, context, &verdict).await {
                Err(SettleFailure::Other(error)) if context.lease.remaining() > pause => {
                    tracing::warn!(error = %error, "an attempt could not be settled yet");
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
                other => return other,
            }
        }
    }

    async fn settle_once(
        &self,
        handler: &Arc<dyn Handler>,
        context: &JobContext,
        verdict: &Verdict,
    ) -> Result<(), SettleFailure> {
        let JobContext { job, lease } = context;
        let conn = self.queue.conn();
        match verdict {
            Verdict::Settled(_) => {}
            Verdict::Done => drop(lease.complete(conn).await?),
            Verdict::Later { reason, after } => drop(lease.reschedule(conn, reason, *after).await?),
            Verdict::Retry { reason, after } if !job.is_last_attempt() => {
                let wait = self.queue.backoff(job.attempt).max(after.unwrap_or_default());
                drop(lease.retry(conn, reason, wait).await?);
            }
            Verdict::Retry { reason, .. } | Verdict::Fail { reason } => {
                give_up(&self.queue, handler, context, reason).await?;
            }
        }
        Ok(())
    }

    /// Renew all leases in one statement, often enough that none runs out.
    async fn keep_leases(self: Arc<Self>) {
        let every = self.queue.config().heartbeat;
        let mut due = Instant::now() + every;
        loop {
            sleep_until(due).await;
            let leases = self.running.leases();
            due = match self.queue.renew(&leases).await {
                Ok(()) => Instant::now() + jittered(every, rand::random::<f64>() * 0.5),
                Err(error) => {
                    tracing::error!(error = %error, "leases could not be renewed");
                    leases.iter().filter(|lease| lease.remaining().is_zero()).for_each(crate::Lease::end);
                    Instant::now() + (every / 10)
                }
            };
        }
    }

    async fn hear_cancellations(self: Arc<Self>) {
        let mut bell = self.queue.wakeups().listen();
        loop {
            match bell.recv().await {
                Ok(Signal::Cancelled(job)) => self.running.end_lease(job),
                // What was missed shows at the next renewal.
                Ok(Signal::Work) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return std::future::pending().await,
            }
        }
    }

    async fn sweep(self: Arc<Self>) {
        loop {
            if let Err(error) = rescue::sweep(&self.queue, &self.registry).await {
                tracing::error!(error = %error, "expired leases could not be looked for");
            }
            if let Err(error) = self.queue.remove_finished().await {
                tracing::error!(error = %error, "finished jobs could not be removed");
            }
            sleep(jittered(self.queue.config().sweep, rand::random())).await;
        }
    }

    async fn wind_up(&self) {
        self.attempts.close();
        let grace = self.queue.config().grace;
        if timeout(grace, self.attempts.wait()).await.is_err() {
            tracing::warn!("jobs that did not end in time are given back");
            self.running.drop_all();
            self.attempts.wait().await;
        }
        debug_assert!(self.running.is_empty(), "every attempt takes itself out");
    }
}

enum SettleFailure {
    Stale,
    Other(HandlerError),
}

impl From<SettleError> for SettleFailure {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::Stale => SettleFailure::Stale,
            SettleError::Database(error) => SettleFailure::Other(error.into()),
        }
    }
}

impl From<EngineError> for SettleFailure {
    fn from(error: EngineError) -> Self {
        SettleFailure::Other(error.into())
    }
}

/// Mark the job as failed and tell those who depend on it, in one transaction.
async fn give_up(
    queue: &Queue,
    handler: &Arc<dyn Handler>,
    context: &JobContext,
    reason: &str,
) -> Result<(), SettleFailure> {
    let tx = begin(queue.conn()).await?;
    let JobContext { job, lease } = context;
    drop(lease.fail(&tx, reason).await?);
    handler.given_up(&tx, job, reason).await.map_err(SettleFailure::Other)?;
    tx.commit().await.map_err(|error| SettleFailure::Other(error.into()))?;
    tracing::warn!(reason, "a job was given up");
    Ok(())
}

async fn rung(bell: &mut tokio::sync::broadcast::Receiver<Signal>) {
    loop {
        match bell.recv().await {
            Ok(Signal::Work) | Err(RecvError::Lagged(_)) => return,
            Ok(Signal::Cancelled(_)) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panicked: {}", text.unwrap_or_else(|| "without a word".to_owned()))
}
